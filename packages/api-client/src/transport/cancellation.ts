import { AbortError, type ApiError, type Where } from "./errors.ts";

/**
 * The end of a call before its time, with the typed reason: the caller's signal, a body that stalls, a budget that is
 * spent. A call has one, and each of its requests a child of it, because a request can be given up while the call
 * goes on.
 */
export class Cancellation {
  readonly where: Where;
  #controller: AbortController | undefined;
  #reason: ApiError | undefined;
  readonly #listeners = new Set<(reason: ApiError) => void>();
  #detach: (() => void) | undefined;

  constructor(where: Where, callersSignal?: AbortSignal) {
    this.where = where;
    if (callersSignal === undefined) return;
    const onAbort = (): void => this.cancel(new AbortError(where, callersSignal.reason));
    if (callersSignal.aborted) {
      onAbort();
    } else {
      callersSignal.addEventListener("abort", onAbort, { once: true });
      this.#detach = () => callersSignal.removeEventListener("abort", onAbort);
    }
  }

  /** One that ends with this one, or by itself. */
  child(): Cancellation {
    const child = new Cancellation(this.where);
    child.#detach = this.onCancel((reason) => child.cancel(reason));
    return child;
  }

  /** Aborted with the reason. */
  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#reason !== undefined) this.#controller.abort(this.#reason);
    }
    return this.#controller.signal;
  }

  /** Why it ended, if it did. */
  get reason(): ApiError | undefined {
    return this.#reason;
  }

  throwIfCancelled(): void {
    if (this.#reason !== undefined) throw this.#reason;
  }

  cancel(reason: ApiError): void {
    if (this.#reason !== undefined) return;
    this.#reason = reason;
    for (const listener of this.#listeners) listener(reason);
    this.#listeners.clear();
    this.#controller?.abort(reason);
  }

  /** Returns a function that takes the listener off again. */
  onCancel(listener: (reason: ApiError) => void): () => void {
    if (this.#reason !== undefined) listener(this.#reason);
    else this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The work's outcome, or the reason if that comes first: the work may not know of any signal. */
  race<T>(work: Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const off = this.onCancel(reject);
      work.then(resolve, reject).finally(off);
    });
  }

  /** Waits, or rejects with the reason. */
  sleep(ms: number): Promise<void> {
    return new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => {
        off();
        resolve();
      }, ms);
      const off = this.onCancel((reason) => {
        clearTimeout(timer);
        reject(reason);
      });
    });
  }

  /** Leaves nothing on the caller's signal. */
  close(): void {
    this.#detach?.();
    this.#listeners.clear();
  }
}
