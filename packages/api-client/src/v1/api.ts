import type { ClientOptions } from "../options.ts";
import { type Transport, withSession } from "../transport/transport.ts";
import { v1Dialect } from "./dialect.ts";
import { girderSession, type Secret, type V1Session } from "./session.ts";

export interface V1Options extends ClientOptions {
  /** The Girder API: `https://host/api/v1`. */
  readonly baseUrl: string | URL;
  /** Login name or e-mail address. Without one, or a `token`, the server sees a guest. */
  readonly username?: string;
  /** The password, or a function that asks for it when the login happens. */
  readonly password?: Secret;
  /** The one-time password of accounts that have a second factor. */
  readonly otp?: Secret;
  /** A token of an earlier login. */
  readonly token?: string;
}

export interface V1Api {
  readonly transport: Transport;
  readonly session: V1Session;
}

/**
 * The ground the v1 functions stand on.
 *
 * @throws TypeError when `baseUrl` is no URL or plain http to a host that is not allowed.
 */
export function createV1Api(options: V1Options): V1Api {
  const { username, password, otp, token, requireLogin = false } = options;
  const credentials = { username, password, otp, token, requireLogin };
  return withSession(options, v1Dialect, (bare) => girderSession(bare, credentials));
}
