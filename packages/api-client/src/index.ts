/**
 * What both APIs of the archive share: errors, options, lists, downloads. The clients are in `/v1` and `/v2`.
 *
 * @module
 */
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
  PagingError,
  RedirectError,
  type Refusal,
  TimeoutError,
  type TimeoutPhase,
  ValidationError,
  type Where,
} from "./errors.ts";
export type { DownloadOptions, FileDownload, Sink } from "./files/download.ts";
export type { ItemList, ListOptions, ListPosition, Page } from "./lists/list.ts";
export type { CallOptions, ClientOptions, Fetch, RetryOptions, Timeouts, Warning } from "./options.ts";
export type { Open } from "./schema/fields.ts";
export type { Bytes } from "./transport/body.ts";
export type { RequestEvent, ResponseEvent } from "./transport/hooks.ts";
export type { Transport } from "./transport/transport.ts";
