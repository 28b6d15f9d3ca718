import type { Pace } from "./body.ts";
import type { Cancellation } from "./cancellation.ts";
import { type ApiError, isApiError, TimeoutError, type Where } from "./errors.ts";
import type { RetryOptions } from "./options.ts";

/** The options with their defaults. */
export type RetryRules = Required<RetryOptions>;

/** The defaults. */
export const RETRY: RetryRules = { limit: 6, budgetMs: 180_000, baseMs: 300, maxMs: 20_000 };

/** How often a call may fail in one of these ways, however large its budget is. */
const AT_MOST = {
  /** Both servers have requests that fail for ever with a 500: one more attempt tells them from an accident. */
  serverError: 1,
  /** A page of HTML in the place of data is mostly a wrong address, rarely a proxy's bad moment. */
  page: 2,
  /** A name server that is busy for longer is not there. */
  lookup: 2,
};

/** A timer that is set for longer ends at once. */
export const LONGEST_TIMER_MS = 2_147_483_647;

/** Bytes that must have been kept since the last failure for it to count as overcome; or a sixteenth of the file. */
const PROGRESS_BYTES = 65_536;

/**
 * The attempts and the time that one call may take. ky counts and waits within one request; a failure in a body, or
 * the next request for the rest of a file, comes after ky is done, so what is left is kept here.
 */
export class RetryBudget {
  readonly rules: RetryRules;
  #since = performance.now();
  #failures = 0;
  #kept = 0;
  readonly #counts = { serverError: 0, page: 0, lookup: 0, restart: 0 };

  constructor(rules: RetryRules) {
    this.rules = rules;
  }

  /** Failures so far, since the last progress. */
  get failures(): number {
    return this.#failures;
  }

  get attemptsLeft(): number {
    return Math.max(0, this.rules.limit - this.#failures);
  }

  get msLeft(): number {
    return Math.min(this.rules.budgetMs - (performance.now() - this.#since), LONGEST_TIMER_MS);
  }

  /** Time that the call stood in the client's own queue is not the server's. */
  excuse(ms: number): void {
    this.#since += ms;
  }

  /** Counts a failure: may the call be tried again after it? */
  allows(error: unknown): error is ApiError {
    if (!isApiError(error) || (isApiError(error, "TimeoutError") && error.phase === "budget")) return false;
    const kind = kindOf(error);
    if (!error.retryable && kind !== "serverError") return false;
    this.#failures += 1;
    if (kind !== undefined) {
      this.#counts[kind] += 1;
      if (this.#counts[kind] > AT_MOST[kind]) return false;
    }
    const wish = isApiError(error, "HttpError") ? (error.retryAfterMs ?? 0) : 0;
    return this.#failures <= this.rules.limit && wish <= this.msLeft;
  }

  /** The wait before the next attempt: exponential, spread over half the interval. */
  backoffMs(): number {
    const { baseMs, maxMs } = this.rules;
    return Math.min(maxMs, baseMs * 2 ** (this.#failures - 1)) * (0.5 + Math.random() / 2);
  }

  /** After a failure that ky did not see: waits for the next attempt, or throws the error when there is none. */
  async waitAfter(error: unknown, cancellation: Cancellation): Promise<void> {
    cancellation.throwIfCancelled();
    if (!this.allows(error)) throw error;
    const wait = this.backoffMs();
    if (wait > this.msLeft) throw this.spent(cancellation.where, error);
    await cancellation.sleep(wait);
  }

  /** The error of a call whose time is over: what the server said last, or that it took too long. */
  spent(where: Where, last: ApiError | undefined): ApiError {
    if (isApiError(last, "HttpError")) return last;
    return new TimeoutError("budget", this.rules.budgetMs, where, { cause: last });
  }

  /** Bytes were handed on, for good: a long download does not use up its attempts while it gets on. */
  keptBytes(count: number, total: number | undefined): void {
    this.#since = performance.now();
    this.#kept += count;
    if (this.#kept < progressOf(total)) return;
    this.#kept = 0;
    // What was read before a file had to be begun anew was no progress: those beginnings stay counted.
    this.#failures = this.#counts.restart;
    this.#counts.serverError = 0;
    this.#counts.page = 0;
    this.#counts.lookup = 0;
  }

  /** How slowly a file may come: what counts as progress, at least once within the budget. */
  paceOf(total: number | undefined, stallMs: number): Pace {
    const { budgetMs } = this.rules;
    return { stallMs, budgetMs, limitMs: budgetMs, msPerByte: budgetMs / progressOf(total) };
  }

  /** All that was read of a file is thrown away, and it is asked for from its start. */
  restarted(): void {
    this.#counts.restart += 1;
    this.#kept = 0;
    this.#failures = Math.max(this.#failures, this.#counts.restart);
  }
}

function progressOf(total: number | undefined): number {
  return Math.max(1, Math.min(PROGRESS_BYTES, (total ?? Number.POSITIVE_INFINITY) / 16));
}

function kindOf(error: ApiError): keyof typeof AT_MOST | undefined {
  if (isApiError(error, "HttpError") && error.status === 500) return "serverError";
  if (isApiError(error, "ContentError") && error.problem === "kind") return "page";
  if (isApiError(error, "NetworkError") && error.problem === "name-server") return "lookup";
  return undefined;
}
