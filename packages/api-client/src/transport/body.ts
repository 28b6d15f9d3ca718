import type { Cancellation } from "./cancellation.ts";
import { type ApiError, ContentError, NetworkError, TimeoutError } from "./errors.ts";
import { tooLarge } from "./limits.ts";

/** Bytes that own plain (not shared) memory. */
export type Bytes = Uint8Array<ArrayBuffer>;

/** The Content-Type in lower case, without parameters. */
export function contentTypeOf(response: Response): string {
  return (response.headers.get("content-type") ?? "").split(";", 1)[0]?.trim().toLowerCase() ?? "";
}

/** How many bytes the body must have; undefined when nobody said, or when it travels compressed. */
export function announcedLength(response: Response): number | undefined {
  const encoding = response.headers.get("content-encoding");
  if (encoding !== null && encoding !== "identity") return undefined;
  const length = response.headers.get("content-length");
  return length !== null && /^\d+$/.test(length) ? Number(length) : undefined;
}

/** Throws away what is left of a body, so that its connection is free again. */
export function discard(response: Response): void {
  if (response.body !== null && !response.bodyUsed) response.body.cancel().catch(() => undefined);
}

/** How long a body may keep its reader waiting. */
export interface Pace {
  /** Between two pieces, in milliseconds. */
  readonly stallMs: number;
  /** In all, in milliseconds, beyond what the bytes that came earn. */
  readonly budgetMs: number;
  /** The limit that the error names: what is left of it is the budget. */
  readonly limitMs: number;
  /** What each byte earns, in milliseconds: its reciprocal is the slowest flow that may go on for ever. */
  readonly msPerByte: number;
}

/**
 * The pieces of a body as they come. A body that stalls, or flows slower than it may, ends with a TimeoutError, a broken
 * one with a NetworkError; leaving the loop early cancels the rest.
 */
export async function* pieces(
  response: Response,
  exchange: Cancellation,
  pace: Pace,
): AsyncGenerator<Bytes, void, void> {
  const reader = response.body?.getReader() as ReadableStreamDefaultReader<Bytes> | undefined;
  if (reader === undefined) return;
  const watch = watchFlow(exchange, pace);
  const off = exchange.onCancel((reason) => void reader.cancel(reason).catch(() => undefined));
  let ended = false;
  try {
    for (;;) {
      watch.waits();
      const { done, value } = await reader.read();
      watch.rests(value?.length ?? 0);
      if (exchange.reason !== undefined) throw exchange.reason;
      if (done) break;
      yield value;
    }
    ended = true;
  } catch (error) {
    throw exchange.reason ?? cutOff(error, exchange);
  } finally {
    watch.stop();
    off();
    if (!ended) reader.cancel().catch(() => undefined);
  }
}

function cutOff(error: unknown, exchange: Cancellation): ApiError {
  return new NetworkError("the connection broke in the middle of the answer", exchange.where, { cause: error });
}

/**
 * One timer for a whole body: it looks at when the reader began to wait instead of being set anew for each piece.
 * While the caller works on a piece nobody waits, and nothing stalls.
 */
function watchFlow(exchange: Cancellation, { stallMs, budgetMs, limitMs, msPerByte }: Pace) {
  let since: number | undefined;
  /** Milliseconds that the reader has waited, and that no bytes have paid for. */
  let waited = 0;
  let timer: ReturnType<typeof setTimeout>;
  const look = () => {
    const isSlow = budgetMs - waited < stallMs;
    const left = (since ?? performance.now()) + (isSlow ? budgetMs - waited : stallMs) - performance.now();
    if (left > 1) timer = setTimeout(look, left);
    else if (isSlow) exchange.cancel(new TimeoutError("budget", limitMs, exchange.where));
    else exchange.cancel(new TimeoutError("stall", stallMs, exchange.where));
  };
  timer = setTimeout(look, Math.min(stallMs, budgetMs));
  return {
    waits: () => {
      since = performance.now();
    },
    rests: (bytes: number) => {
      if (since !== undefined) waited += performance.now() - since;
      if (bytes > 0) waited = Math.max(0, waited - bytes * msPerByte);
      since = undefined;
    },
    stop: () => clearTimeout(timer),
  };
}

/** Answers that are only of use as a whole must go on at 16 kB a second where they take longer than their call may. */
const ANSWER_MS_PER_BYTE = 1000 / 16_384;

/** The whole body, as long as it was announced to be, and no longer than `limit` bytes however well it was compressed. */
export async function wholeBody(
  response: Response,
  exchange: Cancellation,
  time: Omit<Pace, "msPerByte">,
  limit: number,
): Promise<Bytes> {
  const parts: Bytes[] = [];
  let length = 0;
  for await (const piece of pieces(response, exchange, { ...time, msPerByte: ANSWER_MS_PER_BYTE })) {
    length += piece.length;
    if (length > limit) {
      throw tooLarge(
        `the answer is longer than ${limit} bytes`,
        "answerBytes",
        contentTypeOf(response),
        exchange.where,
      );
    }
    parts.push(piece);
  }
  const body = joined(parts);
  checkLength(body.length, announcedLength(response), contentTypeOf(response), exchange);
  return body;
}

function checkLength(got: number, announced: number | undefined, contentType: string, exchange: Cancellation): void {
  if (announced === undefined || got === announced) return;
  const what = `${got} bytes arrived of ${announced} announced`;
  throw new ContentError("length", what, contentType, exchange.where);
}

/** The pieces as one; a piece that has its memory to itself is not copied. */
export function joined(parts: readonly Bytes[]): Bytes {
  const [only] = parts;
  if (parts.length === 1 && only !== undefined && only.byteLength === only.buffer.byteLength) return only;
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** The request's own budget goes on meanwhile, and cancels. */
const UNTIL_CANCELLED = { budgetMs: Number.POSITIVE_INFINITY, limitMs: Number.POSITIVE_INFINITY, msPerByte: 0 };

/** At most `limit` bytes of a body as text; for error pages, which nobody needs whole. */
export async function beginningOf(
  response: Response,
  exchange: Cancellation,
  stallMs: number,
  limit: number,
): Promise<string> {
  const parts: Bytes[] = [];
  let length = 0;
  try {
    for await (const piece of pieces(response, exchange, { stallMs, ...UNTIL_CANCELLED })) {
      parts.push(piece);
      length += piece.length;
      if (length >= limit) break;
    }
  } catch {
    // The status is what matters; a broken error page must not hide it. A cancelled call is noticed by the caller of this.
  }
  return new TextDecoder().decode(joined(parts).subarray(0, limit));
}
