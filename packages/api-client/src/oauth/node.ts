/**
 * Login in Node: a loopback redirect, and tokens in a private file.
 *
 * @module
 */
export { type LoopbackOptions, loginByLoopback } from "./loopback.ts";
export { tokenFile } from "./token-file.ts";
