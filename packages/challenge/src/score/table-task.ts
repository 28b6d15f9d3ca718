// Tasks of classification: one table.
import type { AllBounds } from "../bounds.ts";
import { listed, type Mistake, quote } from "../check/mistakes.ts";
import { TruthError } from "../errors.ts";
import type { ChallengeFiles } from "../files/files.ts";
import {
  accuracy,
  diceCoefficient,
  negativePredictiveValue,
  precision,
  sensitivity,
  specificity,
  valueConfusion,
} from "../metrics/confusion.ts";
import { balancedAccuracy, decide } from "../metrics/multiclass.ts";
import type { Metrics } from "../metrics/names.ts";
import {
  aucAboveSensitivity,
  averagePrecision,
  partialAuc,
  rocAuc,
  specificityAtSensitivity,
} from "../metrics/ranking.ts";
import { type ClassificationTable, parseTable } from "../tables/parse-table.ts";
import { isIgnored } from "../tasks/file-names.ts";
import type { TableTask } from "../tasks/tasks.ts";
import { meanOf } from "./mean.ts";
import { type Run, readFile, type Summary, type Walked } from "./run.ts";

export async function walkTable(
  task: TableTask,
  truth: ChallengeFiles | undefined,
  submission: ChallengeFiles,
  { bounds, signal, onProgress }: Run,
): Promise<Walked> {
  const total = truth === undefined ? 1 : 2;
  const known = truth === undefined ? undefined : await loadTable(task, truth, "truth", bounds, signal);
  if (known !== undefined) onProgress?.({ done: 1, total, bytes: known.bytes });
  const given = await loadTable(task, submission, "submission", bounds, signal);
  onProgress?.({ done: total, total, bytes: (known?.bytes ?? 0) + given.bytes });
  const mistakes = [...given.mistakes];
  if (known?.table !== undefined && given.table !== undefined) {
    mistakes.push(...compareImages(task, known.table, given.table, given.file, given.mistakes));
  }
  return {
    truthMistakes: known?.mistakes ?? [],
    mistakes,
    // Only asked for where nothing is wrong, so that both tables are there.
    summarize: () => summarize(task, known?.table as ClassificationTable, given.table as ClassificationTable),
  };
}

interface Loaded {
  readonly file: string;
  readonly table?: ClassificationTable;
  readonly mistakes: readonly Mistake[];
  readonly bytes: number;
}

async function loadTable(
  task: TableTask,
  source: ChallengeFiles,
  as: "truth" | "submission",
  bounds: AllBounds,
  signal: AbortSignal | undefined,
): Promise<Loaded> {
  const file = tableFile(source, as);
  if (typeof file !== "string") return { file: "", mistakes: [file], bytes: 0 };
  const mistakes: Mistake[] = [];
  const content = await readFile(source, { file }, mistakes, signal);
  if (content === undefined) return { file, mistakes, bytes: 0 };
  return { file, bytes: content.length, ...parseTable(task, content, as, bounds, file) };
}

/** The table of a ground truth. @throws TruthError */
export async function loadTruthTable(
  task: TableTask,
  truth: ChallengeFiles,
  bounds: AllBounds,
  signal: AbortSignal | undefined,
): Promise<ClassificationTable> {
  const { table, mistakes } = await loadTable(task, truth, "truth", bounds, signal);
  if (table === undefined || mistakes.length > 0) throw new TruthError(mistakes);
  return table;
}

/** The one CSV file of a folder or ZIP; among several in a ground truth's, the one called so. */
function tableFile({ name, files }: ChallengeFiles, as: "truth" | "submission"): string | Mistake {
  const all = files.map((file) => file.name).filter((file) => !isIgnored(file));
  const tables = all.filter((file) => /\.csv$/i.test(file));
  const called = tables.filter((file) => /ground_?truth/i.test(file));
  const [first, second] =
    as === "truth" && called.length === 1 ? called : tables.length === 0 && all.length === 1 ? all : tables;
  if (first === undefined) {
    return { kind: "no-table", refused: true, message: `${quote(name)} has no CSV file; it should have one.` };
  }
  if (second === undefined) return first;
  const message = `${quote(name)} has ${tables.length} CSV files, ${listed(tables.slice(0, 3).map(quote))}; it should have one.`;
  return { kind: "two-tables", refused: true, message };
}

function compareImages(
  task: TableTask,
  truth: ClassificationTable,
  submission: ClassificationTable,
  file: string,
  before: readonly Mistake[],
): Mistake[] {
  const mistakes: Mistake[] = [];
  // A row that is wrong in itself is there, all the same.
  const there = new Set([...submission.images, ...before.flatMap(({ image }) => image ?? [])]);
  for (const image of truth.images) {
    if (there.has(image)) continue;
    mistakes.push({
      kind: "missing-image",
      image,
      file,
      refused: true,
      message: `${image}: ${quote(file)} has no row of it.`,
    });
  }
  const asked = new Set(truth.images);
  for (const image of submission.images) {
    if (asked.has(image)) continue;
    const what = task.refusesExtraRows
      ? "which is not in the ground truth; leave it out"
      : "which counts nothing: it is not in the ground truth";
    const message = `${quote(file)} has a row of ${quote(image)}, ${what}.`;
    mistakes.push({ kind: "extra-image", image, file, refused: task.refusesExtraRows, message });
  }
  return mistakes;
}

function summarize(task: TableTask, truth: ClassificationTable, submission: ClassificationTable): Summary {
  const width = task.classes.length;
  const rowOf = new Map(submission.images.map((image, row) => [image, row]));
  const scores = new Float64Array(truth.values.length);
  truth.images.forEach((image, row) => {
    const from = (rowOf.get(image) ?? 0) * width;
    scores.set(submission.values.subarray(from, from + width), row * width);
  });
  const weights = Float64Array.from(truth.images, (image, row) =>
    task.weightless.includes(image) ? 0 : (truth.weights?.[row] ?? 1),
  );
  const column = (values: Float64Array, at: number): Float64Array =>
    Float64Array.from(truth.images, (_, row) => values[row * width + at] as number);
  const groups: { [group: string]: Metrics } = {};
  task.classes.forEach((name, at) => {
    groups[name] = classMetrics(task, column(truth.values, at), column(scores, at), weights);
  });
  if (width > 1) groups.mean = meanOf(Object.values(groups), task.undefined);
  if (task.rankedBy === "balancedAccuracy") {
    const right = decide(truth.values, width);
    groups.all = { balancedAccuracy: balancedAccuracy(right, decide(scores, width), width, weights) };
  }
  return { images: truth.images.length, groups, perImage: [] };
}

/** What the scorer of each year reports of a class. */
function classMetrics(task: TableTask, truth: Float64Array, scores: Float64Array, weights: Float64Array): Metrics {
  const confusion = valueConfusion(truth, scores, weights);
  const common = {
    accuracy: accuracy(confusion),
    sensitivity: sensitivity(confusion),
    specificity: specificity(confusion),
    averagePrecision: averagePrecision(truth, scores, weights),
    auc: rocAuc(truth, scores, weights),
  };
  const at = (least: number): number | null => specificityAtSensitivity(truth, scores, least);
  switch (task.name) {
    case "2016-3":
    case "2016-3b":
      return { ...common, specificityAt95: at(0.95), specificityAt98: at(0.98), specificityAt99: at(0.99) };
    case "2017-3":
      return { ...common, specificityAt82: at(0.82), specificityAt89: at(0.89), specificityAt95: at(0.95) };
    case "2018-3":
    case "2019":
      return {
        ...common,
        dice: diceCoefficient(confusion),
        precision: precision(confusion),
        negativePredictiveValue: negativePredictiveValue(confusion),
        aucAbove80Sensitivity: aucAboveSensitivity(truth, scores, 0.8, weights),
      };
    case "2024":
      return { ...common, partialAuc: partialAuc(truth, scores) };
    default:
      return common;
  }
}
