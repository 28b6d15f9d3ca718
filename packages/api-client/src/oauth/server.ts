import * as oauth from "oauth4webapi";
import { joined } from "../transport/body.ts";
import { isApiError, NetworkError, TimeoutError } from "../transport/errors.ts";
import { withoutSecrets } from "../transport/masking.ts";
import type { Fetch } from "../transport/options.ts";
import { isAllowed } from "../transport/urls.ts";
import { userAgent } from "../transport/user-agent.ts";
import { OAuthError, REGISTER } from "./errors.ts";
import type { TokenSet } from "./store.ts";

/** The archive's OAuth endpoints, spoken to through oauth4webapi. */
export interface OAuthServer {
  authorizationUrl(challenge: Challenge): Promise<URL>;
  exchange(callback: URL, challenge: Challenge): Promise<TokenSet>;
  refresh(refreshToken: string): Promise<TokenSet>;
  revoke(token: string): Promise<void>;
}

/** What a login in progress has to remember until its answer comes back. A secret. */
export interface Challenge {
  readonly state: string;
  readonly verifier: string;
  readonly redirectUri: string;
}

interface ServerOptions {
  readonly server: URL;
  readonly clientId: string;
  readonly scopes: readonly string[];
  readonly fetch: Fetch;
  readonly allowHttp: readonly string[];
  readonly timeoutMs: number;
}

/** A new secret of one login, by PKCE. */
export function newChallenge(redirectUri: string): Challenge {
  return { state: oauth.generateRandomState(), verifier: oauth.generateRandomCodeVerifier(), redirectUri };
}

/** The endpoints of a server, for one application. */
export function oauthServer({ server, clientId, scopes, fetch, allowHttp, timeoutMs }: ServerOptions): OAuthServer {
  const at = (path: string) => new URL(`/oauth/${path}/`, server).href;
  const as: oauth.AuthorizationServer = {
    issuer: server.origin,
    authorization_endpoint: at("authorize"),
    token_endpoint: at("token"),
    revocation_endpoint: at("revoke_token"),
  };
  const client: oauth.Client = { client_id: clientId };
  const options = {
    [oauth.customFetch]: (url: string, init: RequestInit) =>
      inTime(fetch, url, init, timeoutMs).catch((cause: unknown) => {
        throw isApiError(cause) ? cause : new NoAnswer(cause);
      }),
    [oauth.allowInsecureRequests]: server.protocol === "http:" && isAllowed(server, allowHttp),
  };
  const none = oauth.None();

  return {
    async authorizationUrl({ state, verifier, redirectUri }) {
      const url = new URL(as.authorization_endpoint as string);
      url.search = new URLSearchParams({
        response_type: "code",
        client_id: clientId,
        redirect_uri: redirectUri,
        scope: scopes.join(" "),
        state,
        code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
        code_challenge_method: "S256",
      }).toString();
      return url;
    },
    exchange: (callback, { state, verifier, redirectUri }) =>
      guarded("POST oauth/token/", [...callback.searchParams.getAll("code"), state, verifier], async () => {
        const answer = oauth.validateAuthResponse(as, client, callback, state);
        const response = await oauth.authorizationCodeGrantRequest(
          as,
          client,
          none,
          answer,
          redirectUri,
          verifier,
          options,
        );
        return tokenSet(await oauth.processAuthorizationCodeResponse(as, client, response));
      }),
    refresh: (refreshToken) =>
      guarded("POST oauth/token/", [refreshToken], async () => {
        const response = await oauth.refreshTokenGrantRequest(as, client, none, refreshToken, options);
        return tokenSet(await oauth.processRefreshTokenResponse(as, client, response));
      }),
    revoke: (token) =>
      guarded("POST oauth/revoke_token/", [token], async () => {
        await oauth.processRevocationResponse(await oauth.revocationRequest(as, client, none, token, options));
      }),
  };
}

/** The whole answer in time, or none: a store's lock is held meanwhile, so nothing here is tried again. */
async function inTime(fetch: Fetch, url: string, init: RequestInit, limitMs: number): Promise<Response> {
  const where = { endpoint: `${init.method ?? "GET"} ${new URL(url).pathname.slice(1)}` };
  const controller = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      const error = new TimeoutError("response", limitMs, where);
      controller.abort(error);
      reject(error);
    }, limitMs);
  });
  try {
    const request = new Request(url, {
      ...init,
      headers: { ...userAgent(), ...headersIn(init) },
      signal: controller.signal,
    });
    const answered = (async () => {
      const response = await fetch(request);
      const { status, statusText, headers } = response;
      return new Response(await beginningOf(response), { status, statusText, headers });
    })();
    return await Promise.race([answered, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Tokens and errors are short: what is longer is cut, and then no JSON. */
const LONGEST_ANSWER = 1_000_000;

async function beginningOf({ body }: Response): Promise<Uint8Array<ArrayBuffer>> {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let length = 0;
  const reader = body?.getReader();
  for (let part = await reader?.read(); part?.done === false && length < LONGEST_ANSWER; part = await reader?.read()) {
    const piece = (part.value as Uint8Array<ArrayBuffer>).subarray(0, LONGEST_ANSWER - length);
    parts.push(piece);
    length += piece.length;
  }
  reader?.cancel().catch(() => undefined);
  return joined(parts);
}

function headersIn({ headers }: RequestInit): Record<string, string> {
  return Object.fromEntries(new Headers(headers));
}

function tokenSet(answer: oauth.TokenEndpointResponse): TokenSet {
  return {
    accessToken: answer.access_token,
    refreshToken: answer.refresh_token,
    expiresAt: Date.now() + (answer.expires_in ?? 3600) * 1000,
    scope: answer.scope ?? "",
  };
}

/** The network or the caller's `fetch` failed: `cause` says how. */
class NoAnswer extends Error {
  constructor(cause: unknown) {
    super("no answer", { cause });
  }
}

/**
 * The library's errors in this package's words. Theirs are not among the causes: whole answers hang on them, with tokens.
 *
 * @param secrets what was sent, which a server may repeat in its own words
 */
async function guarded<T>(endpoint: string, secrets: readonly string[], work: () => Promise<T>): Promise<T> {
  const masked = (text: string): string => withoutSecrets(text, secrets);
  try {
    return await work();
  } catch (error) {
    if (isApiError(error)) throw error;
    if (error instanceof NoAnswer) {
      throw new NetworkError("no answer from the login server", { endpoint }, { cause: error.cause });
    }
    if (error instanceof oauth.ResponseBodyError || error instanceof oauth.AuthorizationResponseError) {
      const [code, why = ""] = [masked(error.error), error.error_description && masked(error.error_description)];
      const isRedirect = /redirect/i.test(why);
      const what = `the server said ${code}${why ? ` (${why})` : ""}${isRedirect ? `; ${REGISTER}` : ""}`;
      throw new OAuthError("refused", what, { endpoint }, code);
    }
    const what = error instanceof Error ? masked(error.message) : "it is none";
    throw new OAuthError("mismatch", `the answer does not fit (${what})`, { endpoint });
  }
}
