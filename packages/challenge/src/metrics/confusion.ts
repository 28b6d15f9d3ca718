/** Metrics of two classes from the four counts of a confusion matrix. */

import type { Raster } from "@isic/core-wasm";
import { ALL_INSIDE, checkMask, checkSameSize, wordsOf } from "../masks/check-mask.ts";

/** How often truth and prediction were both positive, both negative, and apart; weights need not be whole numbers. */
export interface Confusion {
  readonly truePositive: number;
  readonly trueNegative: number;
  readonly falsePositive: number;
  readonly falseNegative: number;
}

/** A pixel is positive above this value, in truth and prediction. */
const POSITIVE_ABOVE = 128;
/** A probability says yes above this value. */
const YES_ABOVE = 0.5;

/**
 * The confusion matrix of two masks: a pixel above 128 is positive.
 *
 * @throws TypeError for a raster of more than one channel, RangeError for masks of different sizes
 */
export function maskConfusion(truth: Raster, prediction: Raster): Confusion {
  checkMask(truth);
  checkMask(prediction);
  checkSameSize(truth, prediction);
  const a = truth.data;
  const b = prediction.data;
  let both = 0;
  let inTruth = 0;
  let inPrediction = 0;
  // Four pixels at a time where all four are outside or all inside, as nearly everywhere in a mask.
  const wordsA = wordsOf(a);
  const wordsB = wordsOf(b);
  for (let at = 0; at < a.length; ) {
    const first = wordsA[at >> 2];
    const second = wordsB[at >> 2];
    if ((first === 0 || first === ALL_INSIDE) && (second === 0 || second === ALL_INSIDE)) {
      inTruth -= first << 2;
      inPrediction -= second << 2;
      both -= (first & second) << 2;
      at += 4;
      continue;
    }
    for (const end = Math.min(at + 4, a.length); at < end; at++) {
      const isInTruth = a[at]! > POSITIVE_ABOVE ? 1 : 0;
      const isInPrediction = b[at]! > POSITIVE_ABOVE ? 1 : 0;
      inTruth += isInTruth;
      inPrediction += isInPrediction;
      both += isInTruth & isInPrediction;
    }
  }
  return fromSizes(a.length, both, inTruth, inPrediction);
}

/**
 * The confusion matrix of two masks shrunk (or stretched) to `side` x `side` by nearest neighbour, which takes the pixel under
 * the middle of each new one.
 *
 * @throws TypeError for a raster of more than one channel, RangeError for masks of different sizes
 */
export function resizedConfusion(truth: Raster, prediction: Raster, side: number): Confusion {
  checkMask(truth);
  checkMask(prediction);
  checkSameSize(truth, prediction);
  const { width, height } = truth;
  const columns = Array.from({ length: side }, (_, x) => Math.floor(((x + 0.5) * width) / side));
  let both = 0;
  let inTruth = 0;
  let inPrediction = 0;
  for (let y = 0; y < side; y++) {
    const row = Math.floor(((y + 0.5) * height) / side) * width;
    for (const column of columns) {
      const first = truth.data[row + column]! > POSITIVE_ABOVE ? 1 : 0;
      const second = prediction.data[row + column]! > POSITIVE_ABOVE ? 1 : 0;
      inTruth += first;
      inPrediction += second;
      both += first & second;
    }
  }
  return fromSizes(side * side, both, inTruth, inPrediction);
}

function fromSizes(total: number, both: number, inTruth: number, inPrediction: number): Confusion {
  return {
    truePositive: both,
    trueNegative: total - inTruth - inPrediction + both,
    falsePositive: inPrediction - both,
    falseNegative: inTruth - both,
  };
}

/**
 * The confusion matrix of values: a value above 0.5 is positive, in truth and prediction.
 *
 * @param weights one for each value; 1 unless told
 * @throws RangeError for lists of different lengths, or a value that is not a number
 */
export function valueConfusion(
  truth: ArrayLike<number>,
  prediction: ArrayLike<number>,
  weights?: ArrayLike<number>,
): Confusion {
  checkPairs(truth, prediction, weights);
  let truePositive = 0;
  let trueNegative = 0;
  let falsePositive = 0;
  let falseNegative = 0;
  for (let i = 0; i < truth.length; i++) {
    const weight = weights === undefined ? 1 : weights[i]!;
    if (truth[i]! > YES_ABOVE) {
      if (prediction[i]! > YES_ABOVE) truePositive += weight;
      else falseNegative += weight;
    } else if (prediction[i]! > YES_ABOVE) falsePositive += weight;
    else trueNegative += weight;
  }
  return { truePositive, trueNegative, falsePositive, falseNegative };
}

/** @throws RangeError for lists of different lengths, or a value that is not a number (NaN, infinite) */
export function checkPairs(truth: ArrayLike<number>, prediction: ArrayLike<number>, weights?: ArrayLike<number>): void {
  const lists = { prediction, ...(weights === undefined ? {} : { weights }) };
  for (const [name, list] of Object.entries(lists)) {
    if (list.length !== truth.length) {
      throw new RangeError(`expected as many ${name} as there are in truth, ${truth.length}, got ${list.length}`);
    }
  }
  for (const [name, list] of Object.entries({ truth, ...lists })) {
    for (let i = 0; i < list.length; i++) {
      if (!Number.isFinite(list[i])) throw new RangeError(`expected numbers in ${name}, got ${list[i]} at ${i}`);
    }
  }
}

/** The sum of confusion matrices, as if all their cases were one. */
export function sumOf(matrices: readonly Confusion[]): Confusion {
  const sum = { truePositive: 0, trueNegative: 0, falsePositive: 0, falseNegative: 0 };
  for (const each of matrices) {
    sum.truePositive += each.truePositive;
    sum.trueNegative += each.trueNegative;
    sum.falsePositive += each.falsePositive;
    sum.falseNegative += each.falseNegative;
  }
  return sum;
}

/** A confusion matrix whose counts sum to 1, so that large images count no more than small ones. */
export function normalized(matrix: Confusion): Confusion {
  const total = totalOf(matrix);
  return {
    truePositive: matrix.truePositive / total,
    trueNegative: matrix.trueNegative / total,
    falsePositive: matrix.falsePositive / total,
    falseNegative: matrix.falseNegative / total,
  };
}

function totalOf({ truePositive, trueNegative, falsePositive, falseNegative }: Confusion): number {
  return truePositive + trueNegative + falsePositive + falseNegative;
}

const ratio = (part: number, whole: number): number | null => (whole === 0 ? null : part / whole);

/** The share of what was right; null of nothing. */
export function accuracy(matrix: Confusion): number | null {
  return ratio(matrix.truePositive + matrix.trueNegative, totalOf(matrix));
}

/** The share of the positives that was found (recall, true positive rate); null without positives. */
export function sensitivity({ truePositive, falseNegative }: Confusion): number | null {
  return ratio(truePositive, truePositive + falseNegative);
}

/** The share of the negatives that was left alone (true negative rate); null without negatives. */
export function specificity({ trueNegative, falsePositive }: Confusion): number | null {
  return ratio(trueNegative, trueNegative + falsePositive);
}

/** The share of true positives among the predicted (positive predictive value); null where none was predicted. */
export function precision({ truePositive, falsePositive }: Confusion): number | null {
  return ratio(truePositive, truePositive + falsePositive);
}

/** The share of true negatives among those predicted to be negative; null where none was. */
export function negativePredictiveValue({ trueNegative, falseNegative }: Confusion): number | null {
  return ratio(trueNegative, trueNegative + falseNegative);
}

/** Jaccard's index: what both have by what either has; null where neither has any. */
export function jaccardIndex({ truePositive, falsePositive, falseNegative }: Confusion): number | null {
  return ratio(truePositive, truePositive + falsePositive + falseNegative);
}

/** Jaccard's index, and 0 where it is below a threshold (0.65 in 2018); null where neither has any. */
export function thresholdJaccard(matrix: Confusion, threshold = 0.65): number | null {
  const value = jaccardIndex(matrix);
  return value === null || value >= threshold ? value : 0;
}

/** Dice's coefficient (F1): twice what both have by the sum of their sizes; null where neither has any. */
export function diceCoefficient({ truePositive, falsePositive, falseNegative }: Confusion): number | null {
  return ratio(2 * truePositive, 2 * truePositive + falsePositive + falseNegative);
}
