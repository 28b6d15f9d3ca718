import { didYouMean, nearMatches } from "./near-matches.ts";

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
 * checkOptions("selectImages", { sub_select: true }, ["subSelect"]);
 * // TypeError: selectImages: unknown option "sub_select"; did you mean "subSelect"?
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
