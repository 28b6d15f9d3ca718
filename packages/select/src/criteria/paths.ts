import { createMatcher } from "../patterns/matcher.ts";
import { PatternLimitError } from "../patterns/syntax.ts";
import { CriteriaError } from "./errors.ts";
import { type Dict, equals, isDict, repr, ValuesView } from "./python-values.ts";

/** Reads one value of a record; `undefined` or `null` when there is none. */
export type Getter = (record: unknown) => unknown;

/**
 * The value at a path of a record, as the Python package's `getxattr` finds it.
 *
 * A path is a chain of keys joined by dots (`meta.clinical.sex`); a key that holds the whole path as its name wins.
 * Lists take indexes (`notes.tags.0`, `notes.tags.-1`), `field=value`, `field=#=number` and `field~regexp` (the first
 * matching item; `>` stands for a dot in the field). `#` is a length, `%` the keys, `%%` the keys as one string, `$` the
 * values; a last part `{keys}`, `{}` or `[]` prints a dictionary or list as Python does, and `[].rest` maps a list.
 * `fallback` is what the original calls default: a key that is missing gives `null`, not `fallback`; an intermediate
 * value that is missing gives `fallback`. Only own data are read: never `__proto__`, `constructor` or a function.
 *
 * @example
 * ```ts
 * import { getPath } from "@isic/select";
 * const record = { notes: { tags: ["ISBI 2016: Training"] } };
 * console.log(getPath(record, "notes.tags.-1"), getPath(record, "notes.tags.#")); // ISBI 2016: Training 1
 * ```
 */
export function getPath(record: unknown, path: string | null | undefined, fallback: unknown = null): unknown {
  if (path != null && typeof path !== "string") {
    throw new TypeError(`expected a path as a string, got ${typeof path}`);
  }
  return unwrap(walk(record, path ?? "", fallback));
}

function unwrap(value: unknown): unknown {
  return value instanceof ValuesView ? [...value.items] : value;
}

function walk(record: unknown, path: string, fallback: unknown): unknown {
  if (record == null) return fallback;
  const parts = path.split(".");
  if (parts.length === 1) return step(record, path, fallback);
  if (isDict(record) && Object.hasOwn(record, path)) return own(record, path);
  if (Array.isArray(record) && path.startsWith("[].") && path.length > 3) {
    return record.map((item) => unwrap(walk(item, path.slice(3), fallback)));
  }
  const last = parts.pop() as string;
  let value: unknown = record;
  for (const part of parts) {
    value = step(value, part, null);
    if (value == null) return fallback;
  }
  if (last === "[]" ? Array.isArray(value) : last === "{}" && isDict(value)) return repr(value);
  if (last === "{keys}" && isDict(value)) return `{${repr(Object.keys(value)).slice(1, -1)}}`;
  return step(value, last, null);
}

/** One key, index or question of one value. */
function step(value: unknown, part: string, fallback: unknown): unknown {
  if (part === "") return value;
  if (isDict(value)) {
    if (part === "#") return Object.keys(value).length;
    if (part === "$") return new ValuesView(Object.values(value));
    if (part === "%") return Object.keys(value);
    return part === "%%" ? Object.keys(value).join(" ") : own(value, part);
  }
  if (/^-?\d+$/.test(part)) {
    const list = typeof value === "string" ? [...value] : value;
    return (Array.isArray(list) ? list.at(+part) : null) ?? fallback;
  }
  const items = value instanceof ValuesView ? value.items : value;
  if (!Array.isArray(items)) return fallback;
  return part === "#" ? items.length : find(items, part, fallback);
}

/** Own data, or what a class of records gives by an accessor; never a function nor what every object inherits. */
function own(dict: Dict, key: string): unknown {
  const value = Object.hasOwn(dict, key) || !isInherited(key) ? dict[key] : null;
  return typeof value === "function" ? null : (value ?? null);
}

/** `field=value`, `field=#=number`, `field~regexp`. */
function find(items: readonly unknown[], part: string, fallback: unknown): unknown {
  const [, subject, isNumber, text] = /^(.*?)(=#)?=([^=]*)$/s.exec(part) ?? [];
  if (text !== undefined) {
    if (isNumber && !/^\s*[+-]?\d+\s*$/.test(text)) return fallback;
    const wanted = isNumber ? Number(text) : text;
    return items.find((item) => isDict(item) && equals(field(item, subject), wanted)) ?? fallback;
  }
  const [name, ...pattern] = part.split("~");
  const matches = pattern.length > 0 ? tryMatcher(pattern.join("~")) : undefined;
  for (const item of items) {
    if (!isDict(item)) continue;
    const value = field(item, name);
    if (typeof value !== "string" || matches === undefined) return fallback;
    if (matches(value)) return item;
  }
  return fallback;
}

function field(item: Dict, name = ""): unknown {
  return walk(item, name.replaceAll(">", "."), null);
}

/** The pattern of a path is the same for every record. */
let lastPattern: { readonly pattern: string; readonly matches: ((text: string) => boolean) | undefined } | undefined;

function tryMatcher(pattern: string): ((text: string) => boolean) | undefined {
  if (lastPattern?.pattern !== pattern) lastPattern = { pattern, matches: matcherOf(pattern) };
  return lastPattern.matches;
}

/** What Python refuses finds nothing, and what only we give up is an error, when it is used too. */
function matcherOf(pattern: string): ((text: string) => boolean) | undefined {
  const givenUp = (cause: unknown): never => {
    if (!(cause instanceof PatternLimitError)) throw cause;
    const message = `the pattern ${JSON.stringify(pattern.slice(0, 100))} of a path cannot be used: ${cause.message}.`;
    throw new CriteriaError(message, { at: "path", criterion: pattern, cause });
  };
  try {
    const matches = createMatcher(pattern);
    return (text) => {
      try {
        return matches(text);
      } catch (cause) {
        return givenUp(cause);
      }
    };
  } catch (cause) {
    return cause instanceof SyntaxError ? undefined : givenUp(cause);
  }
}

/** Names that a JSON value answers to without having them: they must be looked up as own keys. */
function isInherited(key: string): boolean {
  return [[], "", 0, true].some((value) => key in Object(value));
}

/** Is every part a plain key, so that no list, count or question is asked for? */
function isPlainPath(path: string): boolean {
  return !/[=~]|(?:^|\.)(?:-?\d+|[#$]|%%?|\{(?:keys)?\}|\[\])?(?:\.|$)/.test(path);
}

/**
 * A path compiled once, for many records: `undefined` or `null` where there is no value.
 *
 * @param exact A key that holds the whole path wins over the path, as in `getPath`, in the archive's own branches too.
 */
export function compilePath(path: string, exact = false): Getter {
  const parts = path.split(".");
  if (!isPlainPath(path) || parts.some(isInherited)) return (record) => walk(record, path, null);
  const general: Getter = (record) => {
    const whole = (record as Dict | null)?.[path];
    if (whole !== undefined) return data(whole);
    let value: unknown = record;
    for (const key of parts) value = data((value as Dict | null)?.[key]);
    return value;
  };
  const key = parts.pop() as string;
  const branchOf = BRANCHES[parts.join(".")];
  parts.push(key);
  if (exact || branchOf === undefined) return general;
  return (record) => {
    const branch = branchOf(record as Archived);
    return typeof branch === "object" && branch !== null ? data(branch[key]) : general(record);
  };
}

// The archive's own branches are read by names written here, which is twice as fast as by names in variables, and before
// looking for a key that holds the whole path, which their records never have.
const BRANCHES: Readonly<Record<string, (record: Archived) => Dict | undefined>> = {
  "meta.clinical": (record) => record?.meta?.clinical,
  "meta.acquisition": (record) => record?.meta?.acquisition,
  "metadata.clinical": (record) => record?.metadata?.clinical,
  "metadata.acquisition": (record) => record?.metadata?.acquisition,
  dataset: (record) => record?.dataset,
  notes: (record) => record?.notes,
};

interface Branches {
  readonly clinical?: Dict;
  readonly acquisition?: Dict;
}

type Archived =
  | { readonly meta?: Branches; readonly metadata?: Branches; readonly dataset?: Dict; readonly notes?: Dict }
  | undefined;

function data(value: unknown): unknown {
  return typeof value === "function" ? undefined : value;
}

/** Every path that leads to a value in some record, in order of appearance. Lists count as values. */
export function fieldsOf(records: Iterable<unknown>): string[] {
  const found: Branch[] = [];
  const walk = (value: Dict, { path, keys }: Branch, depth: number): void => {
    for (const key of Object.keys(value)) {
      const item = value[key];
      const branch = keys.get(key) ?? { path: depth === 0 ? key : `${path}.${key}`, keys: new Map(), isField: false };
      keys.set(key, branch);
      if (isDict(item)) {
        if (depth < DEEPEST) walk(item, branch, depth + 1);
      } else if (item != null && typeof item !== "function" && !branch.isField) {
        branch.isField = true;
        found.push(branch);
      }
    }
  };
  const root: Branch = { path: "", keys: new Map(), isField: false };
  for (const record of records) if (isDict(record)) walk(record, root, 0);
  return found.map((branch) => branch.path).filter(isPlainPath);
}

/** What was seen at one path, and below it. */
interface Branch {
  readonly path: string;
  readonly keys: Map<string, Branch>;
  isField: boolean;
}

const DEEPEST = 16;
