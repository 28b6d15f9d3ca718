import { checkOptions as checkNames } from "@isic/select";
import { ArgumentError } from "../errors.ts";

/**
 * Refuses options that are no object of known names.
 *
 * @throws ArgumentError that names the option, and the one that was probably meant
 */
export function checkOptions(what: string, options: unknown, known: readonly string[]): void {
  try {
    checkNames(what, options, known);
  } catch (error) {
    throw error instanceof TypeError ? new ArgumentError(error.message) : error;
  }
}

/** The options that were given: for callees whose options may be absent, but not `undefined`. */
export function withoutUndefined<T extends object>(options: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as never;
}

/** A JSON object, not a list and not null; `what` names it in the error. */
export function asObject(value: unknown, what: string): Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new TypeError(`${what}: expected a JSON object, got ${Array.isArray(value) ? "a list" : String(value)}`);
  }
  return value as Record<string, unknown>;
}
