// GeoJSON as RFC 7946 wants it: simple rings, outer ones counter-clockwise, holes clockwise.
import { golden, hasRealData, real, realJson } from "@isic/fixtures";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type LabelImage, multiPolygon, outlines, readSuperpixelPng } from "../src/index.ts";
import { labelImage, smallLabels } from "./kit/images.ts";

/** Few labels at random: pixels that meet at corners everywhere. */
const noise: fc.Arbitrary<LabelImage> = fc
  .tuple(fc.integer({ min: 1, max: 14 }), fc.integer({ min: 1, max: 14 }), fc.integer({ min: 1, max: 4 }))
  .chain(([width, height, labels]) =>
    fc
      .array(fc.nat(labels - 1), { minLength: width * height, maxLength: width * height })
      .map((data) => labelImage(width, height, data)),
  );

function signedArea(ring: number[][]): number {
  let sum = 0;
  for (let i = 0; i + 1 < ring.length; i++) sum += ring[i]![0]! * ring[i + 1]![1]! - ring[i + 1]![0]! * ring[i]![1]!;
  return sum / 2;
}

function isIn(ring: number[][], x: number, y: number): boolean {
  let inside = false;
  for (let i = 0; i + 1 < ring.length; i++) {
    const [[ax, ay], [, by]] = [ring[i] as [number, number], ring[i + 1] as [number, number]];
    if (ax < x && ay > y !== by > y) inside = !inside;
  }
  return inside;
}

/** What is wrong with the geometry of each superpixel; nothing. */
function faultsOf(labels: LabelImage, connectivity: 4 | 8, flipY?: number): string[] {
  const faults: string[] = [];
  const { width, height, data } = labels;
  const counts = new Uint32Array(labels.count);
  for (const label of data) counts[label]!++;
  for (const [label, outline] of outlines(labels, { connectivity }).entries()) {
    const { coordinates } = multiPolygon(outline, flipY === undefined ? {} : { flipY });
    if (connectivity === 4 && coordinates.length !== outline.length) faults.push(`${label}: pieces`);
    let area = 0;
    for (const polygon of coordinates) {
      for (const [i, ring] of polygon.entries()) {
        const signed = signedArea(ring);
        area += signed;
        if (i === 0 ? signed <= 0 : signed >= 0) faults.push(`${label}: ring ${i} turns the wrong way`);
        if (String(ring[0]) !== String(ring.at(-1))) faults.push(`${label}: ring ${i} is open`);
        if (new Set(ring.map(String)).size !== ring.length - 1) faults.push(`${label}: ring ${i} touches itself`);
        for (let at = 0; at + 1 < ring.length; at++) {
          const [[ax, ay], [bx, by]] = [ring[at] as [number, number], ring[at + 1] as [number, number]];
          if ((ax === bx) === (ay === by)) faults.push(`${label}: an edge that is none`);
        }
      }
    }
    if (area !== counts[label]) faults.push(`${label}: area ${area}, not ${counts[label]}`);
    if (data.length > 400) continue;
    // Each pixel of the superpixel lies in one polygon, all others in none.
    for (const [i, own] of data.entries()) {
      const x = (i % width) + 0.5;
      const y = Math.floor(i / width) + 0.5;
      const at = flipY === undefined ? y : height - y;
      const around = coordinates.filter(
        ([outer, ...holes]) => isIn(outer!, x, at) && !holes.some((hole) => isIn(hole, x, at)),
      ).length;
      if (around !== Number(own === label)) faults.push(`${label}: pixel ${i} lies in ${around} polygons`);
    }
  }
  return faults;
}

describe("polygons of superpixels", () => {
  test.each([4, 8] as const)("of any labels, connectivity %i, are valid and cover their pixels", (connectivity) => {
    fc.assert(
      fc.property(fc.oneof(noise, smallLabels), fc.boolean(), (labels, flip) => {
        expect(faultsOf(labels, connectivity, flip ? labels.height : undefined)).toEqual([]);
      }),
      { numRuns: 400 },
    );
  });

  test("of the synthetic maps", async () => {
    for (const size of ["64x48", "320x240", "641x479"]) {
      const labels = await readSuperpixelPng(await golden(`slic/synthetic_${size}_labels.png`));
      for (const connectivity of [4, 8] as const) expect(faultsOf(labels, connectivity)).toEqual([]);
    }
  });

  test.skipIf(!hasRealData)("of the 14 real maps", async () => {
    for (const { name } of await realJson<{ name: string }[]>("manifest.json")) {
      const labels = await readSuperpixelPng(await real(`superpixels/${name}_superpixels.png`));
      for (const connectivity of [4, 8] as const) expect(faultsOf(labels, connectivity), name).toEqual([]);
    }
  });

  test("a ring that touches itself becomes an outer ring and a hole", () => {
    // The hole meets the outside at a corner.
    const labels = labelImage(
      4,
      4,
      [1, 1, 1, 1, 1, 0, 0, 1, 1, 0, 1, 0, 1, 1, 1, 0].map((label) => 1 - label),
    );
    expect(faultsOf(labels, 4)).toEqual([]);
    const [rings] = multiPolygon(outlines(labels)[0]!).coordinates.slice(0, 1);
    expect(rings!.length).toBe(2);
  });

  test("y runs downwards, or upwards from the bottom edge", () => {
    const [, outline] = outlines(labelImage(2, 3, [1, 0, 0, 0, 0, 0]));
    const ring = (options?: { flipY: number }): number[][] => multiPolygon(outline!, options).coordinates[0]![0]!;
    expect(new Set(ring().map(String))).toEqual(new Set(["0,0", "1,0", "1,1", "0,1"]));
    expect(new Set(ring({ flipY: 3 }).map(String))).toEqual(new Set(["0,3", "1,3", "1,2", "0,2"]));
    expect([signedArea(ring()), signedArea(ring({ flipY: 3 }))]).toEqual([1, 1]);
    expect(() => multiPolygon(outline!, { flipY: 0 })).toThrow(RangeError);
    expect(() => multiPolygon(outline!, { flip: 3 } as never)).toThrow("unknown option flip: there are flipY");
  });

  test("nothing for a label that no pixel has", () => {
    expect(multiPolygon([])).toEqual({ type: "MultiPolygon", coordinates: [] });
  });
});
