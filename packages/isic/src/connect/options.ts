import type { ByteCache } from "@isic/cache";
import type { ClientOptions, Fetch, RequestEvent, RetryOptions, Timeouts, TokenOption } from "../archive/archive.ts";
import type { Codecs } from "../codecs/types.ts";
import type { CallOptions } from "../session/calls.ts";
import type { OnWarning } from "../session/context.ts";
import { withoutUndefined } from "../session/options.ts";

/** A password, or a function that gets one when it is needed. */
export type Secret = string | (() => string | Promise<string>);

/** What `IsicApi.connect` takes on every platform. */
export interface ConnectOptions extends CallOptions {
  /** The API: `v2` is that of the public archive, `v1` a Girder server's. @default "v2" */
  readonly family?: "v1" | "v2" | undefined;
  /** The server: `https://host` or with the API's path. Needed for v1. @default "https://api.isic-archive.com" */
  readonly baseUrl?: string | URL | undefined;
  /** v1: login name or e-mail address. Without one you see what is public. */
  readonly username?: string | undefined;
  /** v1: the password. Never write one into source code: give a function that asks for it. */
  readonly password?: Secret | undefined;
  /** v2: an access token or a session of `@isic/api-client/oauth`. v1: the token of an earlier login. */
  readonly token?: TokenOption | undefined;
  /** Any cache contract; `false` for none. @default the platform's: a folder in Node, IndexedDB in browsers */
  readonly cache?: ByteCache | false | undefined;
  /** @default the platform's */
  readonly codecs?: Codecs | undefined;
  /** @default the platform's */
  readonly fetch?: Fetch | undefined;
  readonly retry?: RetryOptions | undefined;
  readonly timeouts?: Timeouts | undefined;
  /** Requests in flight at the same time. @default 8 */
  readonly concurrency?: number | undefined;
  /** Hosts that may be spoken to over plain http; loopback always may. */
  readonly allowHttp?: readonly string[] | undefined;
  /** For pages whose origin the file host does not allow: maps a file's URL to one that does. */
  readonly proxy?: ((url: URL) => URL | string) | undefined;
  /** Hears what was survived and what one should know. @default console.warn */
  readonly onWarning?: OnWarning | undefined;
  /** Hears of each request; secrets are masked. `true` writes them to console.debug. */
  readonly debug?: boolean | ((request: RequestEvent) => void) | undefined;
}

/** What both clients take. */
export function commonOptions(options: ConnectOptions): Omit<ClientOptions, "baseUrl"> {
  const { fetch, retry, timeouts, concurrency, allowHttp, proxy, debug } = options;
  const warn = options.onWarning ?? ((message: string) => console.warn(message));
  const onRequest = debug === true ? logRequest : debug === false ? undefined : debug;
  return {
    ...withoutUndefined({ fetch, retry, timeouts, concurrency, allowHttp, proxy, onRequest }),
    // One record that nobody can read does not end a run over all of them.
    validation: "leave out",
    onWarning: (warning) => warn(warning.message),
  };
}

function logRequest(request: RequestEvent): void {
  console.debug(`isic: ${request.method} ${request.url}`);
}
