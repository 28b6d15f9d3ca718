/** JSON texts of others: looked at before they are parsed, since a few bytes of text become many of memory. */
import { ContentError, type Where } from "./errors.ts";
import { type Limits, tooLarge } from "./limits.ts";

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

/**
 * The value of an answer.
 *
 * @throws ContentError for what is no JSON (`json`, or `kind` for a page of HTML), and for more than is allowed (`limit`)
 */
export function parseJson(body: Uint8Array, contentType: string, limits: Required<Limits>, where: Where): unknown {
  const excess = jsonExcess(body, limits);
  if (excess === "depth")
    throw tooLarge(`the answer is nested deeper than ${limits.depth} levels`, "depth", contentType, where);
  if (excess === "values")
    throw tooLarge(`the answer has more than ${limits.values} values`, "values", contentType, where);
  const text = new TextDecoder().decode(body);
  try {
    return JSON.parse(text);
  } catch (cause) {
    if (/^\s*</.test(text.slice(0, 1000))) {
      throw new ContentError("kind", "a page of HTML came where JSON is due", contentType, where, { cause });
    }
    const what = `the JSON is broken or cut off after ${body.length} bytes`;
    throw new ContentError("json", what, contentType, where, { cause });
  }
}
