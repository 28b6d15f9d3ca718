import type { Bytes } from "../../transport/body.ts";
import { ContentError, type Where } from "../../transport/errors.ts";

/**
 * The objects of one list inside a JSON text, one by one, without holding the whole: the listing of the archive is
 * larger than the longest string an engine makes. The list must be the value of `key` at the top.
 */
export async function* objectsIn(
  pieces: AsyncIterable<Bytes>,
  key: string,
  where: Where,
): AsyncGenerator<unknown, void, void> {
  const decoder = new TextDecoder();
  const opening = new RegExp(`"${key}"\\s*:\\s*\\[`);
  let rest = "";
  let inside = false;
  let ended = false;
  for await (const piece of pieces) {
    rest += decoder.decode(piece, { stream: true });
    if (!inside) {
      const found = opening.exec(rest);
      if (found === null) continue;
      rest = rest.slice(found.index + found[0].length);
      inside = true;
    }
    let at = 0;
    while (!ended) {
      const start = nextObject(rest, at);
      if (start === "list-end") ended = true;
      if (typeof start !== "number") break;
      const end = endOfObject(rest, start);
      if (end === undefined) break;
      yield JSON.parse(rest.slice(start, end));
      at = end;
    }
    rest = ended ? "" : rest.slice(at);
  }
  if (!ended) throw new ContentError("json", `the list "${key}" is missing or cut off`, "application/json", where);
}

/** Where the next object begins, or that the list ends here, or undefined when more text is needed. */
function nextObject(text: string, from: number): number | "list-end" | undefined {
  for (let at = from; at < text.length; at += 1) {
    if (text[at] === "{") return at;
    if (text[at] === "]") return "list-end";
  }
  return undefined;
}

function endOfObject(text: string, start: number): number | undefined {
  let depth = 0;
  let quoted = false;
  for (let at = start; at < text.length; at += 1) {
    const sign = text[at];
    if (quoted) {
      if (sign === "\\") at += 1;
      else if (sign === '"') quoted = false;
    } else if (sign === '"') quoted = true;
    else if (sign === "{") depth += 1;
    else if (sign === "}") {
      depth -= 1;
      if (depth === 0) return at + 1;
    }
  }
  return undefined;
}
