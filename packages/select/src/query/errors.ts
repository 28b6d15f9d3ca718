import { SelectError } from "../criteria/errors.ts";

/** How much of a long search is shown around the place of an error. */
const AROUND = 36;

/**
 * A search the archive would not understand. The message shows the place with a caret; `position` is its offset in the
 * text, `hint` says what to write instead.
 */
export class QueryError extends SelectError {
  override readonly tag = "QueryError";
  override readonly name = "QueryError";
  readonly query: string;
  readonly position: number;
  readonly problem: string;
  readonly hint: string | undefined;
  /** Fields that may have been meant by a name that is none, best first. */
  readonly suggestions: readonly string[];

  constructor(query: string, position: number, problem: string, hint?: string, suggestions: readonly string[] = []) {
    super(`${problem} at position ${position}${hint === undefined ? "" : `; ${hint}`}.\n${picture(query, position)}`);
    this.query = query;
    this.position = position;
    this.problem = problem;
    this.hint = hint;
    this.suggestions = suggestions;
  }
}

function picture(query: string, position: number): string {
  const start = Math.max(0, position - AROUND);
  const before = (start > 0 ? "…" : "") + query.slice(start, position);
  const after = query.slice(position, position + AROUND) + (position + AROUND < query.length ? "…" : "");
  const visible = (text: string): string => text.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, " ");
  return `  ${visible(before)}${visible(after)}\n  ${" ".repeat([...visible(before)].length)}^`;
}
