import type { ByteCache } from "@isic/cache";
import type { ClientOptions, Fetch, RequestEvent, RetryOptions, Timeouts, TokenOption } from "../archive/archive.ts";
import type { Codecs } from "../codecs/types.ts";
import { ArgumentError } from "../errors.ts";
import type { CallOptions } from "../session/calls.ts";
import type { OnWarning } from "../session/context.ts";
import { checkOptions, withoutUndefined } from "../session/options.ts";

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

const CONNECT: readonly string[] = [
  ...["family", "baseUrl", "username", "password", "token", "cache", "codecs", "fetch", "retry", "timeouts"],
  ...["concurrency", "allowHttp", "proxy", "onWarning", "debug", "signal"],
];

/** What people call an option who know it from elsewhere. */
const MEANT: Readonly<Record<string, string>> = {
  server: "baseUrl",
  url: "baseUrl",
  host: "baseUrl",
  endpoint: "baseUrl",
  user: "username",
  login: "username",
  api: "family",
  version: "family",
  accesstoken: "token",
  cachedir: "cacheFolder",
  cachepath: "cacheFolder",
  cachedirectory: "cacheFolder",
  folder: "cacheFolder",
  database: "cacheName",
};

/**
 * Refuses what `connect` does not know: a misspelt server would be the public archive, seen as a guest.
 *
 * @param own names of this platform only
 * @throws ArgumentError that names the option, and the one that was probably meant
 */
export function checkConnectOptions(options: unknown, own: readonly string[] = []): void {
  const known = [...CONNECT, ...own];
  if (typeof options === "string")
    throw new ArgumentError(
      `connect: expected an object of options such as { family: "v1", baseUrl, username: ${JSON.stringify(options)} }, got a string`,
    );
  // Those have sentences of their own: what they would mean differs between the two APIs.
  const names = Object.keys(Object(options)).filter((name) => name !== "clientId");
  for (const name of names) {
    const meant = MEANT[name.replace(/[^A-Za-z]/g, "").toLowerCase()];
    if (known.includes(name) || meant === undefined || !known.includes(meant)) continue;
    throw new ArgumentError(`connect: unknown option ${JSON.stringify(name)}; did you mean ${JSON.stringify(meant)}?`);
  }
  checkOptions("connect", options, [...known, "clientId"]);
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
