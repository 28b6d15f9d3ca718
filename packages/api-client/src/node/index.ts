/**
 * What makes the clients faster in Node.
 *
 * @module
 */
export { httpFetch } from "./http-fetch.ts";
