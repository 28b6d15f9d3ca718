import type { CallOptions } from "../transport/options.ts";

/**
 * Where a walk stands: plain JSON, to be kept and given to the same list's `from` later.
 * What was delivered before is not delivered again; what has been published since is.
 */
export interface ListPosition {
  /** The page's URL (v2) or its offset (v1). */
  readonly page: string;
  /** Ids around this place that were delivered already. */
  readonly seen: readonly string[];
}

/** Some items of a list, as the server cut them. */
export interface Page<T> {
  readonly items: readonly T[];
  /** How many items the server says the whole list has; most answers do not say. Never a reason to stop. */
  readonly count: number | null;
  /** Where to go on after this page. */
  readonly position: ListPosition;
}

/** What every list takes. */
export interface ListOptions extends CallOptions {
  /** Go on from a saved position instead of from the start. */
  readonly from?: ListPosition | undefined;
  /** Called after each page; `total` is the server's count, where it gives one. */
  readonly onProgress?: (progress: { readonly done: number; readonly total: number | undefined }) => void;
}

/** A list of the archive, fetched page by page while it is walked. Each walk starts anew. */
export interface ItemList<T> extends AsyncIterable<T> {
  /** The same page by page. */
  pages(): AsyncIterable<Page<T>>;
  /** Everything at once; only for lists that fit in memory. */
  all(): Promise<T[]>;
  /**
   * How many items there are, as the server counts them: one small request, or none when a walk has heard the number
   * already. An index of the server may be a day old, so a walk can bring a few more or less.
   */
  count(options?: CallOptions): Promise<number>;
  /** Where the latest walk stands: after the last item it has handed out. Undefined before the first one. */
  readonly position: ListPosition | undefined;
}

/** A page, and how to say where one stands inside it. */
export interface WalkedPage<T> extends Page<T> {
  /** The position after the first `taken` items of the page. */
  positionAfter(taken: number): ListPosition;
}

/** Makes a list of a walk over pages, and of a way to count without one. */
export function itemList<T>(
  walk: () => AsyncGenerator<WalkedPage<T>, void, void>,
  options: ListOptions,
  count: (signal: AbortSignal | undefined) => Promise<number>,
): ItemList<T> {
  let position: (() => ListPosition) | undefined;
  let counted: number | undefined;

  async function* pages(): AsyncGenerator<Page<T>, void, void> {
    let done = 0;
    let total: number | undefined;
    for await (const page of walk()) {
      done += page.items.length;
      total = page.count ?? total;
      counted ??= total;
      options.onProgress?.({ done, total });
      position = () => page.position;
      yield { items: page.items, count: page.count, position: page.position };
    }
  }

  async function* items(): AsyncGenerator<T, void, void> {
    let done = 0;
    let total: number | undefined;
    for await (const page of walk()) {
      let taken = 0;
      total = page.count ?? total;
      counted ??= total;
      position = () => page.positionAfter(taken);
      for (const item of page.items) {
        taken += 1;
        yield item;
      }
      done += taken;
      options.onProgress?.({ done, total });
    }
  }

  return {
    pages,
    [Symbol.asyncIterator]: items,
    async all() {
      const all: T[] = [];
      for await (const item of items()) all.push(item);
      return all;
    },
    async count({ signal } = {}) {
      counted ??= await count(signal ?? options.signal);
      return counted;
    },
    get position() {
      return position?.();
    },
  };
}
