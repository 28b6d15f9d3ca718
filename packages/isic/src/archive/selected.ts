import type { CallOptions } from "../session/calls.ts";
import type { ImagePage, PageOptions, SelectedImages, SelectionSize, SizeOptions, Terms } from "./archive.ts";
import { type ImageRecord, isUnknown } from "./records.ts";

/** A selection in the words of one API: what its server is asked for, and what of the answer is meant. */
export interface Question {
  /** The pages of what the server is asked for: at least what is selected. */
  pages(options: PageOptions): AsyncIterable<ImagePage>;
  /** Which of the records are selected; absent where all are. */
  readonly selects?: ((record: ImageRecord) => boolean) | undefined;
  /** Is all that comes selected? Then its number is the selection's. */
  readonly isExact: boolean;
  /** The number of what comes, where the first page does not tell it. */
  count?(options: CallOptions): Promise<number | undefined>;
  /** How many images are named; each has its place in the pages, there or not. */
  readonly named?: number | undefined;
  /** Is the record of every image read? */
  readonly readsAll: boolean;
  readonly limit?: number | undefined;
  /** Announced bytes of all that comes. */
  bytes?(options: CallOptions): Promise<number>;
  terms?(options: CallOptions): Promise<ReadonlyMap<string, Terms>>;
}

/** The walk over a question, which is put together when something is asked: that may need an answer of the server. */
export function selectedImages(ask: (options: CallOptions) => Question | Promise<Question>): SelectedImages {
  const first = new SharedFirstPage();
  let asked: Promise<Question> | undefined;
  const question = (options: CallOptions): Promise<Question> => {
    asked ??= (async () => ask(options))();
    asked.catch(() => {
      asked = undefined;
    });
    return asked;
  };

  async function* pages(options: PageOptions = {}): AsyncGenerator<ImagePage, void, void> {
    const { selects, limit = Number.POSITIVE_INFINITY, ...asking } = await question(options);
    if (limit <= 0) return;
    let left = limit;
    for await (const page of first.walk(asking, options)) {
      const meant =
        selects === undefined ? page.records : page.records.filter((record) => isUnknown(record) || selects(record));
      yield meant.length > left ? { ...page, records: meant.slice(0, left) } : { ...page, records: meant };
      left -= meant.length;
      if (left <= 0) return;
    }
  }

  async function* records(options: CallOptions = {}) {
    for await (const page of pages(options)) yield* page.records;
  }

  async function walked(options: CallOptions): Promise<number> {
    let found = 0;
    for await (const page of pages(options)) found += page.records.filter((record) => !isUnknown(record)).length;
    return found;
  }

  /** The server's word, where it gives one. */
  async function told(options: CallOptions): Promise<number | undefined> {
    const { limit = Number.POSITIVE_INFINITY, ...asking } = await question(options);
    if (!asking.isExact) return undefined;
    if (limit <= 0) return 0;
    const all = asking.count === undefined ? await first.total(asking, options) : await asking.count(options);
    return all === undefined ? undefined : Math.min(all, limit);
  }

  return {
    pages,
    records,
    [Symbol.asyncIterator]: () => records(),
    async count(options = {}) {
      const { named } = await question(options);
      return (named === undefined ? await told(options) : undefined) ?? walked(options);
    },
    async size(options: SizeOptions = {}): Promise<SelectionSize | undefined> {
      const { named, limit, isExact, bytes } = await question(options);
      if (!isExact) return undefined;
      if (named !== undefined) return { images: Math.min(named, limit ?? named) };
      if (bytes === undefined || limit !== undefined) return undefined;
      const images = await told(options);
      return {
        ...(images !== undefined && { images }),
        ...(options.bytes !== false && { bytes: await bytes(options) }),
      };
    },
    async terms(options = {}) {
      const { named, limit, terms } = await question(options);
      return named === undefined && limit === undefined ? terms?.(options) : undefined;
    },
    async readsAll() {
      return (await question({})).readsAll;
    },
  };
}

interface OpenedWalk {
  readonly controller: AbortController;
  readonly pages: AsyncIterator<ImagePage>;
  readonly first: Promise<IteratorResult<ImagePage>>;
}

/** Whoever counts and then walks asks for the first page once. */
class SharedFirstPage {
  #opened: OpenedWalk | undefined;

  /** What the first page says of the number of all. */
  async total(question: Pick<Question, "pages">, options: CallOptions): Promise<number | undefined> {
    const opened = this.#opened ?? open(question);
    this.#opened = opened;
    try {
      const page = await underSignal(opened, options, () => opened.first);
      return page.done === true ? 0 : page.value.total;
    } catch (error) {
      this.#opened = undefined;
      throw error;
    }
  }

  async *walk(question: Pick<Question, "pages">, options: PageOptions): AsyncGenerator<ImagePage, void, void> {
    const opened = options.from === undefined ? this.#opened : undefined;
    if (opened === undefined) {
      yield* question.pages(options);
      return;
    }
    this.#opened = undefined;
    try {
      let next = await underSignal(opened, options, () => opened.first);
      while (next.done !== true) {
        yield next.value;
        next = await underSignal(opened, options, () => opened.pages.next());
      }
    } finally {
      await opened.pages.return?.();
    }
  }
}

function open(question: Pick<Question, "pages">): OpenedWalk {
  const controller = new AbortController();
  const pages = question.pages({ signal: controller.signal })[Symbol.asyncIterator]();
  return { controller, pages, first: pages.next() };
}

/** The walk began under no signal of a caller's: each step is under that of who takes it. */
async function underSignal<T>({ controller }: OpenedWalk, { signal }: CallOptions, step: () => Promise<T>): Promise<T> {
  const abort = (): void => controller.abort(signal?.reason);
  signal?.throwIfAborted();
  signal?.addEventListener("abort", abort, { once: true });
  try {
    return await step();
  } finally {
    signal?.removeEventListener("abort", abort);
  }
}
