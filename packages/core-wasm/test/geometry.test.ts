import { golden, goldenJson, hasRealData, real, withoutRealData } from "@isic/fixtures";
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import {
  boundaryMask,
  boundingBoxes,
  buildMap,
  type CjsonRecord,
  centers,
  cjson,
  exactCenters,
  fromDense,
  type LabelImage,
  multiPolygon,
  neighbors,
  neighborsByDegree,
  type Outline,
  osvgp,
  outlines,
  pixelCounts,
  pixelsOf,
  type Ring,
  readSuperpixelPng,
  type SuperpixelMap,
  svgPath,
  toDense,
} from "../src/index.ts";
import { labelImage, smallLabels } from "./kit/images.ts";
import { expectSame } from "./kit/same.ts";

/** `#` is label 1, anything else 0. */
function picture(...rows: readonly string[]): LabelImage {
  const labels = rows.flatMap((row) => [...row].map((letter) => (letter === "#" ? 1 : 0)));
  return labelImage(rows[0]!.length, rows.length, labels);
}

function pairs(flat: Int32Array): number[][] {
  return Array.from({ length: flat.length / 2 }, (_, i) => [flat[2 * i]!, flat[2 * i + 1]!]);
}

interface Shape {
  readonly rows: string[];
  readonly offset_yx: [number, number];
  readonly osvgp: string;
  readonly cjson: string;
}

/** Cut short by the Python client; ours go on. */
const CUT = new Set(["diag2", "adiag2", "plus", "diag3", "Xs", "diag6"]);

test("the 14 shapes have the outlines of the Python client", async () => {
  const shapes = await goldenJson<Record<string, Shape>>("shapes.json");
  for (const [name, { rows, offset_yx, osvgp: path, cjson: corners }] of Object.entries(shapes)) {
    const [top, left] = offset_yx;
    const width = left + rows[0]!.length + 5;
    const blank = Array.from({ length: 5 }, () => ".".repeat(width));
    const body = rows.map((row) => ".".repeat(left) + row.replaceAll(/[^#]/g, ".") + ".".repeat(5));
    const labels = picture(...Array.from({ length: top }, () => ".".repeat(width)), ...body, ...blank);
    expect(cjson(labels)[1]!.geometry.coordinates, name).toBe(corners);
    const ours = osvgp(labels)[1]!;
    if (!CUT.has(name)) expect(ours, name).toBe(path);
    else expect(ours.startsWith(path.slice(0, path.indexOf("z"))), name).toBe(true);
  }
  expect(Object.keys(shapes)).toHaveLength(14);
});

interface GoldenMap {
  readonly sizes: number[];
  readonly xyc: number[][];
  readonly osvgp: string[];
  readonly cjson: string[];
  readonly neighbors: number[][];
}

describe("the synthetic map", () => {
  let expected: GoldenMap;
  let labels: LabelImage;
  let map: SuperpixelMap;
  beforeAll(async () => {
    expected = await goldenJson<GoldenMap>("superpixels_320x240.json");
    labels = await readSuperpixelPng(await golden("slic/synthetic_320x240_labels.png"));
    map = buildMap(labels);
  });

  test("has the sizes, centres, neighbours and outlines of the Python client", () => {
    expect([...pixelCounts(map)]).toEqual(expected.sizes);
    expect(pairs(centers(map))).toEqual(expected.xyc);
    expect(neighbors(labels).map((list) => [...list])).toEqual(expected.neighbors);
    expect(osvgp(labels)).toEqual(expected.osvgp);
    expect(cjson(labels).map((record) => record.geometry.coordinates)).toEqual(expected.cjson);
  });

  test("comes back from the dense table", () => {
    expectSame(fromDense(toDense(map)), map);
  });
});

interface DemoMap {
  readonly sizes: number[];
  readonly xyc: number[][];
  readonly osvgp: string[];
  readonly cjson: CjsonRecord[];
  readonly neighbors1: number[][];
  readonly neighbors2: number[][];
}

describe.skipIf(!hasRealData)(`the archive's map ${hasRealData ? "" : withoutRealData}`, () => {
  test("has what the Python client says, but for its holes and further pieces", async () => {
    const expected = await goldenJson<DemoMap>("superpixels_demo.json.gz");
    const labels = await readSuperpixelPng(await real("superpixels/archive_ISIC_0000000_640x480.png"));
    const map = buildMap(labels);
    expect([...pixelCounts(map)]).toEqual(expected.sizes);
    expect(pairs(centers(map))).toEqual(expected.xyc);
    const degrees = neighborsByDegree(labels, 2, { nested: true });
    expect(degrees[0]!.map((list) => [...list])).toEqual(expected.neighbors1);
    expect(degrees[1]!.map((list) => [...list])).toEqual(expected.neighbors2);
    expect(osvgp(labels)).toEqual(expected.osvgp);
    expect(cjson(labels)).toEqual(expected.cjson);
    const all = outlines(labels, { connectivity: 8 });
    expect(all[375]![0]!.holes).toHaveLength(1);
    expect(all[908]).toHaveLength(2);
    expect(all.map(areaOf)).toEqual(expected.sizes);
  });
});

/** Twice the signed area, positive for outer rings. */
function ringArea(ring: Ring): number {
  let sum = 0;
  for (let i = 0; i < ring.length; i += 2) {
    const next = (i + 2) % ring.length;
    sum += ring[next]! * ring[i + 1]! - ring[i]! * ring[next + 1]!;
  }
  return sum;
}

function areaOf(outline: Outline): number {
  return (
    outline.reduce((sum, { outer, holes }) => [outer, ...holes].reduce((all, ring) => all + ringArea(ring), sum), 0) / 2
  );
}

/** The pixels inside by the even-odd rule, found by the vertical edges to the left. */
function rasterize(outline: Outline, width: number, height: number): number[] {
  const flips = new Int32Array((width + 1) * height);
  for (const { outer, holes } of outline) {
    for (const ring of [outer, ...holes]) {
      for (let i = 0; i < ring.length; i += 2) {
        const next = (i + 2) % ring.length;
        const [from, to] = [ring[i + 1]!, ring[next + 1]!];
        for (let y = Math.min(from, to); y < Math.max(from, to); y++) flips[y * (width + 1) + ring[i]!]! ^= 1;
      }
    }
  }
  const inside: number[] = [];
  for (let y = 0; y < height; y++) {
    for (let x = 0, on = 0; x < width; x++) {
      on ^= flips[y * (width + 1) + x]!;
      if (on === 1) inside.push(y * width + x);
    }
  }
  return inside;
}

describe("outlines", () => {
  test.each([4, 8] as const)("enclose exactly the pixels of their labels (%i neighbours)", (connectivity) => {
    fc.assert(
      fc.property(smallLabels, (labels) => {
        const map = buildMap(labels);
        for (const [label, outline] of outlines(labels, { connectivity }).entries()) {
          const pixels = [...pixelsOf(map, label)];
          expect(rasterize(outline, labels.width, labels.height)).toEqual(pixels);
          expect(areaOf(outline)).toBe(pixels.length);
          for (const { outer, holes } of outline) {
            expect(ringArea(outer)).toBeGreaterThan(0);
            for (const hole of holes) expect(ringArea(hole)).toBeLessThan(0);
          }
        }
      }),
    );
  });

  test("turn at every corner and nowhere else", () => {
    fc.assert(
      fc.property(smallLabels, (labels) => {
        for (const { outer, holes } of outlines(labels).flat()) {
          for (const ring of [outer, ...holes]) {
            for (let i = 0; i < ring.length; i += 2) {
              const next = (i + 2) % ring.length;
              // Edges alternate: down or up, then right or left.
              expect(ring[i] === ring[next]).toBe(i % 4 === 0);
              expect(ring[i + 1] === ring[next + 1]).toBe(i % 4 === 2);
            }
          }
        }
      }),
    );
  });

  test("a hole belongs to the piece around it, an island in it is a piece", () => {
    const labels = picture("#########", "#.......#", "#.#####.#", "#.#...#.#", "#.#####.#", "#.......#", "#########");
    const [outer, island] = outlines(labels)[1]!;
    expect([...outer!.outer]).toEqual([0, 0, 0, 7, 9, 7, 9, 0]);
    expect(outer!.holes.map((hole) => [...hole])).toEqual([[8, 1, 8, 6, 1, 6, 1, 1]]);
    expect([...island!.outer]).toEqual([2, 2, 2, 5, 7, 5, 7, 2]);
    expect(island!.holes).toHaveLength(1);
  });

  test("pixels that share a corner are one piece or two", () => {
    const labels = picture("#.", ".#");
    expect(outlines(labels)[1]).toHaveLength(2);
    expect(outlines(labels, { connectivity: 8 })[1]).toHaveLength(1);
    expect(svgPath(outlines(labels)[1]!)).toBe("M0 0v1h1v-1zM1 1v1h1v-1z");
  });

  test("GeoJSON rings are closed", () => {
    const [, outline] = outlines(picture("##"));
    const corners = [
      [0, 0],
      [2, 0],
      [2, 1],
      [0, 1],
      [0, 0],
    ];
    expect(multiPolygon(outline!)).toEqual({ type: "MultiPolygon", coordinates: [[corners]] });
  });

  test("a label without pixels has none", () => {
    const labels = labelImage(1, 1, [2]);
    expect(outlines(labels)[0]).toEqual([]);
    expect(svgPath([])).toBe("");
    expect(osvgp(labels).slice(0, 2)).toEqual(["", ""]);
    expect(cjson(labels)[0]).toEqual({
      geometry: { type: "polygon", coordinates: "" },
      properties: { labelindex: "0" },
    });
  });

  test("a diagonal line of a thousand pixels is not cut off", () => {
    const size = 1000;
    const labels = labelImage(
      size,
      size,
      Int32Array.from({ length: size * size }, (_, i) => Number(i % (size + 1) === 0)),
    );
    const [piece] = outlines(labels, { connectivity: 8 })[1]!;
    expect(ringArea(piece!.outer)).toBe(2 * size);
  });
});

describe("neighbours", () => {
  test("are who touches, by edges or by corners too", () => {
    const labels = labelImage(2, 2, [0, 1, 3, 4]);
    expect(neighbors(labels).map((list) => [...list])).toEqual([[1, 3, 4], [0, 3, 4], [], [0, 1, 4], [0, 1, 3]]);
    expect(neighbors(labels, { connectivity: 4 }).map((list) => [...list])).toEqual([
      [1, 3],
      [0, 4],
      [],
      [0, 4],
      [1, 3],
    ]);
  });

  test("agree with looking at every pair of pixels", () => {
    fc.assert(
      fc.property(smallLabels, fc.constantFrom<4 | 8>(4, 8), (labels, connectivity) => {
        const sets = Array.from({ length: labels.count }, () => new Set<number>());
        const { width, height, data } = labels;
        for (let y = 0; y < height; y++) {
          for (let x = 0; x < width; x++) {
            for (const [dx, dy] of [
              [1, 0],
              [0, 1],
              [1, 1],
              [-1, 1],
            ] as const) {
              if (connectivity === 4 && dx !== 0 && dy !== 0) continue;
              if (x + dx < 0 || x + dx >= width || y + dy >= height) continue;
              const [a, b] = [data[y * width + x]!, data[(y + dy) * width + x + dx]!];
              if (a !== b) sets[a]!.add(b);
              if (a !== b) sets[b]!.add(a);
            }
          }
        }
        const expected = sets.map((set) => [...set].sort((a, b) => a - b));
        expect(neighbors(labels, { connectivity }).map((list) => [...list])).toEqual(expected);
      }),
    );
  });

  test("by degree are proper rings, or the Python client's nested sets", () => {
    const line = labelImage(5, 1, [0, 1, 2, 3, 4]);
    const rings = neighborsByDegree(line, 3).map((degree) => degree.map((list) => [...list]));
    expect(rings[0]![2]).toEqual([1, 3]);
    expect(rings[1]![2]).toEqual([0, 4]);
    expect(rings[2]![2]).toEqual([]);
    expect(rings[2]![0]).toEqual([3]);
    const nested = neighborsByDegree(line, 3, { nested: true }).map((degree) => degree.map((list) => [...list]));
    expect(nested[1]![2]).toEqual([0, 2, 4]);
    expect(nested[2]![0]).toEqual([1, 3]);
    expect(() => neighborsByDegree(line, 0)).toThrow(RangeError);
  });

  test("many labels do not collide", () => {
    const size = 300;
    const labels = labelImage(
      size,
      size,
      Int32Array.from({ length: size * size }, (_, i) => i),
    );
    expect(neighbors(labels).reduce((sum, list) => sum + list.length, 0)).toBe(
      2 * (2 * size * (size - 1) + 2 * (size - 1) ** 2),
    );
  });
});

describe("centres and boxes", () => {
  test("are those of the pixels", () => {
    fc.assert(
      fc.property(smallLabels, (labels) => {
        const map = buildMap(labels);
        const [means, floors, boxes] = [exactCenters(map), centers(map), boundingBoxes(map)];
        for (let row = 0; row < map.count; row++) {
          const pixels = [...pixelsOf(map, row)];
          if (pixels.length === 0) {
            expect([means[2 * row], floors[2 * row], boxes[4 * row + 2]]).toEqual([Number.NaN, -1, 0]);
            continue;
          }
          const xs = pixels.map((pixel) => pixel % map.width);
          const ys = pixels.map((pixel) => Math.floor(pixel / map.width));
          const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
          expect([means[2 * row], means[2 * row + 1]]).toEqual([mean(xs), mean(ys)]);
          expect([floors[2 * row], floors[2 * row + 1]]).toEqual([Math.floor(mean(xs)), Math.floor(mean(ys))]);
          const [left, top] = [Math.min(...xs), Math.min(...ys)];
          const box = [left, top, Math.max(...xs) - left + 1, Math.max(...ys) - top + 1];
          expect([...boxes.subarray(4 * row, 4 * row + 4)]).toEqual(box);
        }
      }),
    );
  });

  test("the boundary is the inner pixel on both sides, and the edge of the image", () => {
    const labels = labelImage(5, 4, [0, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 1, 1]);
    const rows = Array.from({ length: 4 }, (_, y) => [...boundaryMask(labels).data.subarray(y * 5, y * 5 + 5)]);
    const line = [255, 0, 255, 255, 255];
    expect(rows).toEqual([Array(5).fill(255), line, line, Array(5).fill(255)]);
  });
});

describe("dense tables", () => {
  test("pad with zeros and end with the count, also for gaps", () => {
    const map = buildMap(labelImage(3, 2, [0, 0, 2, 0, 2, 2]));
    const dense = toDense(map);
    expect([dense.count, dense.columns]).toEqual([3, 4]);
    expect([...dense.data]).toEqual([0, 1, 3, 3, 0, 0, 0, 0, 2, 4, 5, 3]);
  });

  test("that are no map of the image are refused", () => {
    const dense = toDense(buildMap(labelImage(3, 1, [0, 0, 1])));
    const broken = (change: (data: Int32Array) => void): (() => SuperpixelMap) => {
      const data = dense.data.slice();
      change(data);
      return () => fromDense({ ...dense, data });
    };
    expect(broken(() => {})).not.toThrow();
    expect(broken((data) => data.set([1, 0]))).toThrow("row 0 is not ascending");
    expect(broken((data) => data.set([0, 0]))).toThrow("pixel 0 in row 0");
    expect(broken((data) => data.set([0, 9]))).toThrow("pixel 9 in row 0");
    expect(broken((data) => data.set([-1]))).toThrow(RangeError);
    expect(broken((data) => data.set([1], 2))).toThrow("the rows hold 2 of 3");
    expect(broken((data) => data.set([3], 2))).toThrow("row 0 counts 3");
    expect(broken((data) => data.set([-1], 2))).toThrow("row 0 counts -1");
    expect(() => fromDense({ ...dense, data: dense.data.slice(1) })).toThrow("elements in dense.data");
  });
});
