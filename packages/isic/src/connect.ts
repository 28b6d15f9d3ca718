import type { ClientOptions, Fetch, RequestEvent, RetryOptions, Timeouts } from "@isic/api-client";
import type { V1Client } from "@isic/api-client/v1";
import type { TokenOption, V2Client } from "@isic/api-client/v2";
import type { ByteCache } from "@isic/cache";
import type { Codecs } from "./codecs/types.ts";
import type { OnWarning } from "./context.ts";
import type { CallOptions } from "./origin.ts";
import { present } from "./present.ts";

/** A password, or a function that gets one when it is needed. */
export type Secret = string | (() => string | Promise<string>);

/** What `IsicApi.connect` takes on every platform. */
export interface ConnectOptions extends CallOptions {
  /** `v2` is today's archive, `v1` a Girder server. @default "v2" */
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

/** A client and who it acts for. */
export type Connected =
  | {
      readonly family: "v1";
      readonly client: V1Client;
      readonly account: string;
      readonly username: string | undefined;
    }
  | {
      readonly family: "v2";
      readonly client: V2Client;
      readonly account: string;
      readonly username: string | undefined;
    };

/** Who nobody is, in cache keys. */
export const ANONYMOUS = "anonymous";

/**
 * Makes the client and logs in, so that it is certain whose data come from now on: the server takes a dead token for
 * a guest without a word. Only the client that is asked for is loaded.
 */
export async function connectClient(options: ConnectOptions): Promise<Connected> {
  return (options.family ?? "v2") === "v1" ? connectV1(options) : connectV2(options);
}

async function connectV1(options: ConnectOptions): Promise<Connected> {
  if (options.baseUrl === undefined) {
    throw new TypeError(
      "expected baseUrl for the old API (a Girder server such as https://archive.example.org), got none",
    );
  }
  const { createV1Client } = await import("@isic/api-client/v1");
  const { username, password, token } = options;
  if (token !== undefined && typeof token !== "string") throw new TypeError("expected the token of a v1 login as text");
  const client = createV1Client({
    ...common(options),
    baseUrl: withPath(options.baseUrl, "/api/v1"),
    ...present({ username, password, token }),
    requireLogin: username !== undefined || token !== undefined,
  });
  const call = { signal: options.signal };
  if (username === undefined && token === undefined)
    return { family: "v1", client, account: ANONYMOUS, username: undefined };
  const user = username === undefined ? await client.me(call) : await client.login(call);
  return { family: "v1", client, account: user?._id ?? ANONYMOUS, username: user?.login };
}

async function connectV2(options: ConnectOptions): Promise<Connected> {
  if (options.username !== undefined || options.password !== undefined) {
    throw new TypeError(
      "today's archive has no login by name and password: expected `token` (see @isic/api-client/oauth)",
    );
  }
  const { createV2Client } = await import("@isic/api-client/v2");
  const { token, baseUrl } = options;
  const client = createV2Client({
    ...common(options),
    ...present({ baseUrl, token }),
    requireLogin: token !== undefined,
  });
  if (token === undefined) return { family: "v2", client, account: ANONYMOUS, username: undefined };
  const me = await client.users.me({ signal: options.signal });
  return { family: "v2", client, account: String(me.id), username: me.email };
}

function common(options: ConnectOptions): Omit<ClientOptions, "baseUrl"> {
  const { fetch, retry, timeouts, concurrency, allowHttp, proxy, debug } = options;
  const warn = options.onWarning ?? ((message: string) => console.warn(message));
  const onRequest = debug === true ? logRequest : debug === false ? undefined : debug;
  return {
    ...present({ fetch, retry, timeouts, concurrency, allowHttp, proxy, onRequest }),
    onWarning: (warning) => warn(warning.message),
  };
}

function logRequest(request: RequestEvent): void {
  console.debug(`isic: ${request.method} ${request.url}`);
}

function withPath(baseUrl: string | URL, path: string): string {
  if (!URL.canParse(String(baseUrl))) return String(baseUrl);
  const url = new URL(baseUrl);
  if (url.pathname === "/") url.pathname = path;
  return url.href;
}
