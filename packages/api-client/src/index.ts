/**
 * What both APIs of the archive share: errors, options, lists, downloads. The clients are in `/v1` and `/v2`.
 *
 * @module
 */

export type { DownloadOptions, FileDownload, Sink } from "./files/download.ts";
export type { ItemList, ListOptions, ListPosition, Page } from "./lists/list.ts";
export type { Open } from "./schema/fields.ts";
export type { Bytes } from "./transport/body.ts";
export {
  AbortError,
  ApiError,
  type ApiErrors,
  AuthError,
  type AuthReason,
  ContentError,
  type ContentProblem,
  CorsError,
  HttpError,
  HttpNotFoundError,
  isApiError,
  NetworkError,
  type NetworkProblem,
  PagingError,
  type PagingProblem,
  RedirectError,
  type Refusal,
  TimeoutError,
  type TimeoutPhase,
  ValidationError,
  type Where,
} from "./transport/errors.ts";
export { type JsonLimits, jsonExcess } from "./transport/json-excess.ts";
export type { Limits } from "./transport/limits.ts";
export { type RequestEvent, type ResponseEvent, withoutSignatures } from "./transport/masking.ts";
export type {
  CallOptions,
  ClientOptions,
  Fetch,
  RetryOptions,
  Timeouts,
  Warning,
} from "./transport/options.ts";
export type { Transport } from "./transport/transport.ts";
export { isAllowed } from "./transport/urls.ts";
