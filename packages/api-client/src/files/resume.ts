import { announcedLength, type Bytes, contentTypeOf, discard, pieces } from "../transport/body.ts";
import type { Cancellation } from "../transport/cancellation.ts";
import { ContentError, isApiError, NetworkError } from "../transport/errors.ts";
import { tooLarge } from "../transport/limits.ts";
import type { RetryBudget } from "../transport/retry-budget.ts";
import type { Opened } from "../transport/transport.ts";
import { checkBeginning, endsAsZip, type Kind } from "./content-check.ts";

interface FlowPlan {
  readonly kind: Kind;
  readonly cancellation: Cancellation;
  readonly budget: RetryBudget;
  readonly stallMs: number;
  /** Asks again for the file, from this byte on if the server can. */
  readonly reopen: (from: number) => Promise<Opened>;
  /** More are refused. */
  readonly mostBytes: number;
  readonly onBytes: ((bytes: number) => void) | undefined;
}

const ZIP_TAIL = 65_557;

/** One answer for the file, and what it says about it. */
interface Version {
  readonly total: number | undefined;
  readonly etag: string | null;
  readonly lastModified: string | null;
}

/**
 * The bytes of a file, complete or an error. A broken flow goes on where it broke: by range if the server honours
 * it, else by reading the file again and leaving out what was handed on already.
 */
export async function* flow(first: Opened, plan: FlowPlan): AsyncGenerator<Bytes, void, void> {
  let opened = first;
  let version = versionOf(first);
  const contentType = contentTypeOf(first.response);
  const { where } = plan.cancellation;
  let skip = 0;
  let done = 0;
  let tail = tailFor(plan, version);
  if ((version.total ?? 0) > plan.mostBytes) {
    discard(opened.response);
    opened.close();
    throw tooLong(contentType, plan);
  }
  for (;;) {
    let failure: unknown;
    const pace = plan.budget.paceOf(version.total, plan.stallMs);
    try {
      for await (const piece of pieces(opened.response, opened.exchange, pace)) {
        const fresh = piece.subarray(Math.min(skip, piece.length));
        skip = Math.max(0, skip - piece.length);
        if (fresh.length === 0) continue;
        if (done + fresh.length > plan.mostBytes) throw tooLong(contentType, plan);
        if (done === 0) checkBeginning(plan.kind, fresh, contentType, where);
        if (version.total !== undefined && done + fresh.length > version.total) {
          throw wrongLength(done + fresh.length, version.total, contentType, plan);
        }
        done += fresh.length;
        plan.budget.keptBytes(fresh.length, version.total);
        tail?.add(fresh);
        plan.onBytes?.(done);
        yield fresh;
      }
      if (skip > 0 || (version.total !== undefined && done < version.total)) {
        throw wrongLength(done, version.total, contentType, plan);
      }
      if (tail !== undefined && !endsAsZip(tail.bytes())) {
        throw new ContentError("length", `the ZIP ends in the middle, after ${done} bytes`, contentType, where);
      }
      return;
    } catch (error) {
      failure = error;
    } finally {
      opened.close();
    }
    // Without a length and without a range there is no telling whether a second answer is the same file.
    if (done > 0 && version.total === undefined) throw failure;
    await plan.budget.waitAfter(failure, plan.cancellation);
    opened = await reopened(plan, done);
    if (done > 0 && isWhole(opened, done, version)) {
      discard(opened.response);
      opened.close();
      return;
    }
    if (done === 0) {
      version = versionOf(opened);
      tail = tailFor(plan, version);
    } else {
      skip = placeIn(opened, done, version, plan);
    }
  }
}

/** Nothing left from there on (416) means that the announced length was wrong: the file from its start tells. */
async function reopened(plan: FlowPlan, done: number): Promise<Opened> {
  try {
    return await plan.reopen(done);
  } catch (error) {
    if (!isApiError(error, "HttpError") || error.status !== 416) throw error;
    return await plan.reopen(0);
  }
}

/** Is the same file, by its new announcement, no longer than what was handed on? */
function isWhole(opened: Opened, done: number, old: Version): boolean {
  const now = versionOf(opened);
  return opened.response.status !== 206 && now.total === done && isSameVersion(now, old);
}

function tailFor(plan: FlowPlan, version: Version): Tail | undefined {
  return plan.kind === "zip" && version.total === undefined ? new Tail(ZIP_TAIL) : undefined;
}

function tooLong(contentType: string, { mostBytes, cancellation }: FlowPlan): ContentError {
  return tooLarge(`the file is longer than ${mostBytes} bytes`, "fileBytes", contentType, cancellation.where);
}

function wrongLength(got: number, total: number | undefined, contentType: string, plan: FlowPlan): ContentError {
  return new ContentError(
    "length",
    `${got} bytes arrived of ${total ?? "more"} announced`,
    contentType,
    plan.cancellation.where,
  );
}

function versionOf(opened: Opened): Version {
  const { headers } = opened.response;
  return {
    total: announcedLength(opened.response),
    etag: headers.get("etag"),
    lastModified: headers.get("last-modified"),
  };
}

/** What one of them does not tell, or a page may not read, does not count. */
function isSameVersion(now: Version, old: Version): boolean {
  const same = (one: string | null, other: string | null) => one === null || other === null || one === other;
  return same(now.etag, old.etag) && same(now.lastModified, old.lastModified);
}

/** How many bytes of the new answer were handed on already; an error when it is not the same file. */
function placeIn(opened: Opened, done: number, old: Version, plan: FlowPlan): number {
  const now = versionOf(opened);
  const partial = opened.response.status === 206;
  const expected = partial && old.total !== undefined ? old.total - done : old.total;
  // A page cannot read Content-Range of another origin; the length then has to do.
  const range = /^bytes (\d+)-/.exec(opened.response.headers.get("content-range") ?? "");
  const same =
    (now.total === undefined || now.total === expected) &&
    isSameVersion(now, old) &&
    (!partial || range === null || Number(range[1]) === done);
  if (same) return partial ? 0 : done;
  discard(opened.response);
  opened.close();
  throw new NetworkError("the file changed while it was downloaded", plan.cancellation.where);
}

/** The last bytes of a flow. */
class Tail {
  readonly #limit: number;
  #parts: Bytes[] = [];
  #length = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  add(piece: Bytes): void {
    this.#parts.push(piece);
    this.#length += piece.length;
    while (this.#parts.length > 1 && this.#length - (this.#parts[0] as Bytes).length >= this.#limit) {
      this.#length -= (this.#parts.shift() as Bytes).length;
    }
  }

  bytes(): Uint8Array {
    const whole = new Uint8Array(this.#length);
    let at = 0;
    for (const part of this.#parts) {
      whole.set(part, at);
      at += part.length;
    }
    return whole;
  }
}
