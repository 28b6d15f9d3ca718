export { notesOf } from "./contract/entries.ts";
export {
  CacheError,
  CacheFullError,
  CorruptEntryError,
  InvalidKeyError,
} from "./contract/errors.ts";
export { ANONYMOUS, accountPart, cacheKey, checkKey, parseKey } from "./contract/key.ts";
export { CALL_OPTIONS, checkOptions, INSPECT_OPTIONS, SET_OPTIONS, STREAM_OPTIONS } from "./contract/options.ts";
export { assertSha256, sha256Hex } from "./contract/sha256.ts";
export { collect } from "./contract/streams.ts";
export type {
  ByteCache,
  Bytes,
  CallOptions,
  Entry,
  EntryInfo,
  EntryNotes,
  InspectOptions,
  InspectReport,
  MaybePromise,
  Problem,
  Readers,
  RichCache,
  SetOptions,
  StreamOptions,
} from "./contract/types.ts";
export type { GetOrCreateOptions, LoadContext, Loaded } from "./functions/get-or-create.ts";
export { getOrCreate } from "./functions/get-or-create.ts";
export { repair, verify } from "./functions/inspect.ts";
export { layered } from "./functions/layered.ts";
export type { LimitOptions } from "./functions/limit.ts";
export { limit } from "./functions/limit.ts";
export type { MemoryCache, MemoryCacheOptions } from "./memory/memory-cache.ts";
export { createMemoryCache } from "./memory/memory-cache.ts";
