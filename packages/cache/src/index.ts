export type { ByteCache, Bytes, CallOptions, MaybePromise } from "./types.ts";
