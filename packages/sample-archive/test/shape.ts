/** What a JSON value is made of: names of scalars, one entry per kind of array item, keys of objects. */
export type Shape = string | readonly Shape[] | { readonly [key: string]: Shape };

export function shapeOf(value: unknown): Shape {
  if (value === null) return "null";
  if (Array.isArray(value)) {
    const seen = new Map(value.map((item) => [JSON.stringify(shapeOf(item)), shapeOf(item)]));
    return [...seen.values()];
  }
  if (typeof value !== "object") return typeof value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [/^[0-9a-f]{24}$/.test(key) ? "{id}" : key, shapeOf(item)]),
  );
}

/** Where `actual` is not of the recorded shape; an empty list says nothing about its items. */
export function shapeDifference(actual: Shape, recorded: Shape, path = "$"): string | undefined {
  if (recorded === "*") return undefined;
  if (Array.isArray(recorded) && Array.isArray(actual)) {
    if (recorded.length === 0) return undefined;
    for (const item of actual as readonly Shape[]) {
      const differences = (recorded as readonly Shape[]).map((wanted) => shapeDifference(item, wanted, `${path}[]`));
      if (!differences.includes(undefined)) return differences[0];
    }
    return undefined;
  }
  if (isObject(actual) && isObject(recorded)) {
    for (const key of new Set([...Object.keys(actual), ...Object.keys(recorded)])) {
      if (!(key in recorded)) return `${path}.${key}: not in the recording`;
      if (!(key in actual)) return `${path}.${key}: missing`;
      const difference = shapeDifference(actual[key]!, recorded[key]!, `${path}.${key}`);
      if (difference !== undefined) return difference;
    }
    return undefined;
  }
  return actual === recorded ? undefined : `${path}: ${JSON.stringify(actual)} instead of ${JSON.stringify(recorded)}`;
}

function isObject(shape: Shape): shape is { readonly [key: string]: Shape } {
  return typeof shape === "object" && !Array.isArray(shape);
}
