import { didYouMean, nearMatches } from "../suggest/index.ts";
import { valuesOf } from "../taxonomy/values.ts";
import type { TermValue } from "./ast.ts";
import { queryFields } from "./fields.ts";

/** Why a value finds nothing, as far as the archive's values are known. */
export interface UnknownValue {
  /** `case`: written so in other letters. `field`: a value of another field. `value`: of none. */
  readonly kind: "case" | "field" | "value";
  /** What may have been meant, best first: values, or for `field` names of fields. */
  readonly suggestions: readonly string[];
  /** A sentence without its end. */
  readonly problem: string;
}

const IDS: Readonly<Record<string, string>> = {
  isic_id: "ISIC",
  lesion_id: "IL",
  patient_id: "IP",
  rcm_case_id: "IRCM",
};
/** Names of image types that the server still takes. */
const OLD_NAMES = ["clinical", "overview"];
/** Longer lists are not named in a sentence. */
const FEW = 10;

/** Does the archive know no value like this in this field? Undefined where it does, or where any value may be. */
export function unknownValue(field: string, value: TermValue): UnknownValue | undefined {
  const text = value.kind === "equals" ? value.value : "text" in value ? value.text : undefined;
  if (typeof text !== "string") return undefined;
  const prefix = IDS[field];
  if (prefix !== undefined) return value.kind === "equals" ? unknownId(field, prefix, text) : undefined;
  const known = valuesOf(field);
  if (known === undefined || (field === "image_type" && OLD_NAMES.includes(text))) return undefined;
  const matches = (each: string, wanted: string): boolean =>
    value.kind === "prefix"
      ? each.startsWith(wanted)
      : value.kind === "suffix"
        ? each.endsWith(wanted)
        : each === wanted;
  if (known.some((each) => matches(each, text))) return undefined;
  const written = value.kind === "prefix" ? `${text}*` : value.kind === "suffix" ? `*${text}` : text;
  const none = `"${field}" has no value ${JSON.stringify(written)}`;
  const lower = text.toLowerCase();
  const inOtherCase = known.filter((each) => matches(each.toLowerCase(), lower));
  if (inOtherCase.length > 0) {
    const part = (each: string): string =>
      value.kind === "prefix"
        ? `${each.slice(0, text.length)}*`
        : value.kind === "suffix"
          ? `*${each.slice(-text.length)}`
          : each;
    return found("case", none, [...new Set(inOtherCase.map(part))]);
  }
  const siblings = siblingsOf(field).filter((other) => valuesOf(other)?.some((each) => matches(each, text)));
  if (siblings.length > 0) return found("field", `${none}, which is one of another level`, siblings);
  const near = nearMatches(text, known);
  const meant = near.length > 0 ? near : known.filter((each) => each.toLowerCase().startsWith(lower)).slice(0, 3);
  if (meant.length > 0 || known.length > FEW) return found("value", none, meant);
  return {
    kind: "value",
    suggestions: [],
    problem: `${none}; it has ${known.map((each) => JSON.stringify(each)).join(", ")}`,
  };
}

function found(kind: UnknownValue["kind"], problem: string, all: readonly string[]): UnknownValue {
  const suggestions = all.slice(0, 3);
  return { kind, suggestions, problem: problem + didYouMean(suggestions) };
}

function siblingsOf(field: string): string[] {
  const [, stem] = /^(.*_)[1-5]$/.exec(field) ?? [];
  return stem === undefined
    ? []
    : [1, 2, 3, 4, 5].map((level) => stem + level).filter((name) => queryFields().has(name));
}

function unknownId(field: string, prefix: string, text: string): UnknownValue | undefined {
  if (new RegExp(`^${prefix}_\\d{7}$`).test(text)) return undefined;
  const [, digits] = /^[a-z]*[\s_-]*0*(\d{1,7})(?:\.\w+)?$/i.exec(text.trim()) ?? [];
  const meant = digits === undefined ? [] : [`${prefix}_${digits.padStart(7, "0")}`];
  const isCase = meant[0]?.toLowerCase() === text.toLowerCase();
  return found(
    isCase ? "case" : "value",
    `"${field}" is ${prefix}_ and seven digits, not ${JSON.stringify(text)}`,
    meant,
  );
}
