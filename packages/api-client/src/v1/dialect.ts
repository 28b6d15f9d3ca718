import { type ApiError, AuthError, HttpError, HttpNotFoundError, type Refusal } from "../errors.ts";

/** The v1 server answers 400 for ids that do not exist, in these words. */
const NO_SUCH = /^(Invalid ObjectId(: |\.?$)|Invalid \w+ id \(|No such \w+: |Attempt to load null ObjectId)/;
/** For a feature that is not part of the study it sends a broken 500. */
const BROKEN_500 = /'featureId' is non-numeric/;

export function v1Dialect(refusal: Refusal, loggedIn: boolean): ApiError {
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
