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
import { meanOf } from "./mean.ts";
import type { Item } from "./pair-files.ts";
import type { Run, Summary, Walked } from "./run.ts";
import { type PairFile, walkPairs } from "./walk-pairs.ts";

/** The size that 2016's part 2B was scored at. */
const RESIZED = 512;

interface Scored extends Item {
  readonly confusion: Confusion;
}

export async function walkMasks(
  task: MaskTask,
  truth: ChallengeFiles | undefined,
  submission: ChallengeFiles,
  run: Run,
): Promise<Walked> {
  const walked = await walkPairs<Scored>(task, truth, submission, run, async (item, given, known) => {
    const expected = await readMask(task, item, known, run);
    const mask = await readMask(task, item, given, run);
    if (given === undefined || mask === undefined || expected === undefined) return undefined;
    if (mask.width !== expected.width || mask.height !== expected.height) {
      const sizes = `${mask.width} x ${mask.height} pixels, the image has ${expected.width} x ${expected.height}`;
      const message = `${quote(given.name)} has ${sizes}; a mask has the size of its image.`;
      given.mistakes.push({ kind: "other-size", ...item, file: given.name, refused: true, message });
      return undefined;
    }
    const isResized = task.pooling === "resized";
    return {
      ...item,
      confusion: isResized ? resizedConfusion(expected, mask, RESIZED) : maskConfusion(expected, mask),
    };
  });
  return { ...walked, summarize: () => summarize(task, walked.results) };
}

/** A mask, or undefined and the mistake why not. */
async function readMask(
  task: MaskTask,
  item: Item,
  file: PairFile | undefined,
  { readPng, bounds, signal }: Run,
): Promise<Raster | undefined> {
  if (file === undefined) return undefined;
  const { name, side, mistakes } = file;
  try {
    const mask = await decodeMask(readPng, file.bytes, bounds.maxPixels, signal);
    const value = side === "truth" ? undefined : otherValue(mask);
    if (value !== undefined) {
      const counts = task.refusesOtherValues ? "" : " (above 128 counts as inside)";
      const message = `${quote(name)} has the grey value ${value}; a mask has 0 outside and 255 inside${counts}.`;
      mistakes.push({ kind: "other-gray-values", ...item, file: name, refused: task.refusesOtherValues, message });
    }
    return mask;
  } catch (error) {
    if (!(error instanceof MaskFileError)) throw error;
    const kind = error.problem === "too-large" || error.problem === "not-gray" ? error.problem : "unreadable";
    mistakes.push({ kind, ...item, file: name, refused: true, message: `${quote(name)} ${error.reason}.` });
    return undefined;
  }
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
