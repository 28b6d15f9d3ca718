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
 * Richer adapters have more methods ({@link RichCache}); the functions of this package use them where they are.
 */
export interface ByteCache {
  get(key: string, options?: CallOptions): MaybePromise<Bytes | undefined>;
  set(key: string, value: Bytes, options?: CallOptions): unknown;
  delete(key: string, options?: CallOptions): unknown;
  keys(): Iterable<string> | AsyncIterable<string>;
}

/** Who may see an entry: anyone, or only the account it was fetched for. */
export type Readers = "anyone" | "account";

/** What a caller may say about an entry when storing it. */
export interface EntryNotes {
  /** What the server calls this version: an ETag or a Last-Modified date, for asking "changed since?". */
  readonly validator?: string;
  /** Where the bytes came from, usually a URL without its query. */
  readonly origin?: string;
  /** Who may read it. */
  readonly readers?: Readers;
}

/** What a cache knows about an entry. */
export interface EntryInfo extends EntryNotes {
  /** Bytes. */
  readonly size: number;
  /** When it was stored, in milliseconds since 1970. */
  readonly created: number;
  /** When it was last read or stored, in milliseconds since 1970; files write it in batches, so it may lag. */
  readonly lastUsed: number;
  /** Lower-case hex digest of the bytes as they were stored; absent for files that others wrote. */
  readonly sha256?: string;
  /** Pinned entries are never evicted. */
  readonly pinned: boolean;
}

/** One line of a listing. */
export interface Entry extends EntryInfo {
  readonly key: string;
}

export interface SetOptions extends CallOptions, EntryNotes {
  /** The digest the bytes must have; others are refused with a {@link CorruptEntryError} and nothing is stored. */
  readonly sha256?: string;
}

export interface StreamOptions extends SetOptions {
  /** The length the stream must have, such as Content-Length; a shorter or longer one is refused and nothing is stored. */
  readonly size?: number;
}

/** What `verify` found wrong. */
export interface Problem {
  /**
   * - `corrupt`: the bytes are not those that were stored.
   * - `content`: the bytes are as stored, but are not what the key's type promises (an error body, a cut JPEG).
   * - `unreadable`: reading failed.
   * - `leftover`: a temporary file or lock of a process that is gone.
   * - `unknown`: something in the cache's place that no key names.
   * - `unindexed`: a good entry without metadata (another program wrote it).
   */
  readonly kind: "corrupt" | "content" | "unreadable" | "leftover" | "unknown" | "unindexed";
  /** The entry, where it has a key. */
  readonly key?: string;
  /** The file or record, where it has a place of its own. */
  readonly where?: string;
  /** One sentence for people. */
  readonly message: string;
  /** `repair` removed it, or adopted it if `unindexed`. */
  readonly repaired: boolean;
}

export interface InspectOptions extends CallOptions {
  /** Only keys that start with this. */
  readonly prefix?: string;
  /** Says what is wrong with the content of an entry, or nothing. */
  readonly check?: (key: string, value: Bytes) => MaybePromise<string | undefined>;
  /** Called now and then. */
  readonly onProgress?: (progress: { readonly done: number; readonly bytes: number }) => void;
}

export interface InspectReport {
  /** Entries looked at. */
  readonly entries: number;
  /** Their bytes. */
  readonly bytes: number;
  readonly problems: readonly Problem[];
}

/** What an adapter may offer beyond {@link ByteCache}; each method on its own is optional. */
export interface RichCache extends ByteCache {
  set(key: string, value: Bytes, options?: SetOptions): unknown;
  /** All keys, or those that start with `prefix`. */
  keys(prefix?: string): Iterable<string> | AsyncIterable<string>;
  /** What is known about an entry, without reading it. */
  stat?(key: string, options?: CallOptions): MaybePromise<EntryInfo | undefined>;
  /** All entries with what is known about them. */
  list?(prefix?: string, options?: CallOptions): Iterable<Entry> | AsyncIterable<Entry>;
  /** The bytes as they arrive. */
  getStream?(key: string, options?: CallOptions): MaybePromise<ReadableStream<Bytes> | undefined>;
  /** Stores what arrives, whole or not at all. */
  setStream?(key: string, source: AsyncIterable<Uint8Array>, options?: StreamOptions): unknown;
  /**
   * Runs `run` while nobody else, in any process or tab, runs under the same key. Readers never wait. Pass the signal that
   * `run` gets on to what it stores: where a lock can be lost (files: the process was stopped, and another took over),
   * nothing is stored under it then.
   */
  lock?<T>(key: string, run: (signal: AbortSignal) => Promise<T>, options?: CallOptions): Promise<T>;
  /** Keeps an entry from eviction, or releases it. Pinning an absent key does nothing and is `false`. */
  pin?(key: string, pinned?: boolean): MaybePromise<boolean>;
  /** Looks at every entry; with `repair`, removes what is broken. */
  inspect?(options: InspectOptions & { readonly repair: boolean }): Promise<InspectReport>;
  /** Removes every entry that starts with `prefix`, and what is known about it. */
  erase?(prefix: string, options?: CallOptions): unknown;
  /** Writes what is still in memory and lets go of files, timers and connections. */
  close?(): unknown;
}
