import type { ApiError } from "./errors.ts";
import type { Limits } from "./limits.ts";
import type { RequestEvent, ResponseEvent } from "./masking.ts";

/** The one door to the network: a web handler. Its signal is aborted when the client gives up on the request. */
export type Fetch = (request: Request) => Promise<Response>;

/** Something a caller should know although the call went on. */
export type Warning =
  /**
   * A record does not have the shape this client knows. It was kept as the server sent it (`validation: "warn"`), or
   * left out of its list (`"leave out"`).
   */
  | { readonly type: "validation"; readonly message: string; readonly error: ApiError; readonly record: unknown }
  /** The token is expired or revoked: from here on the server answers as to a guest. */
  | { readonly type: "session-expired"; readonly message: string }
  /** A list changed while it was walked; records may be missing. */
  | { readonly type: "paging"; readonly message: string }
  /** A query or answer was handled in another way than asked for. */
  | { readonly type: "note"; readonly message: string };

/** How often, and for how long, a call is tried. */
export interface RetryOptions {
  /** How often a failed call is tried again: since the last kept bytes for a file. 0 turns retries off. @default 6 */
  readonly limit?: number;
  /**
   * All attempts of one call together, waits included, until a file begins or another answer is whole, in milliseconds. A
   * file has as long again for each 64 kB of it (a sixteenth of a small one); other answers have a second more for each
   * 16 kB. @default 180_000
   */
  readonly budgetMs?: number;
  /** The first wait, doubled for each further one, with jitter, in milliseconds. @default 300 */
  readonly baseMs?: number;
  /** The longest wait that is not the server's own wish, in milliseconds. @default 20_000 */
  readonly maxMs?: number;
}

/** How long a server may keep silent. */
export interface Timeouts {
  /** From sending a request to its status line, in milliseconds. @default 60_000 */
  readonly responseMs?: number;
  /** Between two pieces of a body, in milliseconds. @default 30_000 */
  readonly stallMs?: number;
}

/** What both clients take. */
export interface ClientOptions {
  /**
   * Where the API lives. Plain http is refused except on this machine (loopback) and for the hosts in `allowHttp`.
   */
  readonly baseUrl?: string | URL;
  /** @default the platform's `fetch` */
  readonly fetch?: Fetch;
  readonly timeouts?: Timeouts;
  readonly retry?: RetryOptions;
  /** Bounds for what a broken or hostile server may send. */
  readonly limits?: Limits;
  /** Requests in flight to one host, open downloads included. @default 8 */
  readonly concurrency?: number;
  /** Called before each request goes out, retries and redirects included. Secrets are masked. */
  readonly onRequest?: (event: RequestEvent) => void;
  /** Called when headers have arrived, or the request has failed. Secrets are masked. */
  readonly onResponse?: (event: ResponseEvent) => void;
  readonly onWarning?: (warning: Warning) => void;
  /**
   * What to do with a record of unknown shape: fail, keep it as it came and warn, or leave it out of its list and warn
   * (alone, and where no record of a page fits, it is an error then too). @default "error"
   */
  readonly validation?: "error" | "warn" | "leave out";
  /** Fail with an `AuthError` instead of going on as a guest when the session turns out to be dead. @default false */
  readonly requireLogin?: boolean;
  /** For browsers whose origin the file host does not allow: maps a file's URL to one that does. */
  readonly proxy?: (url: URL) => URL | string;
  /**
   * Hosts (`name` or `name:port`) that may be spoken to over plain http, by an https server's redirects and file
   * addresses too.
   */
  readonly allowHttp?: readonly string[];
}

/** What every call takes. */
export interface CallOptions {
  /** Stops the call; it then rejects with an `AbortError` whose `cause` is the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}
