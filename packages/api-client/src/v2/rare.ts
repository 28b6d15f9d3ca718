/**
 * What few programs call, loaded with the first call of any of it: one module, so that bundlers cut it into one file.
 *
 * @module
 */
export { allMetadata } from "./all-metadata.ts";
export { changeCalls } from "./collection-changes.ts";
export { zipCalls } from "./zip-calls.ts";
