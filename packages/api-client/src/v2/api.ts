import { type ApiError, AuthError, HttpError, HttpNotFoundError, type Refusal } from "../transport/errors.ts";
import type { ClientOptions } from "../transport/options.ts";
import { checkClientOptions, createTransport, type Transport, withSession } from "../transport/transport.ts";
import { parsedUrl } from "../transport/urls.ts";
import { meSchema } from "./schemas.ts";
import { type TokenOption, tokenSession } from "./session.ts";

/** What a v2 client takes. */
export interface V2Options extends ClientOptions {
  /** @default "https://api.isic-archive.com" (the API is below `api/v2/` there; a URL with a path is taken as it is) */
  readonly baseUrl?: string | URL;
  /** An access token, a function that gives one, or a session of `/oauth`. Without one the archive sees a guest. */
  readonly token?: TokenOption;
}

/** How long a verified token is believed. */
const TRUST_MS = 10 * 60_000;

/** The public archive. */
export const V2_SERVER = "https://api.isic-archive.com";

/**
 * What the v2 functions take: give it to `imagesOf`, `collectionsOf` ... to bundle only what you use.
 *
 * @throws TypeError when `baseUrl` is no URL or plain http to a host that is not allowed.
 */
export function createV2Api(options: V2Options = {}): Transport {
  checkClientOptions("createV2Client", options, ["token"]);
  const baseUrl = apiUrl(options.baseUrl ?? V2_SERVER);
  const { token, requireLogin = false } = options;
  if (token === undefined && !requireLogin) return createTransport({ ...options, baseUrl }, v2Dialect);
  const { transport } = withSession({ ...options, baseUrl }, v2Dialect, (bare) =>
    tokenSession({
      token: token ?? "",
      requireLogin,
      trustMs: TRUST_MS,
      warn: bare.warn,
      verify: (each) => bare.json({ path: "users/me/", headers: { authorization: `Bearer ${each}` } }, meSchema),
    }),
  );
  return transport;
}

/** A server's root means its API; whoever gives a path knows better. */
function apiUrl(given: string | URL): string {
  const text = String(given);
  const url = parsedUrl(text);
  if (url === undefined) return text;
  if (url.pathname === "/") url.pathname = "/api/v2/";
  return url.href;
}

/** 401 is also the answer to an account without the right; whether the token is dead is found out by the session. */
function v2Dialect(refusal: Refusal, loggedIn: boolean): ApiError {
  if (refusal.status === 401) return new AuthError(loggedIn ? "forbidden" : "login-required", refusal);
  if (refusal.status === 403) return new AuthError("forbidden", refusal);
  if (refusal.status === 404 || refusal.status === 410) return new HttpNotFoundError(refusal);
  return new HttpError(refusal);
}
