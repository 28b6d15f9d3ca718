import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cbrt } from "../src/slic/colour.ts";
import { computeSuperpixelsSync, type Raster, type SlicOptions } from "../src/slic/index.ts";
import { expectSame } from "./kit/same.ts";
import { computeWith } from "./kit/slic.ts";

/** Small pictures of every kind: from one flat colour to pure noise, with few or many different bytes. */
const pictures: fc.Arbitrary<Raster> = fc
  .record({
    width: fc.integer({ min: 1, max: 70 }),
    height: fc.integer({ min: 1, max: 50 }),
    channels: fc.constantFrom<1 | 3 | 4>(1, 3, 4),
    palette: fc.uint8Array({ minLength: 1, maxLength: 8 }),
    block: fc.integer({ min: 1, max: 20 }),
    seed: fc.integer(),
  })
  .map(({ width, height, channels, palette, block, seed }) => {
    const data = new Uint8Array(width * height * channels);
    for (let i = 0; i < data.length; i++) {
      const pixel = Math.floor(i / channels);
      const place = Math.floor((pixel % width) / block) * 31 + Math.floor(pixel / width / block) * 17 + (i % channels);
      data[i] = palette[(Math.imul(place + seed, 0x9e3779b1) >>> 16) % palette.length]!;
    }
    return { width, height, channels, data };
  });

const options: fc.Arbitrary<SlicOptions> = fc.record(
  {
    segments: fc.oneof(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 5000 })),
    compactness: fc.constantFrom(1e-6, 0.001, 0.01, 0.1, 1, 20, 1e6),
    sigma: fc.constantFrom(0, 0.5, 1, 2, 3.7, 30),
    iterations: fc.integer({ min: 1, max: 12 }),
    zero: fc.boolean(),
    connectivity: fc.boolean(),
    minSizeFactor: fc.constantFrom(0, 0.25, 0.5, 1, 4),
    maxSizeFactor: fc.constantFrom(0, 0.5, 1, 3, 50),
  },
  { requiredKeys: [] },
);

describe("any picture, any options", () => {
  it("SIMD, scalar and plain JavaScript agree", () => {
    fc.assert(
      fc.property(pictures, options, (picture, chosen) => {
        const labels = computeWith("js", picture, chosen);
        expectSame(computeWith("scalar", picture, chosen), labels);
        expectSame(computeWith("simd", picture, chosen), labels);
      }),
      { numRuns: 150 },
    );
  });

  it("connected labels are numbered from 0 in raster order, without gaps, each one region", () => {
    fc.assert(
      fc.property(pictures, fc.integer({ min: 1, max: 60 }), (picture, segments) => {
        const labels = computeSuperpixelsSync(picture, { segments, minSizeFactor: 0, maxSizeFactor: 1e9 });
        let next = 0;
        let ascending = true;
        for (const label of labels.data) {
          if (label > next) ascending = false;
          if (label === next) next++;
        }
        expect(ascending).toBe(true);
        expect(labels.count).toBe(next);
        expect(regions(labels.data, picture.width)).toBe(next);
      }),
      { numRuns: 60 },
    );
  });
});

/** How many 4-connected regions of equal labels there are. */
function regions(labels: Int32Array, width: number): number {
  const seen = new Uint8Array(labels.length);
  let count = 0;
  for (let first = 0; first < labels.length; first++) {
    if (seen[first]) continue;
    count++;
    seen[first] = 1;
    const open = [first];
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
      const sides = [at - width, at + width, at % width > 0 ? at - 1 : -1, at % width < width - 1 ? at + 1 : -1];
      for (const side of sides) {
        if (side < 0 || side >= labels.length || seen[side] || labels[side] !== labels[first]) continue;
        seen[side] = 1;
        open.push(side);
      }
    }
  }
  return count;
}

describe("the cube root of all implementations", () => {
  it("is right to 2e-14 where it is used", () => {
    let worst = 0;
    for (let x = 0.0088; x < 1.2; x += 0.000_003_7) worst = Math.max(worst, Math.abs(cbrt(x) / Math.cbrt(x) - 1));
    expect(worst).toBeLessThan(2e-14);
  });
});
