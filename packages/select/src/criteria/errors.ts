/** The base of this package's own errors: {@link CriteriaError} and `QueryError` of `/query`. */
export abstract class SelectError extends Error {
  /** The name of the class, which tells errors apart across duplicate installs. */
  abstract readonly tag: string;

  protected constructor(message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    // Not enumerable: an enumerable mark would be printed with every error.
    Object.defineProperty(this, Symbol.for("isic.error"), { value: true });
  }
}

/** What is known about a {@link CriteriaError} besides its sentence. */
export interface CriteriaErrorDetails {
  /** Where in the criteria, as one would write it: `criteria[1]`, `criteria.or[0][2]`. */
  readonly at: string;
  /** The offending criterion or group as it was given. */
  readonly criterion: unknown;
  /** What was probably meant: an operator, a value, a path. */
  readonly suggestion?: unknown;
  readonly cause?: unknown;
}

/**
 * A criterion that cannot mean anything (an unknown operator, a wrong number of parts, a value the operator cannot use),
 * or cannot be answered in reasonable time. `at` says where, `suggestion` what was probably meant. Thrown while criteria
 * are compiled; while records are read only for a pattern that takes too many steps on a text.
 */
export class CriteriaError extends SelectError {
  override readonly tag = "CriteriaError";
  override readonly name = "CriteriaError";
  readonly at: string;
  readonly criterion: unknown;
  readonly suggestion: unknown;

  constructor(message: string, details: CriteriaErrorDetails) {
    super(message, details.cause);
    this.at = details.at;
    this.criterion = details.criterion;
    this.suggestion = details.suggestion;
  }
}
