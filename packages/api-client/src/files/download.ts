import { announcedLength, type Bytes, contentTypeOf, discard, joined } from "../transport/body.ts";
import { Cancellation } from "../transport/cancellation.ts";
import { isApiError } from "../transport/errors.ts";
import type { CallOptions } from "../transport/options.ts";
import { RetryBudget } from "../transport/retry-budget.ts";
import { type Call, endpointOf, type Opened, type Transport } from "../transport/transport.ts";
import { checkType, type Kind } from "./content-check.ts";
import { fileNameOf } from "./file-name.ts";
import { flow } from "./resume.ts";

/** What every download takes. */
export interface DownloadOptions extends CallOptions {
  /** Called after each piece. `total` is undefined when the server does not say; `done` and `bytes` are the same. */
  readonly onProgress?: (progress: {
    readonly done: number;
    readonly total: number | undefined;
    readonly bytes: number;
  }) => void;
}

/** Where pieces go: a `WritableStream`'s writer, or anything that takes them one after the other. */
export interface Sink {
  write(piece: Bytes): unknown;
}

/**
 * A file whose headers have arrived. Read it once, in one of the ways below, or `cancel()` it: until then it holds
 * one of the client's slots for its host. Whichever way: the end means that every announced byte was there.
 */
export interface FileDownload extends AsyncIterable<Bytes> {
  /** Where the bytes come from. It may hold a signature: mask it before logging. */
  readonly url: string;
  /** In lower case, without parameters: `image/jpeg`. */
  readonly contentType: string;
  /** The server's suggestion, reduced to a harmless name; undefined without one. */
  readonly fileName: string | undefined;
  /** Bytes announced; undefined for streamed answers. */
  readonly length: number | undefined;
  /** The bytes as a stream. */
  readonly stream: ReadableStream<Bytes>;
  /** All bytes; they belong to the caller. */
  bytes(): Promise<Bytes>;
  /** All bytes in the pieces they came in: for those who only pass them on, and need no copy in one piece. */
  pieces(): Promise<Bytes[]>;
  /** Hands over piece by piece, each after the one before was taken. Resolves to the number of bytes. */
  writeTo(sink: Sink): Promise<number>;
  /** Lets go of the connection. */
  cancel(): Promise<void>;
}

interface FileRequest extends DownloadOptions {
  readonly kind: Kind;
  readonly call: Call;
  /** Another way to the same file, asked for once when the first is refused (signed URLs expire). */
  readonly renew?: (() => Promise<Call | undefined>) | undefined;
}

/** Asks for a file; resolves when its headers have arrived and fit. */
export async function download(api: Transport, request: FileRequest): Promise<FileDownload> {
  const cancellation = new Cancellation({ endpoint: endpointOf(api.baseUrl, request.call) }, request.signal);
  const budget = new RetryBudget(api.retry);
  let call = request.call;
  const open = async (from: number): Promise<Opened> => {
    const ranged = from === 0 ? call : { ...call, headers: { ...call.headers, range: `bytes=${from}-` } };
    for (;;) {
      const opened = await api.open(ranged, cancellation, budget);
      try {
        if (opened.response.status !== 206) checkType(request.kind, contentTypeOf(opened.response), cancellation.where);
        return opened;
      } catch (error) {
        discard(opened.response);
        opened.close();
        await budget.waitAfter(error, cancellation);
      }
    }
  };
  const reopen = async (from: number): Promise<Opened> => {
    try {
      return await open(from);
    } catch (error) {
      const renewed = isRefused(error) ? await request.renew?.() : undefined;
      if (renewed === undefined) throw error;
      call = renewed;
      return await open(from);
    }
  };
  try {
    return fileOf(await reopen(0), api, { ...request, call }, cancellation, budget, reopen);
  } catch (error) {
    cancellation.close();
    throw error;
  }
}

/** A signed URL that expired answers 403 with XML; a moved file may answer 404. */
function isRefused(error: unknown): boolean {
  return isApiError(error, "AuthError", "HttpNotFoundError");
}

function fileOf(
  first: Opened,
  api: Transport,
  request: FileRequest,
  cancellation: Cancellation,
  budget: RetryBudget,
  reopen: (from: number) => Promise<Opened>,
): FileDownload {
  const { response } = first;
  const length = announcedLength(response);
  const { onProgress } = request;
  const onBytes = onProgress && ((bytes: number) => onProgress({ done: bytes, total: length, bytes }));
  let taken = false;

  const { fileBytes } = api.limits;
  // Of what is written as it comes, only a picture has a size that is known to be too much.
  const mostBytes = ["image", "png"].includes(request.kind) ? fileBytes : Number.POSITIVE_INFINITY;
  const plan = { kind: request.kind, mostBytes, cancellation, budget, stallMs: api.stallMs, reopen, onBytes };
  const take = () => {
    if (taken) throw new TypeError("A download can be read once: it was read or cancelled already.");
    taken = true;
  };

  /** Nothing was handed on yet, so a file that turns out to be another one is simply read anew. */
  async function whole(): Promise<Bytes[]> {
    take();
    try {
      for (let next = first; ; next = await reopen(0)) {
        const parts: Bytes[] = [];
        try {
          for await (const piece of flow(next, { ...plan, mostBytes: fileBytes })) parts.push(piece);
          return parts;
        } catch (error) {
          budget.restarted();
          await budget.waitAfter(error, cancellation);
        }
      }
    } finally {
      cancellation.close();
    }
  }

  async function cancel(): Promise<void> {
    if (taken) return;
    taken = true;
    discard(response);
    first.close();
    cancellation.close();
  }

  async function* flowing(): AsyncGenerator<Bytes, void, void> {
    take();
    try {
      yield* flow(first, plan);
    } finally {
      cancellation.close();
    }
  }

  return {
    url: first.url,
    contentType: contentTypeOf(response),
    fileName: fileNameOf(response.headers.get("content-disposition")),
    length,
    [Symbol.asyncIterator]: flowing,
    get stream() {
      return streamOf(flowing(), cancel);
    },
    bytes: async () => joined(await whole()),
    pieces: whole,
    async writeTo(sink) {
      let total = 0;
      for await (const piece of flowing()) {
        await sink.write(piece);
        total += piece.length;
      }
      return total;
    },
    cancel,
  };
}

/** A generator that never began has no `finally` to run: whoever cancels then lets go himself. */
function streamOf(source: AsyncGenerator<Bytes, void, void>, letGo: () => Promise<void>): ReadableStream<Bytes> {
  return new ReadableStream<Bytes>(
    {
      async pull(controller) {
        const { done, value } = await source.next();
        if (done) controller.close();
        else controller.enqueue(value);
      },
      async cancel() {
        await source.return();
        await letGo();
      },
    },
    { highWaterMark: 0 },
  );
}
