import type { Query, Term } from "./ast.ts";
import { queryFields } from "./fields.ts";

/**
 * Writes a search as the archive reads it: `parseQuery(formatQuery(query))` equals `query`. Text is always quoted.
 *
 * @throws RangeError for what the language has no words for: a text with `"`, an asterisk at the end of a plain text,
 *   an unknown field, a number that is not finite.
 */
export function formatQuery(query: Query): string {
  if (query.kind === "everything") return "";
  if (query.kind === "term") return formatTerm(query);
  const joint = query.kind === "and" ? " AND " : " OR ";
  return query.parts
    .map((part) => (query.kind === "and" && part.kind === "or" ? `(${formatQuery(part)})` : formatQuery(part)))
    .join(joint);
}

function formatTerm({ field, negated, value }: Term): string {
  const start = `${negated ? "-" : ""}${field}:`;
  const kind = queryFields().get(field)?.kind;
  const isText = value.kind === "prefix" || value.kind === "suffix";
  const wanted =
    value.kind === "equals" ? typeof value.value : isText ? "string" : value.kind === "range" ? "number" : kind;
  if (kind === undefined) throw new RangeError(`expected a field of the search language, got "${field}"`);
  if (wanted !== kind) throw new RangeError(`expected a ${kind} for "${field}", got a ${wanted}`);
  switch (value.kind) {
    case "any":
      return `${start}*`;
    case "prefix":
      if (/^\*|^$/.test(value.text))
        throw new RangeError(`expected a prefix that does not begin with "*", got "${value.text}"`);
      return `${start}${quote(`${value.text}*`)}`;
    case "suffix":
      if (value.text === "") throw new RangeError("expected a suffix with at least one character, got none");
      return `${start}${quote(`*${value.text}`)}`;
    case "equals":
      if (typeof value.value === "number") return start + formatNumber(value.value);
      if (typeof value.value === "boolean") return start + value.value;
      if (/^\*|\*$/.test(value.value))
        throw new RangeError(`expected a text without "*" at its ends, got "${value.value}"`);
      return start + quote(value.value);
    case "range": {
      const { low, high } = value;
      const open = low?.inclusive === false ? "{" : "[";
      const close = high?.inclusive === false ? "}" : "]";
      return `${start}${open}${low ? formatNumber(low.value) : "*"} TO ${high ? formatNumber(high.value) : "*"}${close}`;
    }
  }
}

function formatNumber(value: number): string {
  if (!Number.isFinite(value)) throw new RangeError(`expected a finite number, got ${value}`);
  return Object.is(value, -0) ? "-0" : String(value);
}

/** Line ends are written as the escapes the server turns back; nothing else can be escaped. */
function quote(text: string): string {
  if (/["\0]|\\[tnfr]/.test(text))
    throw new RangeError(`expected a text without quotes, NUL and "\\t", got ${JSON.stringify(text)}`);
  return `"${text.replaceAll("\n", "\\n").replaceAll("\r", "\\r")}"`;
}
