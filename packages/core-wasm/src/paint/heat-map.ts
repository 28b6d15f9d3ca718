import { checkLabelCount, checkOptions } from "../check.ts";

/** How many annotations make a superpixel how hot. */
export interface HeatMapOptions {
  /** The number of annotations that makes a superpixel hottest; unless told, how many mark any superpixel at all. */
  readonly most?: number;
  /** `"sqrt"` lifts what only a few have marked. `"linear"` unless told. */
  readonly scale?: "linear" | "sqrt";
}

/** Many annotations of one image, superpixel by superpixel. */
export interface HeatMap {
  /** How many annotations mark each superpixel. */
  readonly counts: Uint32Array<ArrayBuffer>;
  /** The sum of their values, in which a possible marking is half of a definite one. */
  readonly sums: Float64Array<ArrayBuffer>;
  /** The annotations that mark any superpixel. */
  readonly annotations: number;
  /** From 0 to 1, to be painted with: `counts / most`, or its square root. */
  readonly heat: Float64Array<ArrayBuffer>;
}

/**
 * Adds up annotations of one image. As in the Python client every value above 0 is a marking.
 *
 * @param count the number of superpixels
 * @param annotations for each a value from 0 to 1 for each superpixel
 * @throws {@link LabelCountError} for an annotation of another number of values; RangeError for values out of range, or
 * `most` not above 0
 * @example
 * ```ts
 * import { accumulateHeatMap } from "@isic/core-wasm";
 *
 * accumulateHeatMap(3, [[0, 1, 0.5], [0, 1, 0]]).heat; // Float64Array [0, 1, 0.5]
 * ```
 */
export function accumulateHeatMap(
  count: number,
  annotations: Iterable<ArrayLike<number>>,
  options: HeatMapOptions = {},
): HeatMap {
  checkOptions(options, ["most", "scale"]);
  const counts = new Uint32Array(count);
  const sums = new Float64Array(count);
  let marking = 0;
  let number = 0;
  for (const values of annotations) {
    checkLabelCount(`annotation ${number++}`, values, count);
    let marks = false;
    for (let i = 0; i < count; i++) {
      const value = values[i]!;
      if (!(value >= 0 && value <= 1)) throw new RangeError(`expected values from 0 to 1, got ${value} at ${i}`);
      if (value === 0) continue;
      counts[i]!++;
      sums[i]! += value;
      marks = true;
    }
    if (marks) marking++;
  }
  const { most = Math.max(1, marking), scale = "linear" } = options;
  if (!(most > 0)) throw new RangeError(`expected most to be above 0, got ${most}`);
  if (scale !== "linear" && scale !== "sqrt") throw new RangeError(`expected scale "linear" or "sqrt", got ${scale}`);
  const heat = Float64Array.from(counts, (n) => {
    const share = Math.min(1, n / most);
    return scale === "sqrt" ? Math.sqrt(share) : share;
  });
  return { counts, sums, annotations: marking, heat };
}
