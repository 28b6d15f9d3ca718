// labels/: which class an image has, by a challenge's rules or by rules of one's own.

import { type Criteria, type Criterion, createPredicate, nearMatches } from "@isic/select";
import { ArgumentError } from "../../errors.ts";

/** Is this record of the class? */
export type LabelTest = (record: Readonly<Record<string, unknown>>) => boolean;

/**
 * A class's rule as a test of records, of either API.
 *
 * A rule is made of comparisons (`diagnosis_3 ~ "^Melanoma"`, `age_approx >= 40`, `sex in ["female", "male"]`,
 * `lesion_id exists`) with `and`, `or`, `not` and parentheses. A field is a path into the record, or the last name of one
 * of the archive's; `diagnosis` alone is any level of it. Patterns are Python's, found anywhere in the text. What a
 * record lacks fits no comparison but `!=`. Criteria are taken as they are.
 *
 * @throws ArgumentError that shows the place in the rule
 * @throws CriteriaError for values and patterns that cannot be meant
 */
export function parseLabelRule(rule: string | Criteria): LabelTest {
  if (Array.isArray(rule) && rule.length === 0)
    throw new ArgumentError("an empty list of criteria fits every image: write a rule");
  const criteria = typeof rule === "string" ? new RuleParser(rule).parse() : rule;
  const test = createPredicate<Readonly<Record<string, unknown>>>(criteria as never);
  return (record) => test(record);
}

interface Token {
  readonly kind: "word" | "text" | "number" | "sign" | "end";
  readonly text: string;
  readonly at: number;
}

const TOKEN =
  /\s*(?:("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|(-?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?(?![\w.]))|([A-Za-z_][\w.]*)|(==|!=|<=|>=|!~|[=~<>()[\],]))/y;

const OPERATORS: Readonly<Record<string, Criterion[1]>> = {
  "=": "==",
  "==": "==",
  "!=": "!=",
  "~": "~",
  "!~": "!~",
  "<": "<",
  "<=": "<=",
  ">": ">",
  ">=": ">=",
};

/** So many levels are more than anybody means, and few enough for the stack. */
const DEEPEST = 100;

/** Written against what a reader would guess: `not` binds most, then `and`, then `or`. */
class RuleParser {
  readonly #rule: string;
  readonly #tokens: readonly Token[];
  #next = 0;
  #depth = 0;

  constructor(rule: string) {
    this.#rule = rule;
    this.#tokens = this.#read();
  }

  parse(): Criteria {
    const criteria = this.#either();
    if (this.#peek().kind !== "end") this.#fail("expected and, or, or the end");
    return criteria;
  }

  #read(): Token[] {
    const tokens: Token[] = [];
    for (let at = 0; this.#rule.slice(at).trim() !== ""; at = TOKEN.lastIndex) {
      TOKEN.lastIndex = at;
      const match = TOKEN.exec(this.#rule);
      const start = at + (/^\s*/.exec(this.#rule.slice(at))?.[0].length ?? 0);
      if (match === null) return this.#fail("this is no part of a rule", start);
      const [, quoted, number, word, sign] = match;
      const kind =
        quoted !== undefined ? "text" : number !== undefined ? "number" : word !== undefined ? "word" : "sign";
      tokens.push({ kind, text: (quoted ?? number ?? word ?? sign) as string, at: start });
    }
    tokens.push({ kind: "end", text: "", at: this.#rule.length });
    return tokens;
  }

  #peek(): Token {
    return this.#tokens[this.#next] as Token;
  }

  #takes(text: string): boolean {
    const { kind, text: found } = this.#peek();
    const isIt = kind === "word" ? found.toLowerCase() === text : kind === "sign" && found === text;
    if (isIt) this.#next++;
    return isIt;
  }

  #either(): Criteria {
    const parts = [this.#both()];
    while (this.#takes("or")) parts.push(this.#both());
    return parts.length === 1 ? (parts[0] as Criteria) : { or: parts };
  }

  #both(): Criteria {
    const parts = [this.#one()];
    while (this.#takes("and")) parts.push(this.#one());
    return parts.length === 1 ? (parts[0] as Criteria) : { and: parts };
  }

  #one(): Criteria {
    if (++this.#depth > DEEPEST) this.#fail(`expected at most ${DEEPEST} of not and ( around each other`);
    const criteria = this.#takes("not") ? { not: this.#one() } : this.#takes("(") ? this.#inside() : this.#comparison();
    this.#depth--;
    return criteria;
  }

  #inside(): Criteria {
    const inside = this.#either();
    if (!this.#takes(")")) this.#fail("expected )");
    return inside;
  }

  #comparison(): Criteria {
    const { kind, text: field } = this.#peek();
    if (kind !== "word") this.#fail('expected a field, such as diagnosis_3 in diagnosis_3 ~ "^Melanoma"');
    this.#next++;
    const paths = pathsOf(field);
    if (this.#takes("exists")) return { or: paths.map((path) => [path, "exists"] as const) };
    const isNot = this.#takes("not");
    if (this.#takes("in")) {
      const list = this.#list();
      return isNot
        ? {
            and: [
              { or: paths.map((path) => [path, "exists"] as const) },
              ...paths.map((path) => [path, "not in", list] as const),
            ],
          }
        : { or: paths.map((path) => [path, "in", list] as const) };
    }
    const { kind: signKind, text: sign } = this.#peek();
    const operator = signKind === "sign" && !isNot ? OPERATORS[sign] : undefined;
    if (operator === undefined) this.#fail("expected = != ~ !~ < <= > >= in or exists");
    this.#next++;
    const value = this.#value();
    if (operator === "~" || operator === "!~") {
      if (typeof value !== "string") this.#fail("expected a pattern in quotes");
      if (fitsAll(value))
        this.#fail(`every text fits this pattern: write ${field} exists`, this.#tokens[this.#next - 1]?.at);
    }
    // A record has the field in one place, and lacks it in the others: "differs" must hold in all of them.
    if (operator === "!=") return { and: paths.map((path) => [path, operator, value] as const) };
    if (operator === "!~") {
      const has: Criteria = { or: paths.map((path) => [path, "exists"] as const) };
      return { and: [has, { not: { or: paths.map((path) => [path, "~", value] as const) } }] };
    }
    return { or: paths.map((path) => [path, operator, value] as const) };
  }

  #list(): unknown[] {
    if (!this.#takes("[")) this.#fail('expected a list such as ["Nevus", "Melanoma"]');
    const items = [this.#value()];
    while (this.#takes(",")) items.push(this.#value());
    if (!this.#takes("]")) this.#fail("expected , or ]");
    return items;
  }

  #value(): unknown {
    const { kind, text } = this.#peek();
    this.#next++;
    if (kind === "number") return Number(text);
    if (kind === "text") return text.slice(1, -1).replace(/\\(["'\\])/g, "$1");
    if (kind === "word" && /^(true|false)$/i.test(text)) return text.toLowerCase() === "true";
    this.#next--;
    return this.#fail('expected a value: a number, true, false, or a text in quotes, such as "Nevus"');
  }

  #fail(problem: string, at: number = this.#peek().at): never {
    const rest = this.#rule.slice(at);
    const place =
      rest === "" ? "at its end" : `at ${JSON.stringify(rest.length > 30 ? `${rest.slice(0, 30)}...` : rest)}`;
    const rule = this.#rule.length > 200 ? `${this.#rule.slice(0, 200)}...` : this.#rule;
    throw new ArgumentError(`in the rule ${JSON.stringify(rule)}, ${place}: ${problem}`);
  }
}

/** An empty pattern, or one with an empty alternative (`^Melanoma|`), is found in every text. */
function fitsAll(pattern: string): boolean {
  const test = createPredicate<{ readonly text: string }>(["text", "~", pattern]);
  return ["", "\u{10ffff}"].every((text) => test({ text }));
}

/** What a record holds outside its metadata. */
const OUTSIDE = ["isic_id", "_id", "name", "attribution", "copyright_license", "created"];
const CLINICAL =
  "diagnosis_1 diagnosis_2 diagnosis_3 diagnosis_4 diagnosis_5 diagnosis benign_malignant sex age_approx anatom_site_general anatom_site_1 anatom_site_2 anatom_site_3 anatom_site_4 anatom_site_5 anatom_site_special melanocytic mel_thick_mm mel_ulcer mel_class mel_type mel_mitotic_index nevus_type diagnosis_confirm_type concomitant_biopsy fitzpatrick_skin_type family_hx_mm personal_hx_mm clin_size_long_diam_mm patient_id lesion_id acquisition_day tbp_tile_type".split(
    " ",
  );
const ACQUISITION =
  "image_type dermoscopic_type pixels_x pixels_y pixelsX pixelsY tbp_tile_type image_manipulation".split(" ");
const LEVELS = [1, 2, 3, 4, 5].map((level) => `metadata.clinical.diagnosis_${level}`);

/** Where a field lies in records of v2 and of v1. */
function pathsOf(field: string): string[] {
  if (field.includes(".") || OUTSIDE.includes(field)) return [field];
  if (field === "diagnosis") return [...LEVELS, "meta.clinical.diagnosis"];
  if (CLINICAL.includes(field)) return [`metadata.clinical.${field}`, `meta.clinical.${field}`];
  if (ACQUISITION.includes(field)) return [`metadata.acquisition.${field}`, `meta.acquisition.${field}`];
  const [near] = nearMatches(field, [...CLINICAL, ...ACQUISITION, ...OUTSIDE]);
  const hint = near === undefined ? "write its whole path, such as meta.unstructured.grade" : `did you mean ${near}?`;
  throw new ArgumentError(`there is no field ${JSON.stringify(field)} that is known by its last name: ${hint}`);
}
