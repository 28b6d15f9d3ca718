/** Arrays over superpixels: the JSON files of the feature tasks of 2016 and 2017, one value per superpixel and feature. */
import { boundsOf, checkOptions } from "../bounds.ts";
import { isRefused, listed, type Mistake, quote } from "../check/mistakes.ts";
import { ChallengeFileError } from "../errors.ts";
import { type ArrayTask, type TaskName, taskOf } from "../tasks/tasks.ts";

type Bytes = Uint8Array<ArrayBuffer>;

/** The values of each feature for every superpixel of one image. */
export interface FeatureArrays {
  /** N: how long each array is, which is the largest label of the image's own `_superpixels.png` + 1. */
  readonly length: number;
  /** The arrays by the feature's name as the scorer has it (`pigment_network`); position k is superpixel k. */
  readonly features: { readonly [feature: string]: Float64Array<ArrayBuffer> };
  /**
   * How the file spells its keys: as the scorer does (`pigment_network`), or as the challenge's page does
   * (`negative network`). They are written as they were read.
   */
  readonly keys: "scorer" | "page";
}

/** How a file of arrays is read. */
export interface ReadArraysOptions {
  /** The most bytes the file may have: 536 870 912 unless told. */
  readonly maxFileBytes?: number;
}

/** The keys of the page, where they are not the scorer's with spaces. */
const PAGE_KEYS: { readonly [feature: string]: readonly string[] } = {
  pigment_network: ["network"],
  negative_network: [],
  milia_like_cyst: ["milia like cyst", "milia-like cysts", "milia-like cyst"],
};

/**
 * The arrays of a file of task 2 of 2016 or 2017.
 *
 * @throws ChallengeFileError with all that is wrong: no JSON, a missing key, something else than an array, a value that is
 * no number or not from 0 to 1, arrays of different lengths
 */
export function readFeatureArrays(task: TaskName, bytes: Bytes, options: ReadArraysOptions = {}): FeatureArrays {
  checkOptions(options, ["maxFileBytes"]);
  const { arrays, mistakes } = parseFeatureArrays(arrayTask(task), bytes, {
    maxFileBytes: boundsOf(options).maxFileBytes,
  });
  if (arrays === undefined || isRefused(mistakes)) throw new ChallengeFileError(mistakes);
  return arrays;
}

/**
 * The file of some arrays, as the scorer wants it.
 *
 * @throws RangeError for a missing feature, arrays of another length than `length`, or values that are not from 0 to 1
 */
export function writeFeatureArrays(task: TaskName, arrays: FeatureArrays): Bytes {
  const { features, length, keys } = arrays;
  const file: { [key: string]: number[] } = {};
  for (const feature of arrayTask(task).features) {
    const values = features[feature];
    if (values === undefined) throw new RangeError(`expected an array of ${feature}, got none`);
    if (values.length !== length) throw new RangeError(`expected ${length} values of ${feature}, got ${values.length}`);
    for (const value of values) {
      if (!(value >= 0 && value <= 1)) throw new RangeError(`expected values of ${feature} from 0 to 1, got ${value}`);
    }
    file[keys === "page" ? pageKey(feature) : feature] = Array.from(values);
  }
  return new TextEncoder().encode(JSON.stringify(file));
}

const pageKey = (feature: string): string => PAGE_KEYS[feature]?.[0] ?? feature.replaceAll("_", " ");

function arrayTask(name: TaskName): ArrayTask {
  const task = taskOf(name);
  if (task.kind !== "arrays")
    throw new TypeError(`task ${name} has no arrays over superpixels; 2016-2 and 2017-2 have`);
  return task;
}

/** What a file is about, for its mistakes. */
export interface ArraysContext {
  readonly image?: string;
  readonly file?: string;
  readonly maxFileBytes: number;
  /** How many superpixels the image has, where that is known; else the arrays only have to be equally long. */
  readonly superpixels?: number;
  /** Whether it is a ground truth, whose values are 0 and 1. */
  readonly isTruth?: boolean;
}

/** Reads a file of arrays with everything that is wrong with it; `arrays` where all features are there. */
export function parseFeatureArrays(
  task: ArrayTask,
  bytes: Bytes,
  { maxFileBytes, superpixels, isTruth = false, ...about }: ArraysContext,
): { readonly arrays?: FeatureArrays; readonly mistakes: readonly Mistake[] } {
  const mistakes: Mistake[] = [];
  const name = about.file === undefined ? "The file" : quote(about.file);
  const wrong = (kind: Mistake["kind"], what: string, feature?: string): void => {
    mistakes.push({
      kind,
      ...about,
      ...(feature === undefined ? {} : { feature }),
      refused: kind !== "unknown-key",
      message: `${name}${what}.`,
    });
  };
  if (bytes.length > maxFileBytes) {
    wrong("too-large", ` has ${bytes.length} bytes, more than maxFileBytes, ${maxFileBytes}`);
    return { mistakes };
  }
  if (bytes.length > LARGEST) {
    wrong("too-large", ` has ${bytes.length} bytes, more than the ${LARGEST} of the largest file of arrays`);
    return { mistakes };
  }
  const parsed = parseJson(bytes);
  if ("problem" in parsed) {
    wrong(parsed.kind, parsed.problem);
    return { mistakes };
  }
  if (typeof parsed.value !== "object" || parsed.value === null || Array.isArray(parsed.value)) {
    wrong("unreadable", " holds no JSON object; it should hold an array of numbers for each feature, by its name");
    return { mistakes };
  }
  const given = new Map(Object.entries(parsed.value));
  const features: { [feature: string]: Float64Array<ArrayBuffer> } = {};
  let keys: FeatureArrays["keys"] = "scorer";
  for (const feature of task.features) {
    const found = [feature, pageKey(feature), ...(PAGE_KEYS[feature] ?? [])].find((key) => given.has(key));
    if (found === undefined) {
      wrong("missing-key", ` has no array of ${feature}; the file's keys should be ${listed(task.features)}`, feature);
      continue;
    }
    if (found !== feature) keys = "page";
    const list = given.get(found) as unknown;
    given.delete(found);
    if (!Array.isArray(list)) wrong("not-an-array", `: what it has of ${feature} is no array`, feature);
    else features[feature] = numbersOf(list, isTruth, (kind, what) => wrong(kind, `: ${feature} has ${what}`, feature));
  }
  if (given.size > 0) {
    const keys = listed([...given.keys()].map(quote));
    wrong("unknown-key", ` has ${keys}, which the task does not ask for; its features are ${listed(task.features)}`);
  }
  const lengths = Object.values(features).map(({ length }) => length);
  const [expected = 0] = superpixels === undefined ? lengths : [superpixels];
  for (const [feature, { length }] of Object.entries(features)) {
    if (length === expected) continue;
    const right = superpixels === undefined ? `${expected}, as the first array of the file` : `${expected}`;
    wrong("wrong-length", `: ${feature} has ${length} values; it should have one per superpixel, ${right}`, feature);
  }
  if (lengths.length < task.features.length) return { mistakes };
  return { arrays: { length: expected, features, keys }, mistakes };
}

/** A value that is none is 0 in the array, and told: the first place, and how many more there are. */
function numbersOf(
  list: readonly unknown[],
  isTruth: boolean,
  wrong: (kind: "not-a-number" | "out-of-range", what: string) => void,
): Float64Array<ArrayBuffer> {
  const values = new Float64Array(list.length);
  const bad = { "not-a-number": [] as number[], "out-of-range": [] as number[] };
  for (let i = 0; i < list.length; i++) {
    const value = list[i];
    if (typeof value !== "number") bad["not-a-number"].push(i);
    else if (value < 0 || value > 1 || (isTruth && value !== 0 && value !== 1)) bad["out-of-range"].push(i);
    else values[i] = value;
  }
  const where = ([first = 0, ...others]: readonly number[]): string =>
    `${shown(list[first])} for superpixel ${first}${others.length === 0 ? "" : ` and ${others.length} more such values`}`;
  if (bad["not-a-number"].length > 0) wrong("not-a-number", `${where(bad["not-a-number"])}; values are numbers`);
  if (bad["out-of-range"].length > 0)
    wrong("out-of-range", `${where(bad["out-of-range"])}; values are ${isTruth ? "0 and 1" : "from 0 to 1"}`);
  return values;
}

const shown = (value: unknown): string =>
  typeof value === "object" && value !== null ? "a list or object" : quoted(value);
const quoted = (value: unknown): string => (typeof value === "string" ? quote(value) : String(value));

type Parsed = { readonly value: unknown } | { readonly kind: "unreadable" | "not-a-number"; readonly problem: string };

/** Forty thousand superpixels with long numbers: less than a hostile text needs to fill the memory when it is parsed. */
const LARGEST = 2 ** 22;
/** An object of lists of numbers. */
const LEVELS = 2;

/** Is something nested in the lists? Looked at before it is parsed, since each level costs more there than its bracket. */
function isNested(bytes: Bytes): boolean {
  let depth = 0;
  let isInText = false;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at];
    if (isInText) {
      if (byte === 0x5c) at += 1;
      else if (byte === 0x22) isInText = false;
    } else if (byte === 0x22) isInText = true;
    else if (byte === 0x5b || byte === 0x7b) depth += 1;
    else if (byte === 0x5d || byte === 0x7d) depth -= 1;
    if (depth > LEVELS + 1) return true;
  }
  return false;
}

function parseJson(bytes: Bytes): Parsed {
  if (isNested(bytes)) return { kind: "unreadable", problem: " has lists in lists; it should hold numbers in each" };
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return { kind: "unreadable", problem: " is no text (UTF-8)" };
  }
  try {
    return { value: JSON.parse(text) };
  } catch (error) {
    // Python's json writes what JSON has no word for.
    const token = /[[,]\s*(-?(?:NaN|Infinity))\b/.exec(text)?.[1];
    if (token !== undefined) return { kind: "not-a-number", problem: ` has the value ${token}; values are numbers` };
    return { kind: "unreadable", problem: ` cannot be read as JSON (${quote(String((error as Error).message))})` };
  }
}
