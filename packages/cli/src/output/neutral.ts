/**
 * Text of servers, files and manifests may hold what a terminal obeys: escape sequences (C0 and C1 control characters),
 * and marks that turn the direction of writing, behind which a name can look like another. None of it is printed.
 */

/** Control characters (Cc), format characters such as the bidi marks (Cf), and the two separators that break lines. */
const OBEYED = /[\p{Cc}\p{Cf}\u2028\u2029]+/gu;
const OBEYED_BUT_LINE_FEED = /[^\P{Cc}\n]+|[\p{Cf}\u2028\u2029]+/gu;
/** Of data, tabs and the line ends of CSV stay too; a carriage return alone would let a cell write over its line. */
const OBEYED_IN_DATA = /\r(?!\n)|[^\P{Cc}\t\r\n]|[\p{Cf}\u2028\u2029]/gu;

/** Text in one line: what a terminal would obey, and line breaks, become blanks. */
export function oneLine(text: string): string {
  return text.replace(OBEYED, " ");
}

/** The same for text of several lines, which stay lines. */
export function severalLines(text: string): string {
  return text.replace(OBEYED_BUT_LINE_FEED, " ");
}

/** Data for a screen: as they are, but for what it would obey. */
export function dataOnScreen(text: string): string {
  return text.replace(OBEYED_IN_DATA, " ");
}

/** JSON for a screen: the same value, with what a terminal would obey as `\u` escapes. */
export function jsonOnScreen(json: string): string {
  const escaped = (code: string): string => `\\u${code.charCodeAt(0).toString(16).padStart(4, "0")}`;
  return json.replace(OBEYED, (codes) => codes.split("").map(escaped).join(""));
}
