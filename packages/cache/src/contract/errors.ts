/** What the errors of this package have in common: the mark of the family, across packages and duplicate installs. */
export abstract class CacheError extends Error {
  /** The class's name, for a `switch`. */
  abstract readonly tag: string;

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    // Not enumerable, so that it is not printed.
    Object.defineProperty(this, Symbol.for("isic.error"), { value: true });
  }
}

/** Shows a hostile string in a message without its control characters, cut to a readable length. */
function quote(text: string): string {
  const short = text.length > 80 ? `${text.slice(0, 77)}...` : text;
  return JSON.stringify(short);
}

/** The key cannot be stored safely; nothing was touched. Make keys with `cacheKey`. */
export class InvalidKeyError extends CacheError {
  readonly tag = "InvalidKeyError";
  override readonly name = "InvalidKeyError";
  readonly key: string;
  readonly reason: string;

  constructor(key: string, reason: string) {
    super(`The cache key ${quote(key)} is refused: ${reason}. Make keys with cacheKey([...]).`);
    this.key = key;
    this.reason = reason;
  }
}

/** The bytes are not those that were stored, or not those that were announced. Delete the entry and fetch it again. */
export class CorruptEntryError extends CacheError {
  readonly tag = "CorruptEntryError";
  override readonly name = "CorruptEntryError";
  readonly key: string;
  /** What was wrong, such as two digests or two lengths. */
  readonly reason: string;

  constructor(key: string, reason: string, options?: ErrorOptions) {
    super(`The cache entry ${quote(key)} is broken: ${reason}. Delete it and fetch it again, or run repair.`, options);
    this.key = key;
    this.reason = reason;
  }
}

/** There is no room for the entry; an older value under the key is still there. Free space, or raise the limit. */
export class CacheFullError extends CacheError {
  readonly tag = "CacheFullError";
  override readonly name = "CacheFullError";
  readonly key: string;
  /** Bytes that were to be stored, where known. */
  readonly size: number | undefined;

  constructor(key: string, size: number | undefined, reason: string, options?: ErrorOptions) {
    const what = size === undefined ? "" : ` (${size} bytes)`;
    super(`There is no room for the cache entry ${quote(key)}${what}: ${reason}.`, options);
    this.key = key;
    this.size = size;
  }
}

/** Is it a {@link CorruptEntryError}, of this copy of the package or of another one? */
export function isCorruptEntry(error: unknown): error is CorruptEntryError {
  return error instanceof Error && (error as { tag?: unknown }).tag === "CorruptEntryError";
}
