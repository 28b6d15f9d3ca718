/** Options that nobody reads are mistakes of whoever wrote them. */

/** Of every call. */
export const CALL_OPTIONS: readonly string[] = ["signal"];
/** Of `set`. */
export const SET_OPTIONS: readonly string[] = [...CALL_OPTIONS, "validator", "origin", "readers", "sha256"];
/** Of `setStream`. */
export const STREAM_OPTIONS: readonly string[] = [...SET_OPTIONS, "size"];
/** Of `verify`, `repair` and `inspect`. */
export const INSPECT_OPTIONS: readonly string[] = [...CALL_OPTIONS, "prefix", "check", "onProgress"];

/**
 * Returns the options if `what` knows all of them; an absent object is one without any.
 *
 * @param what whose options they are, for the message
 * @param known the names of all options that there are
 * @throws TypeError for anything but an object, and for an unknown name, with the nearest known one
 */
export function checkOptions<T extends object>(what: string, options: T | undefined, known: readonly string[]): T {
  if (options === undefined) return {} as T;
  if (typeof options !== "object" || options === null || Array.isArray(options)) {
    throw new TypeError(
      `expected the options of ${what} as an object, got ${options === null ? "null" : typeof options}`,
    );
  }
  for (const name of Object.keys(options)) {
    if (known.includes(name)) continue;
    const near = nearest(name, known);
    const hint = near === undefined ? `it knows ${known.join(", ")}` : `did you mean ${near}?`;
    throw new TypeError(`${what} has no option ${JSON.stringify(name)}; ${hint}`);
  }
  return options;
}

/** The known name that takes fewest changes, if it takes few. */
function nearest(name: string, known: readonly string[]): string | undefined {
  const most = Math.max(1, Math.floor(name.length / 3));
  let best: { readonly name: string; readonly changes: number } | undefined;
  for (const each of known) {
    const changes = changesBetween(name.toLowerCase(), each.toLowerCase());
    if (changes <= most && (best === undefined || changes < best.changes)) best = { name: each, changes };
  }
  return best?.name;
}

/** Levenshtein's distance; names are short. */
function changesBetween(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let k = 1; k <= b.length; k++) {
      next[k] = Math.min(row[k]! + 1, next[k - 1]! + 1, row[k - 1]! + (a[i - 1] === b[k - 1] ? 0 : 1));
    }
    row = next;
  }
  return row[b.length]!;
}
