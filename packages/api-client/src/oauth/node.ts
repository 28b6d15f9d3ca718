/**
 * Login in Node: a loopback redirect. Tokens in a private file are `tokenFile` of `isic/node`, or any `TokenStore`.
 *
 * @module
 */
export { type LoopbackOptions, loginByLoopback } from "./loopback.ts";
