// Tasks of arrays over superpixels: one JSON file per image, one array per feature.
import type { Mistake } from "../check/mistakes.ts";
import { type FeatureArrays, parseFeatureArrays } from "../features/feature-arrays.ts";
import type { ChallengeFiles } from "../files/files.ts";
import { accuracy, sensitivity, specificity, valueConfusion } from "../metrics/confusion.ts";
import type { Metrics } from "../metrics/names.ts";
import { averagePrecision, rocAuc } from "../metrics/ranking.ts";
import type { ArrayTask } from "../tasks/tasks.ts";
import { inOrder } from "./in-order.ts";
import { meanOf } from "./mean.ts";
import { answersTo, itemsOfSubmission, truthFiles } from "./pair-files.ts";
import { type ImageScore, type Run, readFile, type Summary, type Walked } from "./run.ts";

const AT_ONCE = 4;

interface ImagePair {
  readonly image: string;
  readonly truth: FeatureArrays;
  readonly submission: FeatureArrays;
}

export async function walkArrays(
  task: ArrayTask,
  truth: ChallengeFiles | undefined,
  submission: ChallengeFiles,
  { bounds, signal, onProgress }: Run,
): Promise<Walked> {
  const known = truth === undefined ? undefined : truthFiles(task, truth);
  const asked = known?.items ?? itemsOfSubmission(task, submission);
  const { pairs, mistakes: unpaired } = answersTo(task, asked, submission);
  const mistakes: Mistake[] = [...unpaired];
  const truthMistakes: Mistake[] = [...(known?.mistakes ?? [])];
  const scored: ImagePair[] = [];
  const { maxFileBytes } = bounds;
  let bytes = 0;
  const work = async (pair: (typeof pairs)[number]): Promise<ImagePair | undefined> => {
    const { image } = pair;
    const truthFile = (pair as { readonly truth?: { readonly name: string } }).truth?.name;
    let expected: FeatureArrays | undefined;
    if (truth !== undefined && truthFile !== undefined) {
      const content = await readFile(truth, { image, file: truthFile }, truthMistakes, signal);
      if (content === undefined) return undefined;
      bytes += content.length;
      const read = parseFeatureArrays(task, content, { image, file: truthFile, maxFileBytes, isTruth: true });
      truthMistakes.push(...read.mistakes.filter(({ refused }) => refused));
      expected = read.arrays;
    }
    const file = pair.submission.name;
    const content = await readFile(submission, { image, file }, mistakes, signal);
    if (content === undefined) return undefined;
    bytes += content.length;
    const superpixels = expected === undefined ? {} : { superpixels: expected.length };
    const read = parseFeatureArrays(task, content, { image, file, maxFileBytes, ...superpixels });
    mistakes.push(...read.mistakes);
    const isSound = read.mistakes.every(({ refused }) => !refused);
    if (!isSound || read.arrays === undefined || expected === undefined) return undefined;
    return { image, truth: expected, submission: read.arrays };
  };
  let done = 0;
  for await (const result of inOrder(pairs, AT_ONCE, work)) {
    if (result !== undefined) scored.push(result);
    done++;
    onProgress?.({ done, total: pairs.length, bytes });
  }
  return { truthMistakes, mistakes, summarize: () => summarize(task, scored) };
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
