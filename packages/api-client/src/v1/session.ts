import { AuthError, isApiError } from "../transport/errors.ts";
import type { CallOptions } from "../transport/options.ts";
import type { Session, Transport } from "../transport/transport.ts";
import { loginSchema, meSchema } from "./schemas.ts";
import type { User } from "./types.ts";

/** A secret, or a function that asks for it when it is needed. */
export type Secret = string | (() => string | Promise<string>);

interface V1Credentials {
  readonly username?: string | undefined;
  readonly password?: Secret | undefined;
  /** For accounts with a second factor. */
  readonly otp?: Secret | undefined;
  /** A token of an earlier login, instead of name and password. It is checked before its first use. */
  readonly token?: string | undefined;
  readonly requireLogin: boolean;
}

/** Who is logged in to a Girder server. Login happens on the first call that needs it, or by `login()`. */
export interface V1Session extends Session {
  login(options?: CallOptions): Promise<User>;
  logout(options?: CallOptions): Promise<void>;
  /** The token in use, to be kept by the caller; undefined for a guest. */
  readonly token: string | undefined;
}

/** Basic once, then the token header: the server honours a password nowhere but at the login. */
export function girderSession(bare: Transport, credentials: V1Credentials): V1Session {
  let token = credentials.token;
  let state: "unknown" | "good" | "guest" = token === undefined ? "guest" : "unknown";
  let loggedOut = false;
  let busy: Promise<unknown> | undefined;
  const canLogIn = credentials.username !== undefined && credentials.password !== undefined;

  /** One login or check at a time; whoever comes meanwhile waits for the same outcome. */
  const once = <T>(work: () => Promise<T>): Promise<T> => {
    busy ??= work().finally(() => {
      busy = undefined;
    });
    return busy as Promise<T>;
  };

  async function login(options: CallOptions = {}): Promise<User> {
    const { username, password, otp } = credentials;
    if (username === undefined || password === undefined) {
      throw new TypeError("login: expected `username` and `password` among the client's options, got neither or one.");
    }
    const headers: Record<string, string> = { authorization: await basic(username, await secret(password)) };
    if (otp !== undefined) headers["girder-otp"] = await secret(otp);
    const call = { path: "user/authentication", headers, anonymous: true, signal: options.signal };
    const answer = await bare.json(call, loginSchema);
    token = answer.authToken.token;
    loggedOut = false;
    // The server takes an unknown token for a guest, without a word: only this tells that it counts.
    if ((await whoIs(token, options)) === null) throw expired(200);
    state = "good";
    return answer.user;
  }

  const whoIs = (which: string, { signal }: CallOptions) =>
    bare.json({ path: "user/me", headers: { "girder-token": which }, signal }, meSchema);

  async function establish(): Promise<void> {
    if (state === "unknown" && token !== undefined) {
      if ((await whoIs(token, {})) !== null) state = "good";
      else await lost();
    } else if (canLogIn && !loggedOut) {
      await login();
    }
  }

  /** The token is dead: log in again if that is possible, else go on as a guest and say so. */
  async function lost(): Promise<void> {
    token = undefined;
    state = "guest";
    if (canLogIn) await login();
    else if (credentials.requireLogin) throw expired(undefined);
    else
      bare.warn({
        type: "session-expired",
        message: "The token is expired or revoked: the server answers as to a guest.",
      });
  }

  return {
    get token() {
      return token;
    },
    login: async (options) => once(() => login(options)),
    async logout({ signal } = {}) {
      const last = token;
      token = undefined;
      state = "guest";
      loggedOut = true;
      if (last === undefined) return;
      await bare.send({ method: "DELETE", path: "user/authentication", headers: { "girder-token": last }, signal });
    },
    async headers() {
      if (state !== "good") await once(establish);
      if (token !== undefined) return { "girder-token": token };
      if (credentials.requireLogin) throw new AuthError("login-required", { endpoint: "GET user/me" });
      return undefined;
    },
    async refused(options) {
      const suspect = token;
      if (suspect === undefined) return "dead";
      if ((await whoIs(suspect, options)) !== null) return "alive";
      if (token === suspect) {
        try {
          await once(lost);
        } catch (error) {
          if (!isApiError(error, "AuthError")) throw error;
        }
      }
      return token === undefined ? "dead" : "renewed";
    },
  };
}

function expired(status: number | undefined): AuthError {
  return new AuthError("expired", { endpoint: "GET user/me", ...(status === undefined ? {} : { status }) });
}

async function secret(given: Secret): Promise<string> {
  const value = typeof given === "string" ? given : await given();
  if (typeof value !== "string" || value === "") throw new TypeError("login: expected a password, got an empty one.");
  return value;
}

/** Girder reads the pair as UTF-8. */
async function basic(username: string, password: string): Promise<string> {
  if (username.includes(":")) throw new TypeError("username: expected no colon in it.");
  const bytes = new TextEncoder().encode(`${username}:${password}`);
  return `Basic ${btoa(String.fromCharCode(...bytes))}`;
}
