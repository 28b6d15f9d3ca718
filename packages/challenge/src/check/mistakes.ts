/** The kinds of mistakes that a submission (or a ground truth) can have. */
export type MistakeKind =
  // of the set of files or rows
  | "missing-image"
  | "extra-image"
  | "two-files"
  | "duplicate-row"
  | "no-table"
  | "two-tables"
  // of one file
  | "unreadable"
  | "too-large"
  | "not-gray"
  | "other-gray-values"
  | "other-size"
  | "missing-key"
  | "unknown-key"
  | "not-an-array"
  | "wrong-length"
  // of a table
  | "missing-column"
  | "unknown-column"
  | "duplicate-column"
  | "wrong-cells"
  | "no-image-name"
  // of a value
  | "not-a-number"
  | "out-of-range";

/** One thing that is wrong with a submission, as data and as a sentence. */
export interface Mistake {
  readonly kind: MistakeKind;
  /** The image it is about: `ISIC_0000000`. */
  readonly image?: string;
  /** The feature, attribute or class it is about. */
  readonly feature?: string;
  /** The file it is in (or should be in), by its name in the folder or ZIP. */
  readonly file?: string;
  /** The line of the table, from 1 (the header, where there is one). */
  readonly row?: number;
  /** True when the scorer of that year refuses the whole submission for it; else it scores as if it were not there. */
  readonly refused: boolean;
  /** What is wrong, where, and what to do. */
  readonly message: string;
}

/** Are these mistakes that the scorer of that year refuses a submission for? */
export function isRefused(mistakes: readonly Mistake[]): boolean {
  return mistakes.some(({ refused }) => refused);
}

/** Control and format characters (zero-width, direction marks): what must not reach a terminal or a page as it is. */
const INVISIBLE = /[\p{Cc}\p{Cf}\u2028\u2029]/gu;

/** A name from a file, for a message: quoted, short, and without characters that steer a terminal. */
export function quote(text: string): string {
  const short = text.length > 80 ? `${text.slice(0, 77)}...` : text;
  return `"${short.replace(INVISIBLE, (each) => `\\u{${each.codePointAt(0)?.toString(16)}}`)}"`;
}

/** `a`, `a and b`, `a, b and c`; what is beyond ten is counted. */
export function listed(names: readonly string[]): string {
  if (names.length < 2) return names.join("");
  const shown = names.length > 10 ? [...names.slice(0, 9), `${names.length - 9} more`] : names;
  return `${shown.slice(0, -1).join(", ")} and ${shown.at(-1)}`;
}
