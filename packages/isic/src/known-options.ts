import { ArgumentError } from "./errors.ts";

/**
 * Refuses options that are no object of known names: a mistyped one would be passed over without a word.
 *
 * @throws ArgumentError that names the option, and the known ones
 */
export function checkKeys(what: string, options: unknown, known: readonly string[]): void {
  if (typeof options !== "object" || options === null || Array.isArray(options)) {
    throw new ArgumentError(
      `expected the options of ${what} as an object such as { ${known[0]}: ... }, got ${options}`,
    );
  }
  const odd = Object.keys(options).find((name) => !known.includes(name));
  if (odd !== undefined) throw new ArgumentError(`${what} has no option \`${odd}\`; it has ${known.join(", ")}`);
}
