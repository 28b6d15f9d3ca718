export { CacheUnavailableError } from "./errors.ts";
export type { IdbCache, IdbCacheOptions } from "./idb-cache.ts";
export { createIdbCache } from "./idb-cache.ts";
