import { ApiError, type Where } from "../transport/errors.ts";

/** What went wrong in a login. */
export type OAuthProblem =
  /** The user or the server said no: `code` is the server's word (`access_denied`, `invalid_grant`, `invalid_scope`). */
  | "refused"
  /** The answer that came back is not to the question that was asked: another login, or somebody else's. */
  | "mismatch"
  /** The session is over; only a new login helps. */
  | "expired"
  /** The token file or store cannot be used as it is. */
  | "store";

/** A login, a refresh or a stored token failed; `problem` says how. Start a new login unless it is the store. */
export class OAuthError extends ApiError {
  readonly tag = "OAuthError";
  readonly problem: OAuthProblem;
  /** The server's word for it, where it gave one. */
  readonly code: string;

  constructor(problem: OAuthProblem, message: string, where: Where, code = "", options?: ErrorOptions) {
    super(`${where.endpoint}: ${message}.`, where, false, options);
    this.problem = problem;
    this.code = code;
  }
}

/** What somebody whose application is registered otherwise has to do. */
export const REGISTER =
  "register http://127.0.0.1/callback (any port) as a redirect of the application, which must be public and of the type authorization code";
