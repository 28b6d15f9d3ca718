import { fieldOf, type ImageV2 } from "./records.ts";

// Two small interpreters of what the server was recorded to build: Django's printed filters and Elasticsearch's bodies.

type Test = (record: ImageV2) => boolean;

/** `(AND: ('accession__sex', 'male'), (NOT (AND: ...)))` as a function over records. */
export function postgres(text: string): Test {
  let at = 0;
  const skip = (literal: string): void => {
    if (!text.startsWith(literal, at)) throw new Error(`expected ${literal} at ${at} of ${text}`);
    at += literal.length;
  };
  const node = (): Test => {
    skip("(");
    if (text.startsWith("'", at)) return leaf();
    if (text.startsWith("NOT ", at)) {
      skip("NOT ");
      const inner = node();
      skip(")");
      return (record) => !inner(record);
    }
    const any = text.startsWith("OR: ", at);
    skip(any ? "OR: " : "AND: ");
    const parts = [node()];
    while (text.startsWith(", ", at)) {
      skip(", ");
      parts.push(node());
    }
    skip(")");
    return (record) => (any ? parts.some((part) => part(record)) : parts.every((part) => part(record)));
  };
  const leaf = (): Test => {
    const found = /^'([^']*)', ('[^']*'|[^)]*)\)/.exec(text.slice(at));
    if (found === null) throw new Error(`no leaf at ${at} of ${text}`);
    at += found[0].length;
    return lookup(found[1] as string, literal(found[2] as string));
  };
  const test = node();
  if (at !== text.length) throw new Error(`left over: ${text.slice(at)}`);
  return test;
}

function literal(text: string): unknown {
  if (text.startsWith("'")) return text.slice(1, -1);
  return text === "True" ? true : text === "False" ? false : Number(text);
}

function lookup(key: string, wanted: unknown): Test {
  const [, path = "", how] = /^(?:accession__)?(.*?)(?:__(startswith|endswith|isnull|gte|gt|lte|lt))?$/.exec(key) ?? [];
  const field = path.replace("__", "_");
  return (record) => {
    const value = fieldOf(record, field);
    if (how === "isnull") return (value === null) === wanted;
    if (value === null) return false;
    if (how === "startswith") return String(value).startsWith(String(wanted));
    if (how === "endswith") return String(value).endsWith(String(wanted));
    // Django makes a whole number of what a column of whole numbers is compared with, except by >= and <.
    const operand = field === "age_approx" && how !== "gte" && how !== "lt" ? Math.trunc(wanted as number) : wanted;
    if (how === undefined) return value === operand;
    return ordered(how, value as number, operand as number);
  };
}

function ordered(how: string, value: number, bound: number): boolean {
  return how === "gte" ? value >= bound : how === "gt" ? value > bound : how === "lte" ? value <= bound : value < bound;
}

type Body = Record<string, unknown>;

/** A body of Elasticsearch's query language as a function over records. */
export function elasticsearch(body: Body): Test {
  const [[kind, inner]] = Object.entries(body) as [[string, Body]];
  if (kind === "bool") {
    const list = (name: string): Test[] => [inner[name] ?? []].flat().map((part) => elasticsearch(part as Body));
    const [filters, shoulds, nots] = [[...list("filter"), ...list("must")], list("should"), list("must_not")];
    return (record) =>
      filters.every((part) => part(record)) &&
      (shoulds.length === 0 || filters.length > 0 || shoulds.some((part) => part(record))) &&
      !nots.some((part) => part(record));
  }
  if (kind === "match_all") return () => true;
  if (kind === "exists") return (record) => fieldOf(record, String(inner.field)) !== null;
  const [[field, wanted]] = Object.entries(inner) as [[string, unknown]];
  if (kind === "term") return (record) => fieldOf(record, field) === wanted;
  if (kind === "range") {
    return (record) => {
      const value = fieldOf(record, field);
      return (
        value !== null &&
        Object.entries(wanted as Body).every(([how, bound]) => ordered(how, value as number, bound as number))
      );
    };
  }
  if (kind !== "wildcard") throw new Error(`unknown query ${kind}`);
  const source = String((wanted as Body).value).replace(
    /[^*?]/g,
    (char) => `\\u{${(char.codePointAt(0) as number).toString(16)}}`,
  );
  const pattern = new RegExp(`^${source.replaceAll("*", "[^]*").replaceAll("?", "[^]")}$`, "u");
  return (record) => pattern.test(String(fieldOf(record, field) ?? "\0none"));
}
