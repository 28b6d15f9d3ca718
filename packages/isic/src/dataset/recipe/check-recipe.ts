import { createPredicate, nearMatches } from "@isic/select";
import type { $ZodIssue } from "zod/v4/core";
import { RecipeError, type RecipeMistake } from "../../errors.ts";
import { parseLabelRule } from "../labels/label-rule.ts";
import { groupUnits } from "../plan/group-fields.ts";
import { normalLicence } from "../plan/licences.ts";
import type { Recipe } from "./recipe.ts";
import { recipeSchema } from "./schema.ts";

/**
 * A value as a recipe.
 *
 * @throws RecipeError with one sentence for each mistake, with its path
 */
export function checkRecipe(value: unknown): Recipe {
  const lost = protoPath(value);
  if (lost !== undefined) throw new RecipeError([{ path: lost, problem: "nothing can have this name" }]);
  const result = recipeSchema.safeParse(value);
  if (!result.success) throw new RecipeError(firstMistakes(result.error.issues, value));
  const mistakes = togetherMistakes(result.data);
  if (mistakes.length > 0) throw new RecipeError(mistakes);
  return result.data;
}

/** Where a setting is called `__proto__`, which would vanish. */
function protoPath(value: unknown, path = "", seen: Set<object> = new Set()): string | undefined {
  if (typeof value !== "object" || value === null || seen.has(value)) return undefined;
  seen.add(value);
  for (const [key, inside] of Object.entries(value)) {
    const own = path === "" ? key : `${path}.${key}`;
    const found = key === "__proto__" ? own : protoPath(inside, own, seen);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Nobody reads more at once. */
const MOST_TOLD = 100;

function firstMistakes(issues: readonly $ZodIssue[], root: unknown): RecipeMistake[] {
  const mistakes: RecipeMistake[] = [];
  for (const issue of issues) {
    mistakes.push(...mistakesOf(issue, root));
    if (mistakes.length >= MOST_TOLD) break;
  }
  return mistakes.slice(0, MOST_TOLD);
}

const KEYS: Readonly<Record<string, readonly string[]>> = {
  "": [
    "version title description authors published release selection licences labels groups split balance image superpixels masks",
    "duplicates layout exclude shardSize",
  ].flatMap((line) => line.split(" ")),
  selection: ["search", "collections", "criteria", "dataset", "study", "ids", "limit"],
  licences: ["allow", "commercial"],
  labels: ["challenge", "classes", "otherwise", "multi"],
  split: ["shares", "method", "seed", "folds"],
  balance: ["cap", "caps", "equal"],
  image: ["size", "fit", "format", "quality"],
  duplicates: ["rule", "bits"],
};

function mistakesOf(issue: $ZodIssue, root: unknown): RecipeMistake[] {
  const path = issue.path.map(String).join(".");
  const got = issue.path.reduce<unknown>((value, key) => Object(value)[key], root);
  if (issue.code === "unrecognized_keys") {
    return issue.keys.slice(0, MOST_TOLD).map((key) => {
      const [near] = nearMatches(key, KEYS[path] ?? []);
      const has = near === undefined ? `it has ${(KEYS[path] ?? []).join(", ")}` : `did you mean "${near}"?`;
      return { path: path === "" ? key : `${path}.${key}`, problem: `there is no such setting: ${has}` };
    });
  }
  if (issue.code === "invalid_union") {
    return [{ path, problem: `${expectedOfUnion(path)}, got ${shown(got)}` }];
  }
  if (got === undefined) return [{ path, problem: "it is missing" }];
  if (issue.code === "invalid_value") {
    const words = issue.values.filter((word) => typeof word === "string");
    const [near] = typeof got === "string" ? nearMatches(got, words) : [];
    const hint = near === undefined ? "" : `; did you mean "${near}"?`;
    return [{ path, problem: `expected ${issue.values.join(", ")}, got ${shown(got)}${hint}` }];
  }
  if (issue.code === "invalid_type")
    return [{ path, problem: `expected ${kindOf(issue.expected)}, got ${shown(got)}${hintFor(issue.expected, got)}` }];
  if (issue.code === "too_small") return [{ path, problem: smallness(issue.origin, issue.minimum, got) }];
  if (issue.code === "too_big") return [{ path, problem: `expected at most ${issue.maximum}, got ${shown(got)}` }];
  if (issue.code === "invalid_key")
    return [{ path, problem: "expected a name of letters, digits, blanks and . _ - ( ) +" }];
  return [{ path, problem: `${issue.message}, got ${shown(got)}` }];
}

function smallness(origin: string, minimum: number | bigint, got: unknown): string {
  if (origin === "string") return "expected a text, got an empty one";
  if (origin === "array") return "expected a list with something in it, got an empty one";
  return `expected at least ${minimum}, got ${shown(got)}`;
}

const expectedOfUnion = (path: string): string =>
  path === "groups"
    ? 'expected "none", or a list of patient, lesion or paths'
    : path === "split.seed"
      ? "expected a number or a text"
      : 'expected a rule such as diagnosis_3 ~ "^Melanoma", or criteria';

const kindOf = (kind: string): string =>
  ({ string: "a text", number: "a number", int: "a whole number", boolean: "true or false", array: "a list" })[kind] ??
  (kind === "object" || kind === "record" ? "settings (name: value)" : kind);

/** What YAML makes of a word is not always what was meant. */
const hintFor = (expected: string, got: unknown): string =>
  expected === "string" && ["number", "boolean"].includes(typeof got) ? ": put it in quotes" : "";

function shown(value: unknown): string {
  if (value === undefined) return "nothing";
  if (typeof value === "number") return String(value);
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}

/** What each setting allows, and all of them together do not. */
function togetherMistakes(recipe: Recipe): RecipeMistake[] {
  const mistakes: RecipeMistake[] = [];
  const say = (path: string, problem: string): void => void mistakes.push({ path, problem });
  const { selection, licences, labels, split, balance, image, masks, layout, shardSize } = recipe;
  if (Object.values(selection).every((value) => value === undefined)) {
    say("selection", 'it selects the whole archive: name what is meant, or write search: "isic_id:*"');
  }
  if (selection.criteria !== undefined)
    attempt(() => createPredicate(selection.criteria as never), "selection.criteria", say);
  for (const [i, licence] of (licences?.allow ?? []).entries()) {
    if (normalLicence(licence) === undefined) {
      say(`licences.allow.${i}`, `expected CC0-1.0, CC-BY-4.0 or CC-BY-NC-4.0, got ${shown(licence)}`);
    } else if (licences?.commercial === true && /-NC/.test(normalLicence(licence) as string)) {
      say(`licences.allow.${i}`, `${licence} forbids commercial use, and licences.commercial is true`);
    }
  }
  if (labels !== undefined) {
    const { challenge, classes, otherwise, multi } = labels;
    if ((challenge === undefined) === (classes === undefined)) {
      say("labels", "expected either a challenge or classes");
    }
    const names = Object.entries(classes ?? {});
    if (classes !== undefined && names.length === 0) say("labels.classes", "expected at least one class");
    const folders = new Map<string, string>();
    for (const [name] of names) {
      if (folders.has(folderOf(name)))
        say(`labels.classes.${name}`, "two classes would share one folder where case does not count");
      folders.set(folderOf(name), name);
    }
    const other = otherwise === undefined ? undefined : folders.get(folderOf(otherwise));
    if (other !== undefined && other !== otherwise)
      say("labels.otherwise", "it would share a folder with a class where case does not count");
    for (const [name] of names) checkWord(name, `labels.classes.${name}`, say);
    if (otherwise !== undefined) checkWord(otherwise, "labels.otherwise", say);
    for (const [name, rule] of names) attempt(() => parseLabelRule(rule), `labels.classes.${name}`, say);
    if (multi === true && challenge !== undefined) say("labels.multi", "a challenge gives one class to an image");
    if (multi === true && layout === "image-folder") {
      say(
        "layout",
        "image-folder has one folder for each image's class, and labels.multi gives several: choose another",
      );
    }
    if (multi === true && balance !== undefined) {
      say("balance", "an image of several classes counts in all of them: leave balance out, or labels.multi");
    }
    for (const name of Object.keys(balance?.caps ?? {})) {
      if (classes === undefined || Object.hasOwn(classes, name) || name === otherwise) continue;
      const [near] = nearMatches(name, Object.keys(classes));
      say(`balance.caps.${name}`, `there is no such class${near === undefined ? "" : `; did you mean "${near}"?`}`);
    }
  } else {
    if (layout === "image-folder") say("layout", "image-folder needs classes: add labels, or choose flat");
    if (balance !== undefined) say("balance", "there are no classes to balance: add labels");
  }
  checkShares(split?.shares, say);
  for (const [i, unit] of groupUnits(recipe.groups).entries()) {
    if (unit.includes(".") || unit === "patient" || unit === "lesion") continue;
    say(`groups.${i}`, `expected patient, lesion, or a path such as meta.unstructured.family, got ${shown(unit)}`);
  }
  if (image?.format === "png" && image.quality !== undefined) say("image.quality", "PNG has none: leave it out");
  if (layout === "coco" && masks === undefined && labels === undefined) {
    say("layout", "coco holds annotations: add labels or masks");
  }
  if (shardSize !== undefined && layout !== "webdataset") say("shardSize", "only webdataset has shards");
  return mistakes;
}

function checkShares(
  shares: Readonly<Record<string, number>> | undefined,
  say: (path: string, problem: string) => void,
): void {
  if (shares === undefined) return;
  const sizes = Object.values(shares);
  if (sizes.length === 0 || sizes.every((size) => size === 0))
    say("split.shares", "expected at least one part with a size above 0");
  const seen = new Set<string>();
  for (const name of Object.keys(shares)) {
    checkWord(name, `split.shares.${name}`, say);
    if (seen.has(folderOf(name)))
      say(`split.shares.${name}`, "two parts would share one folder where case does not count");
    if (/[. ]$|^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i.test(name))
      say(`split.shares.${name}`, "Windows has no folder of this name: call the part otherwise");
    if (RESERVED.includes(name.toLowerCase()))
      say(`split.shares.${name}`, "the set keeps other files under this name: call the part otherwise");
    seen.add(folderOf(name));
  }
}

/** A name as file systems compare it that know neither case (`ß` is `SS`) nor how an accent is written: `foldedName` of the writer, for pages too. */
const folderOf = (name: string): string => name.normalize("NFC").toLowerCase().toUpperCase().normalize("NFC");

/** Names in a table that pandas, and so `datasets`, takes for a cell without a value. */
const MISSING = ["NA", "NULL", "NaN", "None", "nan", "null"];

function checkWord(name: string, path: string, say: (path: string, problem: string) => void): void {
  if (MISSING.includes(name)) say(path, `pandas and datasets read ${name} as a missing value: choose another name`);
}

/** Folders and files of a set that are no parts. */
const RESERVED = [
  "images masks superpixels licenses annotations images.csv images.parquet croissant.json attribution.txt citation.cff",
  "citation.bib datasheet.md datasheet.html classes.txt readme.md dataset.lock.json build-log.jsonl",
].flatMap((line) => line.split(" "));

function attempt(work: () => unknown, path: string, say: (path: string, problem: string) => void): void {
  try {
    work();
  } catch (error) {
    say(path, (error as Error).message.replace(/^criteria[.\w[\]]*(?: \["[^\]]*\])?:? ?/, "").replace(/\.$/, ""));
  }
}
