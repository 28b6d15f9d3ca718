import type { Bytes } from "../../transport/body.ts";
import { ContentError, type Where } from "../../transport/errors.ts";
import type { Limits } from "../../transport/limits.ts";
import { tooLarge } from "../../transport/limits.ts";

const TYPE = "application/json";

/**
 * The objects of one list inside a JSON text, one by one, in one pass and without holding the whole: the listing of
 * the archive is larger than the longest string an engine makes. The list must be the value of `key` at the top.
 *
 * @throws ContentError for a text without the list or its end, or with an entry that is no JSON (`json`); for more or
 * longer or deeper entries than `limits` allows (`limit`).
 */
export async function* objectsIn(
  pieces: AsyncIterable<Bytes>,
  key: string,
  where: Where,
  limits: Required<Limits>,
): AsyncGenerator<unknown, void, void> {
  const decoder = new TextDecoder();
  const opening = new RegExp(`"${key}"\\s*:\\s*\\[`);
  const entries = new EntryReader(limits, where);
  let before: string | undefined = "";
  let count = 0;
  for await (const piece of pieces) {
    let text = decoder.decode(piece, { stream: true });
    if (before !== undefined) {
      before += text;
      const found = opening.exec(before);
      if (found === null) {
        if (before.length > limits.listingEntry) {
          throw tooLarge(`no list "${key}" in the first ${before.length} characters`, "listingEntry", TYPE, where);
        }
        continue;
      }
      text = before.slice(found.index + found[0].length);
      before = undefined;
    }
    for (const entry of entries.read(text)) {
      count += 1;
      if (count > limits.listingLength) {
        throw tooLarge(`the listing has more than ${limits.listingLength} entries`, "listingLength", TYPE, where);
      }
      yield entry;
    }
  }
  if (!entries.ended) throw new ContentError("json", `the list "${key}" is missing or cut off`, TYPE, where);
}

class EntryReader {
  readonly #limits: Required<Limits>;
  readonly #where: Where;
  /** The part of an entry that came in earlier pieces. */
  #begun = "";
  #depth = 0;
  #quoted = false;
  #escaped = false;
  /** Characters since the last entry. */
  #between = 0;
  /** Has the list's closing bracket come? */
  ended = false;

  constructor(limits: Required<Limits>, where: Where) {
    this.#limits = limits;
    this.#where = where;
  }

  /** The entries that this text completes. */
  *read(text: string): Generator<unknown, void, void> {
    // An entry that began in an earlier piece goes on with the first character of this one.
    let start = 0;
    let at = 0;
    for (; at < text.length && !this.ended; at += 1) {
      const sign = text[at];
      if (this.#quoted) {
        if (this.#escaped) this.#escaped = false;
        else if (sign === "\\") this.#escaped = true;
        else if (sign === '"') this.#quoted = false;
      } else if (this.#depth === 0) {
        if (sign === "]") this.ended = true;
        if (sign !== "{") {
          this.#pass(1);
          continue;
        }
        this.#between = 0;
        start = at;
        this.#depth = 1;
      } else if (sign === '"') {
        this.#quoted = true;
      } else if (sign === "{" || sign === "[") {
        this.#depth += 1;
        if (this.#depth > this.#limits.depth) {
          throw tooLarge(`an entry is nested deeper than ${this.#limits.depth} levels`, "depth", TYPE, this.#where);
        }
      } else if (sign === "}" || sign === "]") {
        this.#depth -= 1;
        if (this.#depth > 0) continue;
        this.#keep(text.slice(start, at + 1));
        yield this.#parsed();
        this.#begun = "";
      }
    }
    if (this.#depth > 0) this.#keep(text.slice(start));
    this.#pass(text.length - at);
  }

  /** Blanks and commas, and what comes behind the list, are no entries, and may go on for ever. */
  #pass(characters: number): void {
    this.#between += characters;
    if (this.#between <= this.#limits.listingEntry) return;
    const what = `there are more than ${this.#limits.listingEntry} characters between two entries, or behind the last`;
    throw tooLarge(what, "listingEntry", TYPE, this.#where);
  }

  #keep(part: string): void {
    this.#begun += part;
    if (this.#begun.length <= this.#limits.listingEntry) return;
    const what = `an entry is longer than ${this.#limits.listingEntry} characters`;
    throw tooLarge(what, "listingEntry", TYPE, this.#where);
  }

  #parsed(): unknown {
    try {
      return JSON.parse(this.#begun);
    } catch (cause) {
      throw new ContentError("json", "an entry of the list is no JSON", TYPE, this.#where, { cause });
    }
  }
}
