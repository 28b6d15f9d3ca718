export type { FileCache, FileCacheOptions } from "./cache/file-cache.ts";
export { createFileCache } from "./cache/file-cache.ts";
export { FileTooLargeError, IdentityMismatchError, LockLostError, UnsafeFolderError } from "./errors.ts";
export { makeFolder } from "./files/folders.ts";
export type { Identity } from "./naming/identity.ts";
export type { Layout } from "./naming/names.ts";
export { fileNameOf, keyOf } from "./naming/names.ts";
