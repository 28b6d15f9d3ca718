import { ArgumentError } from "../errors.ts";

/**
 * Refuses options that are no object of known names: a mistyped one would be passed over without a word.
 *
 * @throws ArgumentError that names the option, and the known ones
 */
export function checkKeys(what: string, options: unknown, known: readonly string[]): void {
  const isObject = typeof options === "object" && options !== null && !Array.isArray(options);
  const odd = isObject ? Object.keys(options).find((name) => !known.includes(name)) : String(options);
  if (odd !== undefined) throw new ArgumentError(`expected options of ${what} ({ ${known.join(", ")} }), got ${odd}`);
}
