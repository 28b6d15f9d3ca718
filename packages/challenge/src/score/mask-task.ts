// Tasks of masks: one grey PNG per image, or per image and feature.
import type { Raster } from "@isic/core-wasm";
import { quote } from "../check/mistakes.ts";
import { MaskFileError } from "../errors.ts";
import type { ChallengeFiles } from "../files/files.ts";
import { otherValue } from "../masks/check-mask.ts";
import { decodeMask } from "../masks/read-mask.ts";
import {
  accuracy,
  type Confusion,
  diceCoefficient,
  jaccardIndex,
  maskConfusion,
  normalized,
  resizedConfusion,
  sensitivity,
  specificity,
  sumOf,
  thresholdJaccard,
} from "../metrics/confusion.ts";
import type { Metrics } from "../metrics/names.ts";
import type { MaskTask } from "../tasks/tasks.ts";
import { inOrder } from "./in-order.ts";
import { meanOf } from "./mean.ts";
import { answersTo, type Item, itemsOfSubmission, truthFiles } from "./pair-files.ts";
import { type Run, readFile, type Summary, type Walked } from "./run.ts";

/** Masks are decoded so many pairs at a time; no others are held. */
const AT_ONCE = 4;
/** The size that 2016's part 2B was scored at. */
const RESIZED = 512;

interface Scored extends Item {
  readonly confusion: Confusion;
}

export async function walkMasks(
  task: MaskTask,
  truth: ChallengeFiles | undefined,
  submission: ChallengeFiles,
  { bounds, readPng, signal, onProgress }: Run,
): Promise<Walked> {
  const known = truth === undefined ? undefined : truthFiles(task, truth);
  const asked = known?.items ?? itemsOfSubmission(task, submission);
  const { pairs, mistakes: unpaired } = answersTo(task, asked, submission);
  const mistakes = [...unpaired];
  const truthMistakes = [...(known?.mistakes ?? [])];
  const scored: Scored[] = [];
  let bytes = 0;
  const load = async (
    from: ChallengeFiles,
    file: string,
    item: Item,
    isTruth: boolean,
  ): Promise<Raster | undefined> => {
    const told = isTruth ? truthMistakes : mistakes;
    const about = { ...itemOf(item), file };
    const content = await readFile(from, about, told, signal);
    if (content === undefined) return undefined;
    bytes += content.length;
    try {
      const mask = await decodeMask(readPng, content, bounds.maxPixels, signal);
      const others = otherValue(mask);
      if (others !== undefined && !isTruth) {
        const counts = task.refusesOtherValues ? "" : " (above 128 counts as inside)";
        const message = `${quote(file)} has the grey value ${others}; a mask has 0 outside and 255 inside${counts}.`;
        told.push({ kind: "other-gray-values", ...about, refused: task.refusesOtherValues, message });
      }
      return mask;
    } catch (error) {
      if (!(error instanceof MaskFileError)) throw error;
      const kind = error.problem === "too-large" || error.problem === "not-gray" ? error.problem : "unreadable";
      told.push({ kind, ...about, refused: true, message: `${quote(file)} ${error.reason}.` });
      return undefined;
    }
  };
  const work = async (pair: (typeof pairs)[number]): Promise<Scored | undefined> => {
    const truthFile = (pair as { readonly truth?: { readonly name: string } }).truth;
    const expected =
      truth === undefined || truthFile === undefined ? undefined : await load(truth, truthFile.name, pair, true);
    const mask = await load(submission, pair.submission.name, pair, false);
    if (mask === undefined || expected === undefined) return undefined;
    if (mask.width !== expected.width || mask.height !== expected.height) {
      const sizes = `${mask.width} x ${mask.height} pixels, the image has ${expected.width} x ${expected.height}`;
      const message = `${quote(pair.submission.name)} has ${sizes}; a mask has the size of its image.`;
      mistakes.push({ kind: "other-size", ...itemOf(pair), file: pair.submission.name, refused: true, message });
      return undefined;
    }
    const confusion =
      task.pooling === "resized" ? resizedConfusion(expected, mask, RESIZED) : maskConfusion(expected, mask);
    return { ...itemOf(pair), confusion };
  };
  let done = 0;
  for await (const result of inOrder(pairs, AT_ONCE, work)) {
    if (result !== undefined) scored.push(result);
    done++;
    onProgress?.({ done, total: pairs.length, bytes });
  }
  return { truthMistakes, mistakes, summarize: () => summarize(task, scored) };
}

function itemOf({ image, feature }: Item): Item {
  return feature === undefined ? { image } : { image, feature };
}

function maskMetrics(confusion: Confusion): Metrics {
  return {
    jaccard: jaccardIndex(confusion),
    thresholdJaccard: thresholdJaccard(confusion),
    dice: diceCoefficient(confusion),
    accuracy: accuracy(confusion),
    sensitivity: sensitivity(confusion),
    specificity: specificity(confusion),
  };
}

function summarize(task: MaskTask, scored: readonly Scored[]): Summary {
  const perImage = scored.map(({ confusion, ...item }) => ({ ...item, metrics: maskMetrics(confusion) }));
  const images = new Set(scored.map(({ image }) => image)).size;
  if (task.pooling === "mean") {
    const mean = meanOf(
      perImage.map(({ metrics }) => metrics),
      task.undefined,
    );
    return { images, groups: { mean }, perImage };
  }
  const pooled = (of: readonly Scored[]): Metrics => {
    const sum = sumOf(of.map(({ confusion }) => (task.pooling === "normalized" ? normalized(confusion) : confusion)));
    const { thresholdJaccard: _, ...metrics } = maskMetrics(sum);
    return metrics;
  };
  const features = task.features.filter((feature) => scored.some((each) => each.feature === feature));
  const groups: { [group: string]: Metrics } = {};
  for (const feature of features) groups[feature] = pooled(scored.filter((each) => each.feature === feature));
  if (task.pooling === "normalized") groups.microAverage = pooled(scored);
  else groups.mean = meanOf(Object.values(groups), task.undefined);
  return { images, groups, perImage };
}
