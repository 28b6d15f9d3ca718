export { IdentityMismatchError, UnsafeFolderError } from "./errors.ts";
export type { FileCache, FileCacheOptions } from "./file-cache.ts";
export { createFileCache } from "./file-cache.ts";
export { makeFolder } from "./make-folder.ts";
export type { Layout } from "./names.ts";
export { fileNameOf, keyOf } from "./names.ts";
export type { Identity } from "./shelves.ts";
