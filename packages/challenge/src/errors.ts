import type { Mistake } from "./check/mistakes.ts";

/**
 * Every error of this package. `tag` tells which (its class's name), typed fields say what about, `cause` what was behind it.
 * Arguments of the wrong kind are a plain TypeError or RangeError.
 */
export abstract class ChallengeError extends Error {
  abstract readonly tag: string;

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    // Known across packages and duplicate installs; not enumerable, so that it is not printed.
    Object.defineProperty(this, Symbol.for("isic.error"), { value: true });
  }

  override get name(): string {
    return this.tag;
  }
}

/** There is no task of this name; the message lists those that there are. */
export class UnknownTaskError extends ChallengeError {
  readonly tag = "UnknownTaskError";
  readonly task: unknown;

  constructor(task: unknown, message: string) {
    super(message);
    this.task = task;
  }
}

/** What is wrong with a mask file. */
export type MaskFileProblem = "not-png" | "damaged" | "not-gray" | "too-large";

/** The bytes are no mask that a challenge takes: `problem` says why. Nothing was decoded. */
export class MaskFileError extends ChallengeError {
  readonly tag = "MaskFileError";
  readonly problem: MaskFileProblem;
  /** What is wrong, as the end of a sentence about the file: `is not a PNG file`. */
  readonly reason: string;

  constructor(problem: MaskFileProblem, reason: string, options?: ErrorOptions) {
    super(`The mask file ${reason}.`, options);
    this.problem = problem;
    this.reason = reason;
  }
}

/** A file of superpixel arrays, or a table, that cannot be read as one; `mistakes` are all that is wrong with it. */
export class ChallengeFileError extends ChallengeError {
  readonly tag = "ChallengeFileError";
  readonly mistakes: readonly Mistake[];

  constructor(mistakes: readonly Mistake[]) {
    super(firstOf(mistakes));
    this.mistakes = mistakes;
  }
}

/** The ground truth is not what the task's is: nothing can be scored against it. `mistakes` are all that is wrong with it. */
export class TruthError extends ChallengeError {
  readonly tag = "TruthError";
  readonly mistakes: readonly Mistake[];

  constructor(mistakes: readonly Mistake[]) {
    super(`Ground truth: ${firstOf(mistakes)}`);
    this.mistakes = mistakes;
  }
}

/** The scorer of that year refuses such a submission. `mistakes` are all that is wrong with it, harmless ones included. */
export class SubmissionError extends ChallengeError {
  readonly tag = "SubmissionError";
  readonly mistakes: readonly Mistake[];

  constructor(mistakes: readonly Mistake[]) {
    super(firstOf(mistakes));
    this.mistakes = mistakes;
  }
}

/** More than was allowed to be read: raise the bound, if the file can be trusted. */
export class BoundsError extends ChallengeError {
  readonly tag = "BoundsError";
  readonly bound: string;
  readonly limit: number;

  constructor(bound: string, limit: number, what: string) {
    super(`${what}, more than ${bound}, ${limit}. Raise ${bound} if the file can be trusted.`);
    this.bound = bound;
    this.limit = limit;
  }
}

/** A ZIP file that is damaged or of a kind that is not read, an entry of it, or a file that is not there. */
export class SourceError extends ChallengeError {
  readonly tag = "SourceError";
  /** The ZIP file or folder. */
  readonly source: string;
  /** The file in it, where it is about one. */
  readonly file: string | undefined;

  constructor(source: string, file: string | undefined, message: string, options?: ErrorOptions) {
    super(message, options);
    this.source = source;
    this.file = file;
  }
}

function firstOf(mistakes: readonly Mistake[]): string {
  const [first, ...others] = mistakes;
  const more = others.length === 0 ? "" : ` (and ${others.length} more, see mistakes)`;
  return `${first?.message ?? "nothing"}${more}`;
}
