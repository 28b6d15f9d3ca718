import fc from "fast-check";
import type { LabelImage } from "../../src/index.ts";

const MOST_LABELS = 2 ** 24;

export function labelImage(width: number, height: number, labels: ArrayLike<number>): LabelImage {
  const data = Int32Array.from(labels);
  return { width, height, data, count: data.reduce((largest, label) => Math.max(largest, label), 0) + 1 };
}

/** A width and a height: mostly small, often 1, sometimes around the 64 pixels that kernels look at together. */
const side = fc.oneof(
  { weight: 1, arbitrary: fc.constant(1) },
  { weight: 4, arbitrary: fc.integer({ min: 1, max: 20 }) },
  { weight: 2, arbitrary: fc.integer({ min: 60, max: 140 }) },
);

/** Rows of runs: what superpixels look like, with gaps between their numbers. */
function runny(width: number, height: number, numbers: fc.Arbitrary<number>): fc.Arbitrary<number[]> {
  const total = width * height;
  const run = fc.tuple(numbers, fc.integer({ min: 1, max: 90 }), fc.boolean());
  return fc.array(run, { minLength: 1, maxLength: 60 }).map((runs) => {
    const labels: number[] = [];
    for (let i = 0; labels.length < total; i = (i + 1) % runs.length) {
      const [label, length, likeAbove] = runs[i]!;
      for (let n = 0; n < length && labels.length < total; n++) {
        const above = labels[labels.length - width];
        labels.push(likeAbove && above !== undefined ? above : label);
      }
    }
    return labels;
  });
}

function labelsOf(width: number, height: number): fc.Arbitrary<number[]> {
  const total = width * height;
  return fc.oneof(
    { weight: 5, arbitrary: runny(width, height, fc.integer({ min: 0, max: 300 })) },
    { weight: 2, arbitrary: runny(width, height, fc.integer({ min: 0, max: MOST_LABELS - 1 })) },
    { weight: 1, arbitrary: fc.integer({ min: 0, max: 5 }).map((label) => Array<number>(total).fill(label)) },
    { weight: 1, arbitrary: fc.constant(Array.from({ length: total }, (_, i) => i)) },
    { weight: 1, arbitrary: fc.constant(Array<number>(total).fill(MOST_LABELS - 1)) },
    {
      weight: 2,
      arbitrary: fc.array(fc.integer({ min: 0, max: MOST_LABELS - 1 }), { minLength: total, maxLength: total }),
    },
  );
}

/** Any image of 24-bit labels. */
export const anyImage: fc.Arbitrary<LabelImage> = fc
  .tuple(side, side)
  .chain(([width, height]) => labelsOf(width, height).map((labels) => labelImage(width, height, labels)));

/** An image of few labels, with gaps between them. */
export const smallLabels: fc.Arbitrary<LabelImage> = fc
  .tuple(side, side)
  .chain(([width, height]) =>
    runny(width, height, fc.integer({ min: 0, max: 40 })).map((labels) => labelImage(width, height, labels)),
  );
