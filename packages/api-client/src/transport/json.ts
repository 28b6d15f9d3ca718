/** Answers in JSON. */
import { ContentError, type Where } from "./errors.ts";
import { jsonExcess } from "./json-excess.ts";
import { type Limits, tooLarge } from "./limits.ts";

/** The error of a value that is nested deeper than allowed. */
export function tooDeep(what: string, { depth }: Required<Limits>, where: Where): ContentError {
  return tooLarge(`${what} is nested deeper than ${depth} levels`, "depth", "application/json", where);
}

/**
 * The value of an answer.
 *
 * @param isList Of a list each record is held to the depth on its own, by `readRecords`.
 * @throws ContentError for what is no JSON (`json`, or `kind` for a page of HTML), and for more than is allowed (`limit`)
 */
export function parseJson(
  body: Uint8Array,
  contentType: string,
  limits: Required<Limits>,
  where: Where,
  isList: boolean,
): unknown {
  const excess = jsonExcess(body, isList ? { ...limits, depth: limits.values } : limits);
  if (excess === "depth") throw tooDeep("the answer", limits, where);
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
