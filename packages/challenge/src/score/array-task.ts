// Tasks of arrays over superpixels: one JSON file per image, one array per feature.
import { isRefused } from "../check/mistakes.ts";
import { type FeatureArrays, parseFeatureArrays } from "../features/feature-arrays.ts";
import type { ChallengeFiles } from "../files/files.ts";
import { accuracy, sensitivity, specificity, valueConfusion } from "../metrics/confusion.ts";
import type { Metrics } from "../metrics/names.ts";
import { averagePrecision, rocAuc } from "../metrics/ranking.ts";
import type { ArrayTask } from "../tasks/tasks.ts";
import { meanOf } from "./mean.ts";
import type { Item } from "./pair-files.ts";
import type { ImageScore, Run, Summary, Walked } from "./run.ts";
import { type PairFile, walkPairs } from "./walk-pairs.ts";

interface ImagePair {
  readonly image: string;
  readonly truth: FeatureArrays;
  readonly submission: FeatureArrays;
}

export async function walkArrays(
  task: ArrayTask,
  truth: ChallengeFiles | undefined,
  submission: ChallengeFiles,
  run: Run,
): Promise<Walked> {
  const { maxFileBytes } = run.bounds;
  const read = ({ image }: Item, file: PairFile | undefined, superpixels?: number): FeatureArrays | undefined => {
    if (file === undefined) return undefined;
    const { name, bytes } = file;
    const isTruth = file.side === "truth";
    const count = superpixels === undefined ? {} : { superpixels };
    const { arrays, mistakes } = parseFeatureArrays(task, bytes, {
      image,
      file: name,
      maxFileBytes,
      isTruth,
      ...count,
    });
    // Keys that nobody asked for do no harm in a ground truth.
    file.mistakes.push(...mistakes.filter(({ refused }) => refused || !isTruth));
    return isRefused(mistakes) ? undefined : arrays;
  };
  const walked = await walkPairs<ImagePair>(task, truth, submission, run, async (item, given, known) => {
    const expected = read(item, known);
    const arrays = read(item, given, expected?.length);
    if (arrays === undefined || expected === undefined) return undefined;
    return { image: item.image, truth: expected, submission: arrays };
  });
  return { ...walked, summarize: () => summarize(task, walked.results) };
}

function thresholded(truth: ArrayLike<number>, submission: ArrayLike<number>): Metrics {
  const confusion = valueConfusion(truth, submission);
  return { accuracy: accuracy(confusion), sensitivity: sensitivity(confusion), specificity: specificity(confusion) };
}

function summarize(task: ArrayTask, scored: readonly ImagePair[]): Summary {
  const perImage: ImageScore[] = scored.flatMap(({ image, truth, submission }) =>
    task.features.map((feature) => ({
      image,
      feature,
      metrics: thresholded(valuesOf(truth, feature), valuesOf(submission, feature)),
    })),
  );
  const groups: { [group: string]: Metrics } = {};
  for (const feature of task.features) {
    const truth = joined(scored.map((pair) => valuesOf(pair.truth, feature)));
    const submission = joined(scored.map((pair) => valuesOf(pair.submission, feature)));
    groups[feature] = {
      ...thresholded(truth, submission),
      averagePrecision: averagePrecision(truth, submission),
      auc: rocAuc(truth, submission),
    };
  }
  groups.mean = meanOf(Object.values(groups), task.undefined);
  return { images: scored.length, groups, perImage };
}

const valuesOf = ({ features }: FeatureArrays, feature: string): Float64Array => features[feature] as Float64Array;

function joined(arrays: readonly Float64Array[]): Float64Array {
  const whole = new Float64Array(arrays.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const array of arrays) {
    whole.set(array, at);
    at += array.length;
  }
  return whole;
}
