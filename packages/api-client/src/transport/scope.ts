import { AbortError, type ApiError, type Where } from "./errors.ts";

/**
 * The life of one call: ends when the caller's signal is aborted. Each try of the call has its own {@link Try},
 * because a try can be given up while the call goes on.
 */
export class Scope {
  readonly where: Where;
  #reason: ApiError | undefined;
  readonly #listeners = new Set<(reason: ApiError) => void>();
  /** The signal of the caller. */
  readonly signal: AbortSignal | undefined;

  constructor(where: Where, signal?: AbortSignal) {
    this.where = where;
    this.signal = signal;
    if (signal === undefined) return;
    if (signal.aborted) this.#onAbort();
    else signal.addEventListener("abort", this.#onAbort, { once: true });
  }

  readonly #onAbort = (): void => {
    const reason = new AbortError(this.where, this.signal?.reason);
    this.#reason = reason;
    for (const listener of this.#listeners) listener(reason);
    this.#listeners.clear();
  };

  /** Why the call has ended, if it has. */
  get reason(): ApiError | undefined {
    return this.#reason;
  }

  check(): void {
    if (this.#reason !== undefined) throw this.#reason;
  }

  /** Returns a function that takes the listener off again. */
  onEnd(listener: (reason: ApiError) => void): () => void {
    if (this.#reason !== undefined) listener(this.#reason);
    else this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Leaves nothing on the caller's signal. */
  close(): void {
    this.signal?.removeEventListener("abort", this.#onAbort);
    this.#listeners.clear();
  }

  /** Waits, or ends with the call. */
  async sleep(ms: number): Promise<void> {
    await this.race(
      new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, ms);
        this.onEnd(() => clearTimeout(timer));
      }),
    );
  }

  /** The work's outcome, or the end of the call if that comes first. The work itself is not stopped. */
  race<T>(work: Promise<T>): Promise<T> {
    return raceWith(work, (listener) => this.onEnd(listener));
  }
}

/** One try: the signal of its request, and the reason why it was given up. */
export class Try {
  readonly scope: Scope;
  readonly #controller = new AbortController();
  readonly #off: () => void;
  #reason: ApiError | undefined;
  #listener: ((reason: ApiError) => void) | undefined;

  constructor(scope: Scope) {
    this.scope = scope;
    this.#off = scope.onEnd((reason) => this.giveUp(reason));
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  get reason(): ApiError | undefined {
    return this.#reason;
  }

  giveUp(reason: ApiError): void {
    if (this.#reason !== undefined) return;
    this.#reason = reason;
    this.#listener?.(reason);
    this.#controller.abort(reason);
  }

  /** One listener at a time: whoever waits for the network now. */
  onGivenUp(listener: (reason: ApiError) => void): () => void {
    this.#listener = listener;
    if (this.#reason !== undefined) listener(this.#reason);
    return () => {
      if (this.#listener === listener) this.#listener = undefined;
    };
  }

  /** The work's outcome, or why the try was given up if that comes first. A handler may ignore its signal. */
  race<T>(work: Promise<T>): Promise<T> {
    return raceWith(work, (listener) => this.onGivenUp(listener));
  }

  close(): void {
    this.#off();
    this.#listener = undefined;
  }
}

function raceWith<T>(work: Promise<T>, listen: (listener: (reason: ApiError) => void) => () => void): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const off = listen(reject);
    work.then(resolve, reject).finally(off);
  });
}
