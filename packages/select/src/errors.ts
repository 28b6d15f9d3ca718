/** Marks an error as one of this family, across packages and duplicate installs (an enumerable mark would be printed). */
export function mark(error: Error): void {
  Object.defineProperty(error, Symbol.for("isic.error"), { value: true });
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
 * A criterion that cannot mean anything: an unknown operator, a wrong number of parts, a value the operator cannot use.
 * `at` says where, `suggestion` what was probably meant. Thrown while criteria are compiled, never while records are read.
 */
export class CriteriaError extends Error {
  readonly tag = "CriteriaError";
  override readonly name = "CriteriaError";
  readonly at: string;
  readonly criterion: unknown;
  readonly suggestion: unknown;

  constructor(message: string, details: CriteriaErrorDetails) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    mark(this);
    this.at = details.at;
    this.criterion = details.criterion;
    this.suggestion = details.suggestion;
  }
}
