import { checkOptions } from "../schema/options.ts";
import { AuthError, isApiError } from "../transport/errors.ts";
import type { CallOptions, Fetch } from "../transport/options.ts";
import { checkBaseUrl } from "../transport/urls.ts";
import { createV2Api, V2_SERVER } from "../v2/api.ts";
import { meSchema } from "../v2/schemas.ts";
import type { TokenSource } from "../v2/session.ts";
import type { Me } from "../v2/types.ts";
import { OAuthError } from "./errors.ts";
import { type Challenge, newChallenge, oauthServer } from "./server.ts";
import { memoryStore, type TokenSet, type TokenStore } from "./store.ts";

/** What happens to a session. */
export type SessionEvent =
  | { readonly type: "login"; readonly user: Me }
  | { readonly type: "refreshed" }
  /** The tokens are dead: calls are a guest's from here on, or fail when the client demands a login. */
  | { readonly type: "expired"; readonly message: string }
  | { readonly type: "logout" };

/** What a login needs. */
export interface OAuthOptions {
  /** Of an application registered with the archive. */
  readonly clientId: string;
  /** @default "https://api.isic-archive.com" */
  readonly server?: string | URL;
  /** @default ["identity"] */
  readonly scopes?: readonly string[];
  /** Where tokens are kept. @default in memory */
  readonly store?: TokenStore;
  readonly onEvent?: (event: SessionEvent) => void;
  readonly fetch?: Fetch;
  /** Hosts that may be spoken to over plain http, besides loopback. */
  readonly allowHttp?: readonly string[];
  /** How long the login server may take for an answer, in milliseconds. @default 15_000 */
  readonly timeoutMs?: number;
}

/** A login with the archive, for a client's `token` option. */
export interface OAuthSession extends TokenSource {
  /** Begins a login: send the user to `url`, keep `challenge` secret until the user comes back to `redirectUri`. */
  begin(redirectUri: string): Promise<{ readonly url: URL; readonly challenge: Challenge }>;
  /** Ends it with the address the user came back to. The session is verified: the user is who the server sees. */
  finish(callback: string | URL, challenge: Challenge): Promise<Me>;
  /** A token that is good for at least another minute; undefined when nobody is logged in. */
  token(options?: CallOptions): Promise<string | undefined>;
  /** A new token now, although the old one seems good: the server refused it. */
  refresh(options?: CallOptions): Promise<string | undefined>;
  /** Revokes the tokens and forgets them. */
  logout(): Promise<void>;
}

const EARLY_MS = 60_000;

/**
 * OAuth2 with authorization code and PKCE. Refreshes are serialised: within a client by sharing, across tabs and
 * processes by the store's lock, under which the stored tokens are read again before anything is asked for.
 *
 * @throws TypeError without a client id, or for a server that is plain http and not allowed.
 */
export function createOAuthSession(options: OAuthOptions): OAuthSession {
  const names = ["clientId", "server", "scopes", "store", "onEvent", "fetch", "allowHttp", "timeoutMs"];
  checkOptions("createOAuthSession", options, names);
  const { clientId, scopes = ["identity"], allowHttp = [], onEvent, timeoutMs = 15_000 } = options;
  if (typeof clientId !== "string" || clientId === "") {
    throw new TypeError("clientId: expected the id of an application registered with the archive, got none.");
  }
  const server = checkBaseUrl(options.server ?? V2_SERVER, allowHttp);
  const send: Fetch = options.fetch ?? ((request) => fetch(request));
  const oauth = oauthServer({ server, clientId, scopes, fetch: send, allowHttp, timeoutMs });
  const api = createV2Api({ baseUrl: server, fetch: send, allowHttp });
  const store = options.store ?? memoryStore();
  let refreshing: Promise<TokenSet | undefined> | undefined;

  /** Expired tokens are answered as a guest is: only this tells that they count. */
  const whoIs = ({ accessToken }: TokenSet): Promise<Me> =>
    api.json({ path: "users/me/", headers: { authorization: `Bearer ${accessToken}` } }, meSchema);

  async function renew(dead: string | undefined): Promise<TokenSet | undefined> {
    const { tokens, isFresh } = await store.lock(() => exchanged(dead));
    if (!isFresh || tokens === undefined) return tokens;
    // The lock is free again: this one waits, and may be tried more than once.
    try {
      await whoIs(tokens);
    } catch (error) {
      if (!isApiError(error, "AuthError")) throw error;
      return await store.lock(async () => {
        const stored = await store.load();
        return stored?.accessToken === tokens.accessToken ? await over(error.message) : stored;
      });
    }
    onEvent?.({ type: "refreshed" });
    return tokens;
  }

  /** Under the lock: the pair that somebody else got meanwhile, or a new one in exchange for the old. */
  async function exchanged(dead: string | undefined): Promise<{ tokens: TokenSet | undefined; isFresh: boolean }> {
    const stored = await store.load();
    // Another call, tab or process was faster: its tokens are the living ones.
    if (stored === undefined || (stored.accessToken !== dead && isGood(stored)))
      return { tokens: stored, isFresh: false };
    if (stored.refreshToken === undefined) return { tokens: await over("there is no refresh token"), isFresh: false };
    try {
      const fresh = await oauth.refresh(stored.refreshToken);
      const kept = { ...fresh, refreshToken: fresh.refreshToken ?? stored.refreshToken };
      // Kept before it is verified: the old pair is dead already, and this one must not be lost.
      await store.save(kept);
      return { tokens: kept, isFresh: true };
    } catch (error) {
      if (!(error instanceof OAuthError) || error.problem !== "refused") throw error;
      return { tokens: await over(error.message), isFresh: false };
    }
  }

  async function over(why: string): Promise<undefined> {
    await store.save(undefined);
    onEvent?.({ type: "expired", message: `The session is over (${why}): log in again.` });
    return undefined;
  }

  const shared = (dead: string | undefined): Promise<TokenSet | undefined> => {
    refreshing ??= renew(dead).finally(() => {
      refreshing = undefined;
    });
    return refreshing;
  };

  return {
    async begin(redirectUri) {
      const challenge = newChallenge(redirectUri);
      return { url: await oauth.authorizationUrl(challenge), challenge };
    },
    async finish(callback, challenge) {
      const tokens = await oauth.exchange(new URL(callback), challenge);
      const user = await whoIs(tokens).catch((error: unknown) => {
        if (!isApiError(error, "AuthError")) throw error;
        throw new AuthError("expired", { endpoint: "GET users/me/" }, { cause: error });
      });
      await store.lock(() => store.save(tokens));
      onEvent?.({ type: "login", user });
      return user;
    },
    async token() {
      const tokens = await store.load();
      if (tokens === undefined) return undefined;
      return (isGood(tokens) ? tokens : await shared(undefined))?.accessToken;
    },
    async refresh() {
      return (await shared((await store.load())?.accessToken))?.accessToken;
    },
    async logout() {
      const tokens = await store.lock(async () => {
        const stored = await store.load();
        await store.save(undefined);
        return stored;
      });
      if (tokens !== undefined) await oauth.revoke(tokens.refreshToken ?? tokens.accessToken);
      onEvent?.({ type: "logout" });
    },
  };
}

function isGood(tokens: TokenSet): boolean {
  return tokens.expiresAt - Date.now() > EARLY_MS;
}
