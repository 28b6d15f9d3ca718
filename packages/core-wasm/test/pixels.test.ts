import { golden, goldenJson } from "@isic/fixtures";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  accumulateHeatMap,
  buildMap,
  type Color,
  channelStatistics,
  dice,
  drawOutlines,
  jaccard,
  kappa,
  LabelCountError,
  type LabelImage,
  maskDice,
  maskFromValues,
  maskJaccard,
  maskKappa,
  maskOf,
  neighbors,
  neighborsByDegree,
  outlines,
  type Paint,
  paintSuperpixels,
  pixelsOf,
  type Raster,
  readPng,
  readSuperpixelPng,
  shareInMask,
  valuesFromMask,
} from "../src/index.ts";
import { labelImage, smallLabels } from "./kit/images.ts";
import { expectNumbers } from "./kit/same.ts";

function raster(width: number, height: number, channels: 1 | 3 | 4, seed = 1): Raster {
  const data = Uint8Array.from(
    { length: width * height * channels },
    (_, i) => (Math.imul(i + seed, 2654435761) >>> 13) & 255,
  );
  return { width, height, channels, data };
}

/** Rounds half to even. */
function rounded(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  return rest > 0.5 || (rest === 0.5 && floor % 2 === 1) ? floor + 1 : floor;
}

describe("painting", () => {
  test("has the numbers of the Python client", () => {
    const map = buildMap(labelImage(1, 1, [0]));
    const painted = (paint: Paint): number[] => {
      const data = new Uint8Array(3).fill(100);
      paintSuperpixels({ width: 1, height: 1, channels: 3, data }, map, [0], paint);
      return [...data];
    };
    expect(painted({ color: [255, 0, 0], alpha: 0.5 })).toEqual([178, 50, 50]);
    expect(painted({ color: [255, 0, 0], alpha: 0.5, values: [0.5] })).toEqual([139, 75, 75]);
    expect(painted({ color: [255, 0, 0] })).toEqual([255, 0, 0]);
    expect(painted({ color: [255, 0, 0], alpha: 0 })).toEqual([100, 100, 100]);
  });

  test("blends every channel of every pixel of what is named, and nothing else", () => {
    const alpha = fc.oneof(fc.constantFrom(0, 0.25, 0.5, 1), fc.double({ min: 0, max: 1, noNaN: true }));
    const byte = fc.integer({ min: 0, max: 255 });
    const colors = fc.array(fc.tuple(byte, byte, byte), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(
        smallLabels,
        fc.constantFrom<3 | 4>(3, 4),
        alpha,
        colors,
        fc.nat(3),
        (labels, channels, alpha, colors, shift) => {
          const map = buildMap(labels);
          const before = raster(labels.width, labels.height, channels);
          // Also at addresses that no word begins at.
          const memory = new Uint8Array(before.data.length + 4);
          const data = memory.subarray(shift, shift + before.data.length);
          data.set(before.data);
          const chosen = Array.from({ length: map.count }, (_, i) => i).filter((i) => i % 3 !== 1);
          const color = chosen.map((i) => colors[i % colors.length]!);
          paintSuperpixels({ ...before, data }, map, chosen, { color, alpha });
          const expected = before.data.slice();
          for (const [k, superpixel] of chosen.entries()) {
            for (const pixel of pixelsOf(map, superpixel)) {
              for (let channel = 0; channel < channels; channel++) {
                const at = pixel * channels + channel;
                expected[at] = rounded(alpha * (color[k]![channel] ?? 255) + (1 - alpha) * before.data[at]!);
              }
            }
          }
          expectNumbers(data, expected);
        },
      ),
    );
  });

  test("stripes run along diagonals, each with its own alpha", () => {
    const labels = labelImage(24, 24, new Int32Array(576));
    const picture = raster(24, 24, 3);
    const before = picture.data.slice();
    const stripes: Color[] = [
      [255, 0, 0],
      [0, 255, 0],
      [0, 0, 255],
    ];
    const alphas = [1, 0.5, 0.25];
    const alphaMap = new Float64Array(576).fill(0.5);
    paintSuperpixels(picture, buildMap(labels), [0], { color: [stripes], alpha: [alphas], alphaMap });
    // 0.75 + 0.25 * sqrt(576): stripes repeat every 6 * 6 pixels.
    for (let y = 0; y < 24; y++) {
      for (let x = 0; x < 24; x++) {
        const k = Math.trunc(0.5 + ((x + y) * 3) / 36) % 3;
        const at = (y * 24 + x) * 3;
        const expected = stripes[k]!.map((part, c) => rounded(alphas[k]! * part + (1 - alphas[k]!) * before[at + c]!));
        expect([...picture.data.subarray(at, at + 3)]).toEqual(expected);
        expect(alphaMap[y * 24 + x]).toBe(1 - 0.5 * (1 - alphas[k]!));
      }
    }
  });

  test("covers the alpha map brush by brush", () => {
    const map = buildMap(labelImage(2, 1, [0, 1]));
    const alphaMap = new Float32Array(2);
    const picture = raster(2, 1, 3);
    paintSuperpixels(picture, map, [0, 0, 1], { color: [1, 2, 3], alpha: [0.5, 0.5, 0.25], alphaMap });
    expect([...alphaMap]).toEqual([0.75, 0.25]);
  });

  test("refuses what cannot be painted", () => {
    const map = buildMap(labelImage(2, 1, [0, 1]));
    const picture = raster(2, 1, 3);
    const red: Color = [255, 0, 0];
    const wrong: [Paint, number[], Raster?][] = [
      [{ color: red }, [2]],
      [{ color: red }, [-1]],
      [{ color: red }, [0.5]],
      [{ color: red }, [0], raster(1, 1, 3)],
      [{ color: red, alpha: 1.5 }, [0]],
      [{ color: red, alpha: Number.NaN }, [0]],
      [{ color: red, alpha: [1] }, [0, 1]],
      [{ color: red, alpha: [[1, 1]] }, [0]],
      [{ color: red, values: [2] }, [0]],
      [{ color: [red] }, [0, 1]],
      [{ color: [[256, 0, 0]] }, [0]],
      [{ color: [[]] }, [0]],
      [{ color: [[red, red, red, red, red, red, red]] }, [0]],
      [{ color: red, alphaMap: new Float64Array(1) }, [0]],
    ];
    for (const [paint, superpixels, target = picture] of wrong) {
      expect(() => paintSuperpixels(target, map, superpixels, paint)).toThrow(RangeError);
    }
    expect(() => paintSuperpixels(raster(2, 1, 1), map, [0], { color: red })).toThrow(TypeError);
    expect(() => paintSuperpixels(picture, map, [0, 1], { color: [red, [256, 0, 0]] })).toThrow("got [256,0,0]");
  });

  test.each([
    [{ color: 255 }, "255"],
    [{ color: "red" }, '"red"'],
    [{ color: [300, 0, 0] }, "[300,0,0]"],
    [{}, "undefined"],
    [undefined, "undefined"],
    [[255, 0, 0], "undefined"],
  ])("says which colours there are, instead of %j", (paint, got) => {
    const map = buildMap(labelImage(2, 1, [0, 1]));
    const sentence = `expected a colour ([red, green, blue], each from 0 to 255), or 1 of them, got ${got}`;
    expect(() => paintSuperpixels(raster(2, 1, 3), map, [0], paint as never)).toThrow(sentence);
    const three = buildMap(labelImage(3, 1, [0, 1, 2]));
    expect(() => paintSuperpixels(raster(3, 1, 3), three, [0, 1, 2], paint as never)).toThrow("expected a colour (");
    const labels = labelImage(2, 1, [0, 1]);
    expect(() => drawOutlines(raster(2, 1, 3), labels, { color: Object(paint).color })).toThrow(
      `expected a colour ([red, green, blue], each from 0 to 255), got ${got}`,
    );
  });

  test("knows its options, as all functions do", () => {
    const map = buildMap(labelImage(2, 1, [0, 1]));
    const labels = labelImage(2, 1, [0, 1]);
    const picture = raster(2, 1, 3);
    const wrong: [() => unknown, string][] = [
      [() => paintSuperpixels(picture, map, [0], { color: [1, 2, 3], alfa: 1 } as never), "unknown option alfa"],
      [() => drawOutlines(picture, labels, { color: [1, 2, 3], size: 2 } as never), "unknown option size"],
      [() => maskOf(map, [0], { outlines: 1 } as never), "unknown option outlines: there are outline"],
      [() => accumulateHeatMap(2, [], { max: 1 } as never), "unknown option max: there are most, scale"],
      [() => accumulateHeatMap(2, [], { scale: "log" } as never), "got log"],
      [() => buildMap(labels, { compact: true } as never), "unknown option compact: there are sparse"],
      [() => buildMap(labels, null as never), "expected options to be an object, got null"],
      [() => neighbors(labels, { nested: true } as never), "unknown option nested: there are connectivity"],
      [() => neighborsByDegree(labels, 1, { conectivity: 4 } as never), "unknown option conectivity"],
      [() => outlines(labels, { corners: true } as never), "unknown option corners"],
    ];
    for (const [call, message] of wrong) expect(call).toThrow(message);
  });

  test("says that superpixels are a list", () => {
    const map = buildMap(labelImage(2, 1, [0, 1]));
    expect(() => paintSuperpixels(raster(2, 1, 3), map, 1 as never, { color: [1, 2, 3] })).toThrow(
      "expected a list of superpixels, got 1",
    );
  });
});

describe("lines", () => {
  const labels = labelImage(
    6,
    4,
    Array.from({ length: 24 }, (_, i) => (i % 6 < 3 ? 0 : 1)),
  );
  const drawn = (width: number): number[] => {
    const picture: Raster = { width: 6, height: 4, channels: 3, data: new Uint8Array(72) };
    drawOutlines(picture, labels, { color: [9, 8, 7], width });
    expect([...picture.data].every((byte, i) => byte === 0 || byte === 9 - (i % 3))).toBe(true);
    return Array.from({ length: 6 }, (_, x) => Number(picture.data[(6 + x) * 3] === 9));
  };

  test("are as wide as asked for", () => {
    expect(drawn(1)).toEqual([0, 0, 1, 0, 0, 0]);
    expect(drawn(2)).toEqual([0, 0, 1, 1, 0, 0]);
    expect(drawn(3)).toEqual([0, 1, 1, 1, 0, 0]);
    expect(drawn(4)).toEqual([0, 1, 1, 1, 1, 0]);
    expect(drawn(5)).toEqual([1, 1, 1, 1, 1, 0]);
    expect(() => drawn(0)).toThrow(RangeError);
    expect(() => drawn(1.5)).toThrow(RangeError);
  });

  test("are opaque on RGBA and luminous on grey", () => {
    const rgba: Raster = { width: 6, height: 4, channels: 4, data: new Uint8Array(96) };
    drawOutlines(rgba, labels, { color: [1, 2, 3] });
    expect([...rgba.data.subarray(8, 16)]).toEqual([1, 2, 3, 255, 0, 0, 0, 0]);
    const grey: Raster = { width: 6, height: 4, channels: 1, data: new Uint8Array(24) };
    drawOutlines(grey, labels, { color: [255, 255, 255] });
    expect([...grey.data.subarray(0, 6)]).toEqual([0, 0, 255, 0, 0, 0]);
  });
});

describe("masks", () => {
  const square = labelImage(
    6,
    6,
    Array.from({ length: 36 }, (_, i) => Number(i % 6 >= 2 && i % 6 < 5 && i >= 6 && i < 24)),
  );
  const rows = (mask: Raster): string[] =>
    Array.from({ length: mask.height }, (_, y) =>
      [...mask.data.subarray(y * mask.width, (y + 1) * mask.width)]
        .map((byte) => (byte === 255 ? "#" : byte === 0 ? "." : "?"))
        .join(""),
    );

  test("are of superpixels, or of their surroundings, or of their edges", () => {
    const map = buildMap(square);
    expect(rows(maskOf(map, [1]))).toEqual(["......", "..###.", "..###.", "..###.", "......", "......"]);
    expect(rows(maskOf(map, [1], { outline: 1 }))).toEqual([
      "..###.",
      ".#...#",
      ".#...#",
      ".#...#",
      "..###.",
      "......",
    ]);
    expect(rows(maskOf(map, [1], { outline: -1 }))).toEqual([
      "......",
      "..###.",
      "..#.#.",
      "..###.",
      "......",
      "......",
    ]);
    expect(rows(maskOf(map, [0, 1], { outline: -1 }))).toEqual([
      "######",
      "#....#",
      "#....#",
      "#....#",
      "#....#",
      "######",
    ]);
    expect(rows(maskOf(map, []))).toEqual(Array(6).fill("......"));
    expect(() => maskOf(map, [2])).toThrow(RangeError);
    expect(() => maskOf(map, [1], { outline: 0.5 })).toThrow(RangeError);
  });

  test("share of each superpixel", () => {
    const map = buildMap(labelImage(4, 1, [0, 0, 2, 2]));
    const mask: Raster = { width: 4, height: 1, channels: 1, data: Uint8Array.of(1, 0, 255, 3) };
    expect([...shareInMask(map, mask)]).toEqual([0.5, Number.NaN, 1]);
    expect(() => shareInMask(map, raster(4, 1, 3))).toThrow(TypeError);
    expect(() => shareInMask(map, raster(2, 2, 1))).toThrow(RangeError);
  });

  test("and values of markups turn into each other", () => {
    fc.assert(
      fc.property(
        smallLabels,
        fc.array(fc.constantFrom(0, 0.5, 1), { minLength: 41, maxLength: 41 }),
        (labels, all) => {
          const map = buildMap(labels);
          const values = all.slice(0, map.count).map((value, row) => (pixelsOf(map, row).length === 0 ? 0 : value));
          expect(valuesFromMask(map, maskFromValues(map, values))).toEqual(values);
        },
      ),
    );
    const map = buildMap(labelImage(4, 1, [0, 0, 0, 1]));
    const mask = (...data: number[]): Raster => ({ width: 4, height: 1, channels: 1, data: Uint8Array.from(data) });
    expect(valuesFromMask(map, mask(63, 255, 63, 64))).toEqual([0, 0.5]);
    expect(valuesFromMask(map, mask(191, 191, 192, 192))).toEqual([0.5, 1]);
    expect(() => maskFromValues(map, [0, 0.25])).toThrow(RangeError);
  });

  test("of the archive: values, mask, superpixels agree", async () => {
    for (const name of ["grid64x48", "slic320x240"]) {
      const map = buildMap(await readSuperpixelPng(await golden(`v1-fixtures/${name}_superpixels.png`)));
      const values = await goldenJson<number[]>(`v1-fixtures/${name}_annotation_superpixels.json`);
      const mask = await readPng(await golden(`v1-fixtures/${name}_annotation_mask.png`));
      expect(mask.channels).toBe(1);
      expectNumbers(maskFromValues(map, values).data, mask.data);
      expect(valuesFromMask(map, mask)).toEqual(values);
    }
  });
});

describe("statistics", () => {
  test("are those of the pixels", () => {
    fc.assert(
      fc.property(smallLabels, fc.constantFrom<1 | 3 | 4>(1, 3, 4), (labels, channels) => {
        const map = buildMap(labels);
        const picture = raster(labels.width, labels.height, channels);
        const { mean, min, max, variance } = channelStatistics(picture, map);
        for (let row = 0; row < map.count; row++) {
          for (let c = 0; c < channels; c++) {
            const values = [...pixelsOf(map, row)].map((pixel) => picture.data[pixel * channels + c]!);
            const i = row * channels + c;
            if (values.length === 0) {
              expect([mean[i], min[i], max[i], variance[i]]).toEqual(Array(4).fill(Number.NaN));
              continue;
            }
            const average = values.reduce((sum, value) => sum + value, 0) / values.length;
            expect(mean[i]).toBeCloseTo(average, 9);
            expect([min[i], max[i]]).toEqual([Math.min(...values), Math.max(...values)]);
            const spread = values.reduce((sum, value) => sum + (value - average) ** 2, 0) / values.length;
            expect(variance[i]).toBeCloseTo(spread, 6);
          }
        }
      }),
    );
  });
});

describe("overlap", () => {
  test("of sets, once each", () => {
    expect(dice([1, 2, 3, 3], [2, 3, 4])).toBe(2 / 3);
    expect(jaccard([1, 2, 3], new Set([2, 3, 4]))).toBe(0.5);
    expect(kappa([0, 1], [0, 1], 4)).toBe(1);
    expect(kappa([0, 1], [2, 3], 4)).toBe(-1);
    expect(kappa([0, 1], [1, 2], 4)).toBe(0);
    expect([dice([], []), jaccard([], []), kappa([], [], 4)]).toEqual([Number.NaN, Number.NaN, Number.NaN]);
    expect(() => kappa([4], [], 4)).toThrow(RangeError);
  });

  test("of masks is that of the sets of their pixels", () => {
    const bytes = fc.array(fc.constantFrom(0, 1, 255), { minLength: 12, maxLength: 12 });
    const mask = (data: number[]): Raster => ({ width: 4, height: 3, channels: 1, data: Uint8Array.from(data) });
    const set = (data: number[]): number[] => data.flatMap((byte, i) => (byte === 0 ? [] : [i]));
    fc.assert(
      fc.property(bytes, bytes, (a, b) => {
        expect(maskDice(mask(a), mask(b))).toBe(dice(set(a), set(b)));
        expect(maskJaccard(mask(a), mask(b))).toBe(jaccard(set(a), set(b)));
        expect(maskKappa(mask(a), mask(b))).toBe(kappa(set(a), set(b), 12));
      }),
    );
    expect(() => maskDice(mask([]), raster(4, 3, 1))).toThrow(RangeError);
    expect(() => maskDice(raster(4, 3, 3), raster(4, 3, 1))).toThrow(TypeError);
  });
});

describe("heat maps", () => {
  test("count markings, by how many annotations mark anything", () => {
    const annotations = [
      [0, 1, 0.5, 0],
      [0, 0.5, 0, 0],
      [0, 0, 0, 0],
      [0, 1, 1, 1],
      [0, 1, 0, 0],
    ];
    const map = accumulateHeatMap(4, annotations);
    expect([...map.counts]).toEqual([0, 4, 2, 1]);
    expect([...map.sums]).toEqual([0, 3.5, 1.5, 1]);
    expect(map.annotations).toBe(4);
    expect([...map.heat]).toEqual([0, 1, 0.5, 0.25]);
    expect([...accumulateHeatMap(4, annotations, { scale: "sqrt" }).heat]).toEqual([0, 1, Math.SQRT1_2, 0.5]);
    expect([...accumulateHeatMap(4, annotations, { most: 2 }).heat]).toEqual([0, 1, 1, 0.5]);
    expect([...accumulateHeatMap(2, []).heat]).toEqual([0, 0]);
    expect(() => accumulateHeatMap(1, [[2]])).toThrow(RangeError);
    expect(() => accumulateHeatMap(1, [], { most: 0 })).toThrow(RangeError);
  });
});

describe("arrays of values belong to labels of as many superpixels", () => {
  const map = buildMap(labelImage(3, 1, [0, 1, 2]));
  const paint = (values: number[]): void =>
    paintSuperpixels(raster(3, 1, 3), map, [0, 1, 2], { color: [1, 2, 3], values });
  test.each([
    ["maskFromValues", "values", (values: number[]) => maskFromValues(map, values)],
    ["accumulateHeatMap", "annotation 1", (values: number[]) => accumulateHeatMap(3, [[0, 0, 0], values])],
    ["paintSuperpixels", "paint.values", paint],
  ])("%s", (_name, what, call) => {
    call([0, 0.5, 1]);
    for (const values of [[], [1], [0, 1], [0, 1, 0, 1]]) {
      const error = (() => {
        try {
          call(values);
        } catch (reason) {
          return reason;
        }
      })() as LabelCountError;
      expect(error).toBeInstanceOf(LabelCountError);
      expect(error).toMatchObject({ tag: "LabelCountError", name: "LabelCountError", expected: 3, got: values.length });
      expect(error.message).toContain(`${what} has a value for ${values.length} superpixels, but there are 3`);
      expect((error as unknown as Record<symbol, unknown>)[Symbol.for("isic.error")]).toBe(true);
    }
  });
});

test("a label image whose parts disagree is refused everywhere", () => {
  const wrong: LabelImage = { width: 2, height: 2, data: new Int32Array(3), count: 1 };
  expect(() => buildMap(wrong)).toThrow("expected 4 elements in labels.data, got 3");
  expect(() => drawOutlines(raster(2, 2, 3), wrong, { color: [0, 0, 0] })).toThrow(RangeError);
});
