/**
 * The client's ways to the network in Node: a faster `fetch`, and one through the environment's proxy.
 *
 * @module
 */
export { httpFetch } from "./http-fetch.ts";
export { proxiedFetch } from "./proxy.ts";
