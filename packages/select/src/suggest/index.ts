// suggest/: what somebody probably meant. The one place for near names, and for names of options that there are not.

/** How many names to give. */
export interface NearMatchOptions {
  /**
   * At most so many names.
   *
   * @default 3
   */
  readonly limit?: number;
}

/** Longer names are compared by their first letters only: a slip of the keyboard is not looked for in a page of text. */
const LONGEST = 200;

/**
 * The known names that somebody may have meant, best first: the same letters in another case, a part or a whole of the
 * name, and few typing errors (one for each five letters, and at least one; two letters that changed places are one).
 *
 * @throws TypeError for an unknown option.
 * @example
 * ```ts
 * import { nearMatches } from "@isic/select";
 * console.log(nearMatches("diagnossis_3", ["diagnosis_3", "sex"])); // [ 'diagnosis_3' ]
 * ```
 */
export function nearMatches(wanted: string, known: Iterable<string>, options: NearMatchOptions = {}): string[] {
  checkOptions("nearMatches", options, ["limit"]);
  const lower = wanted.slice(0, LONGEST).toLowerCase();
  const allowed = Math.max(1, Math.floor(lower.length / 5));
  const scored: [errors: number, name: string][] = [];
  for (const name of new Set(known)) {
    const errors = errorsBetween(lower, name.slice(0, LONGEST).toLowerCase(), allowed);
    if (errors < allowed + 1) scored.push([errors, name]);
  }
  scored.sort(([a, nameA], [b, nameB]) => a - b || nameA.length - nameB.length || (nameA < nameB ? -1 : 1));
  return scored.slice(0, options.limit ?? 3).map(([, name]) => name);
}

/** `; did you mean "sex"?`, or nothing to add where no name is near. */
export function didYouMean(names: readonly string[]): string {
  return names.length === 0 ? "" : `; did you mean ${names.map((name) => JSON.stringify(name)).join(" or ")}?`;
}

/** How far apart two names are; what is equally far by typing errors is told apart by quarters and halves. */
function errorsBetween(wanted: string, name: string, allowed: number): number {
  if (wanted === name) return 0;
  if (wanted.length >= 3 && name.includes(wanted)) return 1;
  const errors = typingErrors(wanted, name, allowed);
  // The first letter is seldom wrong: ">=" before "==" for ">==". A name within what was asked for comes after both.
  if (errors <= 1) return errors + (wanted[0] === name[0] ? 0 : 0.25);
  return wanted.length >= 3 && name !== "" && wanted.includes(name) ? 1.5 : errors;
}

/**
 * Letters added, left out, replaced, or changed places with the next (Damerau 1964; optimal string alignment), by rows,
 * given up as soon as there must be more than `allowed`.
 */
function typingErrors(a: string, b: string, allowed: number): number {
  if (Math.abs(a.length - b.length) > allowed) return allowed + 1;
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      let errors = Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1));
      const changedPlaces = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (changedPlaces) errors = Math.min(errors, before[j - 2]! + 1);
      next.push(errors);
    }
    // A change of places reads the row before the last, so both must be past hope.
    if (Math.min(...next) > allowed && Math.min(...row) > allowed) return allowed + 1;
    [before, row] = [row, next];
  }
  return row[b.length]!;
}

/**
 * Refuses an option that a function does not have, so that none is ignored without notice.
 *
 * @param what The function, as callers know it: `selectFrom`.
 * @param options What the caller gave; `undefined` is fine.
 * @param known The names of all options there are.
 * @throws TypeError for an unknown name, with the one that was probably meant, and for what is no object.
 * @example
 * ```ts
 * import { checkOptions } from "@isic/select";
 * try {
 *   checkOptions("selectImages", { sub_select: true }, ["subSelect"]);
 * } catch (error) {
 *   console.log(error.message); // selectImages: unknown option "sub_select"; did you mean "subSelect"?
 * }
 * ```
 */
export function checkOptions(what: string, options: unknown, known: readonly string[]): void {
  if (options === undefined) return;
  if (typeof options !== "object" || options === null || Array.isArray(options)) {
    const got = options === null ? "null" : Array.isArray(options) ? "an array" : `a ${typeof options}`;
    throw new TypeError(`${what}: expected an object of options, got ${got}`);
  }
  const unknown = Object.keys(options).find((name) => !known.includes(name));
  if (unknown === undefined) return;
  const plain = (name: string): string => name.replace(/[^A-Za-z0-9]/g, "").toLowerCase();
  const respelled = known.filter((name) => plain(name) === plain(unknown));
  const meant = respelled.length > 0 ? respelled : nearMatches(unknown, known, { limit: 1 });
  const advice = didYouMean(meant) || `; its options are ${known.join(", ")}`;
  throw new TypeError(`${what}: unknown option ${JSON.stringify(unknown)}${advice}`);
}
