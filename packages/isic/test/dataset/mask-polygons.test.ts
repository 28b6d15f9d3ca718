import fc from "fast-check";
import { expect, test } from "vitest";
import { maskPolygons } from "../../src/dataset/layouts/mask-polygons.ts";

/** The pixels whose middle a polygon has inside by the even-odd rule; one of several polygons is enough. */
function filled(polygons: readonly (readonly number[])[], width: number, height: number): number[] {
  return Array.from({ length: width * height }, (_, at) => {
    const [x, y] = [(at % width) + 0.5, Math.floor(at / width) + 0.5];
    return Number(polygons.some((ring) => crossingsAbove(ring, x, y) % 2 === 1));
  });
}

function crossingsAbove(ring: readonly number[], x: number, y: number): number {
  let count = 0;
  for (let i = 0; i < ring.length; i += 2) {
    const [ax, ay] = [ring[i]!, ring[i + 1]!];
    const [bx, by] = [ring[(i + 2) % ring.length]!, ring[(i + 3) % ring.length]!];
    if (ax !== bx && ay !== by) throw new Error("an edge that is not along pixels");
    if (ay === by && ay < y && ax > x !== bx > x) count++;
  }
  return count;
}

function areaOf(ring: readonly number[]): number {
  let twice = 0;
  for (let i = 0; i < ring.length; i += 2)
    twice += ring[i]! * ring[(i + 3) % ring.length]! - ring[(i + 2) % ring.length]! * ring[i + 1]!;
  return Math.abs(twice) / 2;
}

const maskOf = (rows: readonly string[]): [Int32Array<ArrayBuffer>, number, number] => [
  Int32Array.from(rows.join(""), (sign) => Number(sign === "#")),
  rows[0]!.length,
  rows.length,
];

test.each([
  ["a ring", ["#####", "#...#", "#.#.#", "#...#", "#####"], 2],
  ["holes over each other", ["###", "#.#", "###", "#.#", "###"], 1],
  ["holes side by side", ["#####", "#.#.#", "#####"], 1],
  ["a hole that touches the outside at a corner", ["#.##", "##.#", "####"], 1],
  ["a hole under a notch", ["#.#", "###", "#.#", "###"], 1],
  ["two pieces at a corner", ["#.", ".#"], 2],
  ["nothing", ["...", "..."], 0],
])("%s: one ring for each piece, and the even-odd rule gives the mask again", (_, rows, pieces) => {
  const [data, width, height] = maskOf(rows);
  const polygons = maskPolygons(data, width, height);
  expect(polygons.length).toBe(pieces);
  expect(filled(polygons, width, height)).toEqual([...data]);
});

test("any mask is given again, and the rings' areas add up to its pixels", () => {
  const masks = fc
    .record({ width: fc.integer({ min: 1, max: 10 }), height: fc.integer({ min: 1, max: 10 }), dense: fc.boolean() })
    .chain(({ width, height, dense }) =>
      fc.record({
        width: fc.constant(width),
        height: fc.constant(height),
        data: fc.array(
          fc.integer({ min: 0, max: dense ? 4 : 1 }).map((n) => Number(n > 0)),
          { minLength: width * height, maxLength: width * height },
        ),
      }),
    );
  fc.assert(
    fc.property(masks, ({ width, height, data }) => {
      const polygons = maskPolygons(Int32Array.from(data), width, height);
      expect(filled(polygons, width, height)).toEqual(data);
      expect(polygons.reduce((sum, ring) => sum + areaOf(ring), 0)).toBe(data.reduce((a, b) => a + b, 0));
    }),
    { numRuns: 300 },
  );
});

test("a mask that is all holes is done at once", () => {
  const [width, height] = [501, 501];
  const data = Int32Array.from({ length: width * height }, (_, at) =>
    Number((at % width) % 2 === 0 || Math.floor(at / width) % 2 === 0),
  );
  const begin = performance.now();
  const [ring = [], ...more] = maskPolygons(data, width, height);
  expect(more.length).toBe(0);
  expect(areaOf(ring)).toBe(data.reduce((a, b) => a + b, 0));
  expect(performance.now() - begin).toBeLessThan(10_000);
});
