export { checkContent } from "./content/check.ts";
export { decodeGzipJson, encodeGzipJson } from "./content/gzip-json.ts";
export type { LabelGrid } from "./content/npz.ts";
export { decodeIndexNpz, encodeIndexNpz } from "./content/npz.ts";
export { CacheFullError, CorruptEntryError, InvalidContentError, InvalidKeyError } from "./errors.ts";
export type { GetOrCreateOptions, LoadContext, Loaded } from "./get-or-create.ts";
export { getOrCreate } from "./get-or-create.ts";
export { repair, verify } from "./inspect.ts";
export { cacheKey, checkKey, parseKey } from "./key.ts";
export { layered } from "./layered.ts";
export type { LimitOptions } from "./limit.ts";
export { limit } from "./limit.ts";
export type { MemoryCache, MemoryCacheOptions } from "./memory.ts";
export { createMemoryCache } from "./memory.ts";
export { notesOf } from "./notes.ts";
export type { PutOptions, PutResult, RecordStore, RecordStoreOptions } from "./records/record-store.ts";
export { openRecordStore } from "./records/record-store.ts";
export { sha256Hex } from "./sha256.ts";
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
} from "./types.ts";
