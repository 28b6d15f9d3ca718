import type { ImageRecord } from "../archive/source.ts";
import { decodeJson } from "./context.ts";
import { InternalError, validationError } from "./errors.ts";

type Predicate = (image: ImageRecord) => boolean;
type Node = { readonly [key: string]: unknown };

/** `filter`: only the JSON tree that the web page made of its own language; errors in Python's words. */
export function filterPredicate(text: string): Predicate {
  return compile(decodeJson(text, "filter"), false);
}

function compile(tree: unknown, negated: boolean): Predicate {
  const node = subscript(tree);
  if (!("operator" in node) || !("operands" in node)) throw new InternalError("KeyError");
  const { operator, operands } = node;
  if (operator === "not") return compile(operands, !negated);
  if (operator === "and" || operator === "or") {
    const list = items(operands);
    if (list.length < 2) throw new InternalError("IndexError");
    const [a, b] = [compile(list[0], negated), compile(list[1], negated)];
    // De Morgan: a negation turns one into the other
    return (operator === "and") !== negated ? (image) => a(image) && b(image) : (image) => a(image) || b(image);
  }
  return comparison(String(operator), items(operands), negated);
}

const OPERATORS = ["in", "not in", "=", "!=", "<", "<=", ">", ">="];

function comparison(operator: string, operands: readonly unknown[], negated: boolean): Predicate {
  if (!OPERATORS.includes(operator)) throw failed("list indices must be integers or slices, not str");
  const field = subscript(operands[0]);
  if (typeof field.identifier !== "string") throw new InternalError("KeyError");
  const path = field.identifier;
  const value = cast(operands[1], field.type, operator);
  const holds = test(operator, value);
  return (image) => holds(pick(image, path)) !== negated;
}

function test(operator: string, value: unknown): (stored: unknown) => boolean {
  const equal = (stored: unknown, wanted: unknown): boolean => {
    if (wanted === null) return stored === null || stored === undefined;
    const same = (a: unknown) => JSON.stringify(a) === JSON.stringify(wanted);
    return same(stored) || (Array.isArray(stored) && stored.some(same));
  };
  const among = (stored: unknown) => items(value).some((wanted) => equal(stored, wanted));
  const ordered = (compare: (a: number | string, b: number | string) => boolean) => (stored: unknown) =>
    typeof stored === typeof value &&
    (typeof stored === "number" || typeof stored === "string") &&
    compare(stored, value as number | string);
  switch (operator) {
    case "=":
      return (stored) => equal(stored, value);
    case "!=":
      return (stored) => !equal(stored, value);
    case "in":
      return among;
    case "not in":
      return (stored) => !among(stored);
    case "<":
      return ordered((a, b) => a < b);
    case "<=":
      return ordered((a, b) => a <= b);
    case ">":
      return ordered((a, b) => a > b);
    default:
      return ordered((a, b) => a >= b);
  }
}

/** `type` turns values only for ids and booleans, and then wants a list (or eats a text letter by letter). */
function cast(value: unknown, type: unknown, operator: string): unknown {
  const list = operator === "in" || operator === "not in";
  if (type === "objectid") {
    for (const id of iterate(value)) {
      if (typeof id === "string" && /^[0-9a-fA-F]{24}$/.test(id)) continue;
      const shown = typeof id === "string" ? `'${id}'` : String(id === null ? "None" : id);
      throw failed(`${shown} is not a valid ObjectId, it must be a 12-byte input or a 24-character hex string`);
    }
    return value;
  }
  if (type === "boolean") {
    const no = new Set<unknown>(["false", "0", "n", false, 0, ""]);
    return iterate(value).map((item) => (item === "__null__" || item === null ? null : !no.has(item)));
  }
  return list && Array.isArray(value) ? value.map((item) => (item === "__null__" ? null : item)) : value;
}

function iterate(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  if (typeof value === "string") return [...value];
  const kind = value === null ? "NoneType" : typeof value === "boolean" ? "bool" : "int";
  throw failed(`'${kind}' object is not iterable`);
}

function items(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw failed("'int' object is not subscriptable");
}

function subscript(value: unknown): Node {
  if (Array.isArray(value)) throw failed("list indices must be integers or slices, not str");
  if (typeof value === "string") throw failed("string indices must be integers, not 'str'");
  if (value === null || value === undefined) throw failed("'NoneType' object is not subscriptable");
  if (typeof value !== "object")
    throw failed(`'${typeof value === "boolean" ? "bool" : "int"}' object is not subscriptable`);
  return value as Node;
}

function failed(words: string) {
  return validationError(`Could not parse filter: ${words}`, "filter");
}

/** The value at a path of the stored document, which is not the path of the answer. */
function pick(image: ImageRecord, path: string): unknown {
  const document = {
    _id: image.id,
    name: image.name,
    creatorId: image.creatorId,
    privateMeta: image.privateMeta,
    meta: {
      acquisition: image.acquisition,
      clinical: image.clinical,
      unstructured: image.unstructured,
      tags: image.tags,
      datasetId: image.datasetId,
      reviewed: image.reviewed,
    },
  };
  return path
    .split(".")
    .reduce<unknown>(
      (value, key) => (typeof value === "object" && value !== null ? (value as Node)[key] : undefined),
      document,
    );
}
