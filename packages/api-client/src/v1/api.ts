import { type ApiError, AuthError, HttpError, HttpNotFoundError, type Refusal } from "../transport/errors.ts";
import type { ClientOptions } from "../transport/options.ts";
import { checkClientOptions, type Transport, withSession } from "../transport/transport.ts";
import { girderSession, type Secret, type V1Session } from "./session.ts";

/** What a v1 client takes. */
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

/** What the v1 functions take (`transport`), and who is logged in. */
export interface V1Api {
  readonly transport: Transport;
  readonly session: V1Session;
}

/**
 * What the v1 functions take: give it to `imagesOf`, `datasetsOf` ... to bundle only what you use.
 *
 * @throws TypeError when `baseUrl` is no URL or plain http to a host that is not allowed.
 */
export function createV1Api(options: V1Options): V1Api {
  checkClientOptions("createV1Client", options, ["username", "password", "otp", "token"]);
  const { username, password, otp, token, requireLogin = false } = options;
  const credentials = { username, password, otp, token, requireLogin };
  return withSession(options, v1Dialect, (bare) => girderSession(bare, credentials));
}

/** The v1 server answers 400 for ids that do not exist, in these words. */
const NO_SUCH = /^(Invalid ObjectId(: |\.?$)|Invalid \w+ id \(|No such \w+: |Attempt to load null ObjectId)/;
/** For a feature that is not part of the study it sends a broken 500. */
const BROKEN_500 = /'featureId' is non-numeric/;

function v1Dialect(refusal: Refusal, loggedIn: boolean): ApiError {
  const { status, serverMessage } = refusal;
  if (status === 401) {
    if (/^(Login failed|This user does not have a password|Account is disabled)/.test(serverMessage)) {
      return new AuthError("login-failed", refusal);
    }
    // The message names the user the server saw: a token that is sent and not known is "None".
    return new AuthError(
      loggedIn && !/\(user None\)|must be logged in/.test(serverMessage) ? "forbidden" : "login-required",
      refusal,
    );
  }
  if (status === 403) return new AuthError("forbidden", refusal);
  if (status === 404 || status === 410) return new HttpNotFoundError(refusal);
  if (status === 400 && NO_SUCH.test(serverMessage)) return new HttpNotFoundError(refusal);
  if (status === 500 && BROKEN_500.test(serverMessage)) {
    return new HttpNotFoundError({ ...refusal, serverMessage: "This feature is not part of the study." });
  }
  return new HttpError(refusal);
}
