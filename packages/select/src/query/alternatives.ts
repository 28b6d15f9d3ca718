import { join, type Query, type Term } from "./ast.ts";
import { formatQuery } from "./format.ts";
import { parseQuery } from "./parse.ts";

/**
 * A search as alternatives, each of terms that must all hold; undefined for more than `most` of them, or more than
 * `mostByProduct` that come of alternatives multiplied with each other.
 */
export function conjunctionsOf(
  query: Query,
  most: number,
  mostByProduct: number = most,
): readonly (readonly Term[])[] | undefined {
  if (query.kind === "everything") return [[]];
  if (query.kind === "term") return [[query]];
  const lists: (readonly (readonly Term[])[])[] = [];
  let count = query.kind === "or" ? 0 : 1;
  for (const part of query.parts) {
    const list = conjunctionsOf(part, most, mostByProduct);
    if (list === undefined) return undefined;
    count = query.kind === "or" ? count + list.length : count * list.length;
    if (count > most || (count > mostByProduct && count > list.length && query.kind === "and")) return undefined;
    lists.push(list);
  }
  return query.kind === "or" ? lists.flat() : productOf(lists);
}

/** Every choice of one from each list, together. */
export function productOf(lists: readonly (readonly (readonly Term[])[])[]): readonly (readonly Term[])[] {
  const count = lists.reduce((product, list) => product * list.length, 1);
  return Array.from({ length: count }, (_, number) => {
    let left = number;
    const terms: Term[] = [];
    // The last list changes fastest, so the number is read from its end.
    const choices = lists.map(() => 0);
    for (let i = lists.length - 1; i >= 0 && left > 0; i--) {
      const { length } = lists[i] as readonly unknown[];
      choices[i] = left % length;
      left = Math.floor(left / length);
    }
    lists.forEach((list, i) => {
      terms.push(...(list[choices[i] as number] ?? []));
    });
    return terms;
  });
}

/** The search of such alternatives. */
export function fromConjunctions(alternatives: readonly (readonly Term[])[]): Query {
  if (alternatives.some((terms) => terms.length === 0)) return { kind: "everything" };
  return join(
    "or",
    alternatives.map((terms) => join("and", terms)),
  );
}

/** The server reads at most 8,192 bytes of a request line; the rest is for the address and its other parameters. */
const LONGEST = 6000;
const MOST = 10_000;

/**
 * A search as searches that are short enough for one request each and find together what it finds (an image may be found
 * by several of them). One that is short enough comes back as it is; so does one that cannot be taken apart.
 *
 * @param longest How many bytes each may have, percent-encoded.
 * @throws QueryError when a text that is too long is no search.
 * @example
 * ```ts
 * import { splitQuery } from "@isic/select/query";
 * const ids = Array.from({ length: 400 }, (_, i) => `isic_id:ISIC_${String(i).padStart(7, "0")}`);
 * console.log(splitQuery(`sex:male AND (${ids.join(" OR ")})`).length); // 5
 * ```
 */
export function splitQuery(query: string | Query, longest: number = LONGEST): string[] {
  const text = typeof query === "string" ? query : formatQuery(query);
  if (bytesOf(text) <= longest) return [text];
  const read = typeof query === "string" ? parseQuery(query) : query;
  const alternatives = (conjunctionsOf(read, MOST) ?? []).map((terms) => formatQuery(fromConjunctions([terms])));
  if (alternatives.length === 0) return [text];
  const searches: string[] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const alternative of alternatives) {
    const more = bytesOf(` OR ${alternative}`);
    if (bytes + more <= longest) searches.push(`${searches.pop()} OR ${alternative}`);
    else searches.push(alternative);
    bytes = bytes + more <= longest ? bytes + more : bytesOf(alternative);
  }
  return searches;
}

/** How long a search is in an address. */
export function bytesOf(query: string): number {
  return encodeURIComponent(query.replace(/\p{Surrogate}/gu, "\ufffd")).length;
}
