/** Coefficients of agreement beyond chance, from tables that can be added up over images. `null`: undefined, since nothing varies. */

/** Two readers: how often one took each category (row) where the other took each (column), in rows. */
export type PairTable = ArrayLike<number>;

/**
 * Cohen's kappa of two readers (Cohen 1960); with `ordinal`, disagreements weigh as much as categories lie apart (Cohen
 * 1968, linear weights).
 *
 * @param table `categories` times `categories` counts
 */
export function cohenKappa(table: PairTable, categories: number, ordinal = false): number | null {
  const rows = new Float64Array(categories);
  const columns = new Float64Array(categories);
  let n = 0;
  for (let i = 0; i < categories; i++) {
    for (let j = 0; j < categories; j++) {
      const count = table[i * categories + j]!;
      rows[i]! += count;
      columns[j]! += count;
      n += count;
    }
  }
  let [seen, expected] = [0, 0];
  for (let i = 0; i < categories; i++) {
    for (let j = 0; j < categories; j++) {
      const weight = ordinal ? Math.abs(i - j) : Number(i !== j);
      seen += weight * table[i * categories + j]!;
      expected += (weight * rows[i]! * columns[j]!) / n;
    }
  }
  return defined(1 - seen / expected);
}

/**
 * Fleiss' kappa of any number of readers who all judged the same units (Fleiss 1971).
 *
 * @param agreement the sum over units of the share of pairs of readers who agree
 * @param totals how often each category was taken, by all readers together
 */
export function fleissKappa(agreement: number, totals: ArrayLike<number>, units: number): number | null {
  const all = sum(totals);
  let byChance = 0;
  for (let c = 0; c < totals.length; c++) byChance += (totals[c]! / all) ** 2;
  return defined((agreement / units - byChance) / (1 - byChance));
}

/**
 * Krippendorff's alpha (Krippendorff 2011), which lets readers miss units.
 *
 * @param coincidences `categories` times `categories`, see {@link addCoincidences}
 * @param ordinal categories have an order; else they only differ
 */
export function krippendorffAlpha(coincidences: ArrayLike<number>, categories: number, ordinal = false): number | null {
  const totals = Array.from({ length: categories }, (_, c) => {
    let total = 0;
    for (let k = 0; k < categories; k++) total += coincidences[c * categories + k]!;
    return total;
  });
  const n = sum(totals);
  let [seen, expected] = [0, 0];
  for (let c = 0; c < categories; c++) {
    let between = totals[c]! / 2;
    for (let k = c + 1; k < categories; k++) {
      // Ordinal: the square of how many values lie between, half of both ends included.
      const difference = ordinal ? (between + totals[k]! / 2) ** 2 : 1;
      between += totals[k]!;
      seen += coincidences[c * categories + k]! * difference;
      expected += totals[c]! * totals[k]! * difference;
    }
  }
  return defined(1 - ((n - 1) * seen) / expected);
}

/**
 * Adds units to a table of coincidences: every ordered pair of values of a unit, each weighing 1 / (values - 1).
 *
 * @param counts how often each category was taken for the unit; with fewer than two values it says nothing
 * @param times so many such units
 */
export function addCoincidences(to: Float64Array, counts: ArrayLike<number>, times = 1): void {
  const values = sum(counts);
  if (values < 2) return;
  const categories = counts.length;
  for (let c = 0; c < categories; c++) {
    for (let k = 0; k < categories; k++) {
      const pairs = counts[c]! * (counts[k]! - Number(c === k));
      to[c * categories + k]! += (times * pairs) / (values - 1);
    }
  }
}

function sum(values: ArrayLike<number>): number {
  let total = 0;
  for (let i = 0; i < values.length; i++) total += values[i]!;
  return total;
}

function defined(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
