// JSON texts of others: looked at before they are parsed, since a few bytes of text become many of memory.

/** What a JSON text may be. */
export interface JsonLimits {
  /** How deep objects and lists may be nested. */
  readonly depth: number;
  /** Values: members of objects, items of lists, objects and lists. */
  readonly values: number;
}

const [QUOTE, BACKSLASH, COMMA] = [0x22, 0x5c, 0x2c];
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d];

/**
 * The limit that a JSON text in UTF-8 exceeds, if any; found in one pass that makes nothing. Whether it is JSON at all,
 * `JSON.parse` says afterwards, in time and memory that these limits bound.
 */
export function jsonExcess(text: Uint8Array, limits: JsonLimits): keyof JsonLimits | undefined {
  let depth = 0;
  let values = 0;
  let isInText = false;
  for (let at = 0; at < text.length; at++) {
    const byte = text[at];
    if (isInText) {
      if (byte === BACKSLASH) at += 1;
      else if (byte === QUOTE) isInText = false;
    } else if (byte === QUOTE) isInText = true;
    else if (byte === COMMA) values += 1;
    else if (byte === OPEN_LIST || byte === OPEN_OBJECT) {
      depth += 1;
      values += 1;
      if (depth > limits.depth) return "depth";
    } else if (byte === CLOSE_LIST || byte === CLOSE_OBJECT) depth -= 1;
    else continue;
    if (values > limits.values) return "values";
  }
  return undefined;
}

/** Are objects and lists nested in each other more than so often? */
export function isDeeper(value: unknown, limit: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (limit === 0) return true;
  for (const key in value) if (isDeeper((value as Record<string, unknown>)[key], limit - 1)) return true;
  return false;
}
