/** Metrics of several classes, one of which is right. */
import { checkPairs } from "./confusion.ts";

/**
 * The class of each row of probabilities: the index of the largest one; -1 where several are the largest, which is no answer.
 *
 * @param values row after row, `classes` each
 */
export function decide(values: ArrayLike<number>, classes: number): Int32Array<ArrayBuffer> {
  const rows = values.length / classes;
  if (!Number.isInteger(rows)) throw new RangeError(`expected rows of ${classes} values, got ${values.length} in all`);
  const decided = new Int32Array(rows);
  for (let row = 0; row < rows; row++) {
    let best = 0;
    let ties = 1;
    for (let i = 1; i < classes; i++) {
      const value = values[row * classes + i]!;
      const largest = values[row * classes + best]!;
      if (value > largest) {
        best = i;
        ties = 1;
      } else if (value === largest) ties++;
    }
    decided[row] = ties === 1 ? best : -1;
  }
  return decided;
}

/**
 * Balanced accuracy of several classes: the mean, over the classes that the truth has, of the share of a class's cases that
 * was predicted right (mean recall). Null where the truth has no class.
 *
 * @param truth the class of each case, as an index from 0; -1 for none
 * @param prediction likewise
 * @throws RangeError for lists of different lengths, or a value that is not a number
 */
export function balancedAccuracy(
  truth: ArrayLike<number>,
  prediction: ArrayLike<number>,
  classes: number,
  weights?: ArrayLike<number>,
): number | null {
  checkPairs(truth, prediction, weights);
  const right = new Float64Array(classes);
  const all = new Float64Array(classes);
  for (let i = 0; i < truth.length; i++) {
    const of = truth[i]!;
    if (of < 0) continue;
    if (of >= classes) throw new RangeError(`expected classes below ${classes} in truth, got ${of} at ${i}`);
    const weight = weights === undefined ? 1 : weights[i]!;
    all[of]! += weight;
    if (prediction[i] === of) right[of]! += weight;
  }
  let sum = 0;
  let present = 0;
  for (let i = 0; i < classes; i++) {
    if (all[i] === 0) continue;
    sum += right[i]! / all[i]!;
    present++;
  }
  return present === 0 ? null : sum / present;
}
