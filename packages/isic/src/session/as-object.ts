/** A JSON object, not a list and not null; `what` names it in the error. */
export function asObject(value: unknown, what: string): Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new TypeError(`${what}: expected a JSON object, got ${Array.isArray(value) ? "a list" : String(value)}`);
  }
  return value as Record<string, unknown>;
}
