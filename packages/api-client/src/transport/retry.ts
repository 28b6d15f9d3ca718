import ky from "ky";
import { type ApiError, isApiError, TimeoutError } from "./errors.ts";
import type { RetryOptions } from "./options.ts";
import type { Scope } from "./scope.ts";

export type RetryRules = Required<RetryOptions>;

export const RETRY: RetryRules = { limit: 6, budgetMs: 180_000, baseMs: 300, maxMs: 20_000 };

/** Decides about further tries of one call. */
export class Patience {
  readonly #rules: RetryRules;
  readonly #scope: Scope;
  #since = performance.now();
  #failures = 0;
  #serverErrors = 0;
  #pages = 0;

  constructor(rules: RetryRules, scope: Scope) {
    this.#rules = rules;
    this.#scope = scope;
  }

  /** Something useful arrived: a long download does not use up its tries while it gets on. */
  progressed(): void {
    this.#since = performance.now();
    this.#failures = 0;
    this.#serverErrors = 0;
    this.#pages = 0;
  }

  /** Waits before the next try, or throws the error when there is no point in one. */
  async after(error: unknown): Promise<void> {
    const reason = this.#scope.reason;
    if (reason !== undefined) throw reason;
    // Both servers have requests that fail for ever with a 500: one more try tells them from an accident.
    const serverError = isApiError(error, "HttpError") && error.status === 500;
    if (!isApiError(error) || !(error.retryable || serverError)) throw error;
    this.#failures += 1;
    if (serverError) this.#serverErrors += 1;
    // A page in the place of data is mostly a wrong address, rarely a proxy's bad moment.
    if (isApiError(error, "ContentError") && error.problem === "kind") this.#pages += 1;
    if (this.#failures > this.#rules.limit || this.#serverErrors > 1 || this.#pages > 3) throw error;
    const wait = this.#waitAfter(error);
    const left = this.#rules.budgetMs - (performance.now() - this.#since);
    if (wait > left) {
      if (isApiError(error, "HttpError")) throw error;
      throw new TimeoutError("budget", this.#rules.budgetMs, error, { cause: error });
    }
    await this.#scope.sleep(wait);
  }

  /** The server's own wish as it is; else exponential, spread over half the interval. */
  #waitAfter(error: ApiError): number {
    const { baseMs, maxMs } = this.#rules;
    const wish = isApiError(error, "HttpError") ? error.retryAfterMs : undefined;
    if (wish !== undefined) return wish;
    const ceiling = Math.min(maxMs, baseMs * 2 ** (this.#failures - 1));
    return ceiling * (0.5 + Math.random() / 2);
  }
}

export interface Plan {
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Bytes | undefined;
  /** May the request be repeated without harm? */
  readonly idempotent: boolean;
}

type Bytes = Uint8Array<ArrayBuffer>;

/** Makes the request of one try, with the signal and the credentials of that try. */
export type MakeRequest = (signal: AbortSignal, proof: Readonly<Record<string, string>> | undefined) => Request;

/**
 * Tries until an attempt succeeds or patience ends. This is the one file that knows ky, which runs the loop of further
 * tries: what is retried, and after how long, is decided by {@link Patience}, because a failure is often only seen in
 * the body, which is read inside the attempt. The first try, nearly always the only one, goes without ky, whose own
 * request, its clone and its signals take about a fifth of the processor's time that a small file takes.
 */
export async function withRetries<T>(
  plan: Plan,
  patience: Patience,
  attempt: (make: MakeRequest, number: number) => Promise<T>,
): Promise<T> {
  try {
    return await attempt(requestOf(plan), 0);
  } catch (error) {
    if (!plan.idempotent) throw error;
    await patience.after(error);
  }
  return await triedAgain(plan, patience, attempt);
}

async function triedAgain<T>(
  plan: Plan,
  patience: Patience,
  attempt: (make: MakeRequest, number: number) => Promise<T>,
): Promise<T> {
  let outcome: { readonly value: T } | undefined;
  let number = 1;
  await ky(plan.url, {
    ...initOf(plan),
    timeout: false,
    retry: {
      limit: Number.POSITIVE_INFINITY,
      methods: [plan.method.toLowerCase() as "get"],
      delay: () => 0,
      shouldRetry: async ({ error }) => {
        await patience.after(error);
        return true;
      },
    },
    fetch: async () => {
      outcome = { value: await attempt(requestOf(plan), number++) };
      return new Response(null);
    },
  });
  return (outcome as { readonly value: T } | undefined as { readonly value: T }).value;
}

const requestOf =
  (plan: Plan): MakeRequest =>
  (signal, proof) =>
    new Request(plan.url, { ...initOf(plan, proof), signal });

function initOf({ method, headers, body }: Plan, proof?: Readonly<Record<string, string>>) {
  return {
    method,
    headers: proof === undefined ? headers : { ...headers, ...proof },
    ...(body === undefined ? {} : { body }),
    // Redirects are followed by hand, where it is known what may travel along.
    redirect: "manual",
    credentials: "omit",
  } as const;
}
