/**
 * Metrics of a ranking: how well scores put the positives before the negatives. Equal scores are one step of the curve, as
 * scikit-learn has it (`roc_curve`, `roc_auc_score`, `average_precision_score`), never an order of their own.
 */
import { checkPairs } from "./confusion.ts";

/** A receiver operating characteristic: for each threshold, from the highest, the rates of false and true positives. */
export interface RocCurve {
  /** From 0 to 1, one more than there are different scores. */
  readonly falsePositiveRates: Float64Array<ArrayBuffer>;
  readonly truePositiveRates: Float64Array<ArrayBuffer>;
}

/** How many (or how heavy) positives and negatives have at least each score, from the highest score down. */
interface Steps {
  readonly positives: Float64Array<ArrayBuffer>;
  readonly negatives: Float64Array<ArrayBuffer>;
  readonly allPositives: number;
  readonly allNegatives: number;
}

function stepsOf(truth: ArrayLike<number>, scores: ArrayLike<number>, weights?: ArrayLike<number>): Steps {
  checkPairs(truth, scores, weights);
  for (let i = 0; i < truth.length; i++) {
    if (truth[i] !== 0 && truth[i] !== 1) throw new RangeError(`expected 0 or 1 in truth, got ${truth[i]} at ${i}`);
    if (weights !== undefined && weights[i]! < 0) {
      throw new RangeError(`expected weights from 0, got ${weights[i]} at ${i}`);
    }
  }
  const yes = sortedCases(1, truth, scores, weights);
  const no = sortedCases(0, truth, scores, weights);
  const positives = new Float64Array(yes.scores.length + no.scores.length);
  const negatives = new Float64Array(positives.length);
  let step = 0;
  let allPositives = 0;
  let allNegatives = 0;
  // From the highest score down: all cases of one score are one step.
  let lastYes = yes.scores.length - 1;
  let lastNo = no.scores.length - 1;
  for (; lastYes >= 0 || lastNo >= 0; step++) {
    const score = Math.max(
      yes.scores[lastYes] ?? Number.NEGATIVE_INFINITY,
      no.scores[lastNo] ?? Number.NEGATIVE_INFINITY,
    );
    for (; yes.scores[lastYes] === score; lastYes--) allPositives += yes.weights?.[lastYes] ?? 1;
    for (; no.scores[lastNo] === score; lastNo--) allNegatives += no.weights?.[lastNo] ?? 1;
    positives[step] = allPositives;
    negatives[step] = allNegatives;
  }
  return { positives: positives.slice(0, step), negatives: negatives.slice(0, step), allPositives, allNegatives };
}

/** The scores of the cases of one class, ascending, with their weights where not all weigh the same; those of weight 0 left out. */
function sortedCases(
  of: 0 | 1,
  truth: ArrayLike<number>,
  scores: ArrayLike<number>,
  weights: ArrayLike<number> | undefined,
): { readonly scores: Float64Array; readonly weights?: Float64Array } {
  const cases = new Uint32Array(truth.length);
  let count = 0;
  let isWeighted = false;
  for (let i = 0; i < truth.length; i++) {
    if (truth[i] !== of || weights?.[i] === 0) continue;
    isWeighted ||= weights !== undefined && weights[i] !== 1;
    cases[count++] = i;
  }
  const own = cases.subarray(0, count);
  // Numbers by themselves are sorted natively, many times as fast as by a function.
  if (weights === undefined || !isWeighted) return { scores: Float64Array.from(own, (i) => scores[i]!).sort() };
  own.sort((a, b) => scores[a]! - scores[b]!);
  return { scores: Float64Array.from(own, (i) => scores[i]!), weights: Float64Array.from(own, (i) => weights[i]!) };
}

/**
 * The receiver operating characteristic of scores.
 *
 * @param truth 0 or 1 for each case
 * @param scores any finite number for each case, higher for what is more likely positive
 * @param weights one for each case; cases of weight 0 are left out
 * @returns null without positives or without negatives
 * @throws RangeError for lists of different lengths, NaN, or a truth other than 0 and 1
 */
export function rocCurve(
  truth: ArrayLike<number>,
  scores: ArrayLike<number>,
  weights?: ArrayLike<number>,
): RocCurve | null {
  const { positives, negatives, allPositives, allNegatives } = stepsOf(truth, scores, weights);
  if (allPositives === 0 || allNegatives === 0) return null;
  const truePositiveRates = new Float64Array(positives.length + 1);
  const falsePositiveRates = new Float64Array(positives.length + 1);
  for (let i = 0; i < positives.length; i++) {
    truePositiveRates[i + 1] = positives[i]! / allPositives;
    falsePositiveRates[i + 1] = negatives[i]! / allNegatives;
  }
  return { falsePositiveRates, truePositiveRates };
}

/** The area under points, by trapezoids. */
function area(xs: ArrayLike<number>, ys: ArrayLike<number>, from = 0): number {
  let sum = 0;
  for (let i = from + 1; i < xs.length; i++) sum += ((xs[i]! - xs[i - 1]!) * (ys[i]! + ys[i - 1]!)) / 2;
  return sum;
}

/**
 * The area under the receiver operating characteristic: the chance that a positive has a higher score than a negative, where
 * equal scores count half. Null without positives or without negatives.
 *
 * @throws RangeError as {@link rocCurve} does
 */
export function rocAuc(
  truth: ArrayLike<number>,
  scores: ArrayLike<number>,
  weights?: ArrayLike<number>,
): number | null {
  const curve = rocCurve(truth, scores, weights);
  return curve === null ? null : area(curve.falsePositiveRates, curve.truePositiveRates);
}

/**
 * Average precision: the mean of the precisions at each step of recall, without interpolation. Null without positives (where
 * scikit-learn warns and says 0).
 *
 * @throws RangeError as {@link rocCurve} does
 */
export function averagePrecision(
  truth: ArrayLike<number>,
  scores: ArrayLike<number>,
  weights?: ArrayLike<number>,
): number | null {
  const { positives, negatives, allPositives } = stepsOf(truth, scores, weights);
  if (allPositives === 0) return null;
  let sum = 0;
  let before = 0;
  for (let i = 0; i < positives.length; i++) {
    const found = positives[i]!;
    const recall = found / allPositives;
    sum += (recall - before) * (found / (found + negatives[i]!));
    before = recall;
  }
  return sum;
}

/**
 * The score of 2024: the area above a true positive rate of 0.8, that is, of the part of the curve above the line
 * TPR = 0.8 and under it; from 0 to 0.2. Null without positives or without negatives.
 *
 * It is computed as the challenge did: classes and scores are turned round, so that the region becomes that of a false
 * positive rate up to 0.2, whose end is interpolated.
 *
 * @throws RangeError as {@link rocCurve} does, or for a rate that is not from 0 to below 1
 */
export function partialAuc(
  truth: ArrayLike<number>,
  scores: ArrayLike<number>,
  minTruePositiveRate = 0.8,
  weights?: ArrayLike<number>,
): number | null {
  if (!(minTruePositiveRate >= 0 && minTruePositiveRate < 1)) {
    throw new RangeError(`expected minTruePositiveRate from 0 to below 1, got ${minTruePositiveRate}`);
  }
  const turnedTruth = Float64Array.from(truth, (each) => 1 - each);
  const turnedScores = Float64Array.from(scores, (each) => -each);
  const curve = rocCurve(turnedTruth, turnedScores, weights);
  if (curve === null) return null;
  const { falsePositiveRates: xs, truePositiveRates: ys } = curve;
  const end = 1 - minTruePositiveRate;
  let sum = 0;
  for (let i = 1; i < xs.length; i++) {
    const [left, right, low, high] = [xs[i - 1]!, xs[i]!, ys[i - 1]!, ys[i]!];
    if (right <= end) {
      sum += ((right - left) * (low + high)) / 2;
      continue;
    }
    const atEnd = low + ((high - low) * (end - left)) / (right - left);
    return sum + ((end - left) * (low + atEnd)) / 2;
  }
  return sum;
}

/**
 * The area under the part of the curve where the sensitivity is at least `least` (0.8 in 2018 and 2019), down to
 * sensitivity 0: what the scorer of 2018 reports beside the whole area. Null without positives or without negatives.
 *
 * @throws RangeError as {@link rocCurve} does
 */
export function aucAboveSensitivity(
  truth: ArrayLike<number>,
  scores: ArrayLike<number>,
  least = 0.8,
  weights?: ArrayLike<number>,
): number | null {
  const curve = rocCurve(truth, scores, weights);
  if (curve === null) return null;
  const { falsePositiveRates: xs, truePositiveRates: ys } = curve;
  const first = ys.findIndex((rate) => rate >= least);
  const share = (least - ys[first - 1]!) / (ys[first]! - ys[first - 1]!);
  const start = xs[first - 1]! + share * (xs[first]! - xs[first - 1]!);
  return ((xs[first]! - start) * (ys[first]! + least)) / 2 + area(xs, ys, first);
}

/**
 * The specificity at the first point of the curve whose sensitivity is at least `least` (0.82 to 0.99 in 2016 and 2017).
 * Points in the middle of a straight run of equal steps are no points, as in scikit-learn's `roc_curve`. Null without
 * positives or without negatives.
 *
 * @throws RangeError as {@link rocCurve} does
 */
export function specificityAtSensitivity(
  truth: ArrayLike<number>,
  scores: ArrayLike<number>,
  least: number,
): number | null {
  const { positives, negatives, allPositives, allNegatives } = stepsOf(truth, scores);
  if (allPositives === 0 || allNegatives === 0) return null;
  const last = positives.length - 1;
  for (let i = 0; i <= last; i++) {
    const isMiddle = i > 0 && i < last && bend(positives, i) === 0 && bend(negatives, i) === 0;
    if (!isMiddle && positives[i]! / allPositives >= least) return 1 - negatives[i]! / allNegatives;
  }
  return 0;
}

const bend = (counts: Float64Array, i: number): number => counts[i + 1]! - 2 * counts[i]! + counts[i - 1]!;
