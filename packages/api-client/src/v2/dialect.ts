import { type ApiError, AuthError, HttpError, HttpNotFoundError, type Refusal } from "../errors.ts";

/** 401 is also the answer to an account without the right; whether the token is dead is found out by the session. */
export function v2Dialect(refusal: Refusal, loggedIn: boolean): ApiError {
  if (refusal.status === 401) return new AuthError(loggedIn ? "forbidden" : "login-required", refusal);
  if (refusal.status === 403) return new AuthError("forbidden", refusal);
  if (refusal.status === 404 || refusal.status === 410) return new HttpNotFoundError(refusal);
  return new HttpError(refusal);
}
