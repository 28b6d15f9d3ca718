/**
 * What makes the clients faster in Node.
 *
 * @module
 */
export { httpFetch } from "./node/http-fetch.ts";
