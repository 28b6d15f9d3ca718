import { AuthError, isApiError } from "../transport/errors.ts";
import type { CallOptions, Warning } from "../transport/options.ts";
import type { Session } from "../transport/transport.ts";

/** Gives the access token, with or without `Bearer` before it; `refresh` is asked for when the server no longer knows the one given. */
export interface TokenSource {
  token(options: CallOptions): Promise<string | undefined>;
  /** A new token after the old one was refused; undefined when only a new login helps. */
  refresh?(options: CallOptions): Promise<string | undefined>;
}

/** An access token, a function that gives one, or a source that can renew it. */
export type TokenOption = string | (() => string | undefined | Promise<string | undefined>) | TokenSource;

interface SessionOptions {
  readonly token: TokenOption;
  /** Asks the server who this token belongs to; rejects with an AuthError when to nobody. */
  readonly verify: (token: string) => Promise<unknown>;
  readonly warn: (warning: Warning) => void;
  readonly requireLogin: boolean;
  /** How long a verified token is believed, in milliseconds. */
  readonly trustMs: number;
}

/**
 * The server answers an expired token as it answers a guest, with 200. So a token is checked before its first use,
 * again from time to time, and whenever the server refuses it.
 */
export function tokenSession(options: SessionOptions): Session {
  const source = sourceOf(options.token);
  let current: { token: string; alive: boolean; at: number } | undefined;
  let checking: Promise<boolean> | undefined;

  // Calls share one check, so no single caller's signal may stop it.
  const check = (token: string): Promise<boolean> => {
    checking ??= isAlive(options, token).finally(() => {
      checking = undefined;
    });
    return checking;
  };

  /** Is the token good? A dead one is replaced, or reported once. */
  async function verified(token: string, call: CallOptions): Promise<string | undefined> {
    const fresh = current?.token === token && performance.now() - current.at < options.trustMs;
    const alive = fresh ? current?.alive === true : await check(token);
    const known = current?.token === token && !current.alive;
    if (!fresh) current = { token, alive, at: performance.now() };
    if (alive) return token;
    const renewed = await source.refresh?.(call);
    if (renewed !== undefined && renewed !== token) return await verified(renewed, call);
    if (options.requireLogin) throw new AuthError("expired", { endpoint: "GET users/me/" });
    if (!known) options.warn({ type: "session-expired", message: EXPIRED });
    return undefined;
  }

  return {
    async headers(call) {
      const token = await source.token(call);
      if (token === undefined || token === "") {
        if (options.requireLogin) throw new AuthError("login-required", { endpoint: "GET users/me/" });
        return undefined;
      }
      const good = await verified(token, call);
      return good === undefined ? undefined : { authorization: `Bearer ${good}` };
    },
    async refused(call) {
      const token = await source.token(call);
      if (token === undefined) return "dead";
      if (await check(token)) return "alive";
      const renewed = await source.refresh?.(call);
      current = { token, alive: false, at: performance.now() };
      if (renewed !== undefined && renewed !== token) return "renewed";
      options.warn({ type: "session-expired", message: EXPIRED });
      return "dead";
    },
  };
}

const EXPIRED = "The token is expired or revoked: the archive answers as to a guest. Log in again.";

function sourceOf(option: TokenOption): TokenSource {
  if (typeof option === "string") return { token: async () => bare(option) };
  if (typeof option === "function") return { token: async () => bare(await option()) };
  const { refresh } = option;
  return {
    token: async (call) => bare(await option.token(call)),
    ...(refresh === undefined ? {} : { refresh: async (call) => bare(await refresh.call(option, call)) }),
  };
}

/** People copy tokens with what stands before them in the header. */
function bare(token: string | undefined): string | undefined {
  return token?.trim().replace(/^bearer\s+/i, "");
}

async function isAlive(options: SessionOptions, token: string): Promise<boolean> {
  try {
    await options.verify(token);
    return true;
  } catch (error) {
    if (isApiError(error, "AuthError")) return false;
    throw error;
  }
}
