/** Bytes that own plain (not shared) memory. */
export type Bytes = Uint8Array<ArrayBuffer>;

export interface CallOptions {
  /** Stops the call; it then rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** What may be stored without waiting (a `Map`) or after waiting (files, IndexedDB). */
export type MaybePromise<T> = T | Promise<T>;

/**
 * The cache contract. A `Map<string, Bytes>` is one.
 *
 * An absent key is `undefined`; only a failure throws. `set` stores the whole value or leaves the old one.
 * Richer adapters have more methods; the functions of this package use them where they are.
 */
export interface ByteCache {
  get(key: string, options?: CallOptions): MaybePromise<Bytes | undefined>;
  set(key: string, value: Bytes, options?: CallOptions): unknown;
  delete(key: string, options?: CallOptions): unknown;
  keys(): Iterable<string> | AsyncIterable<string>;
}
