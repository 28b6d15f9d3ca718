import { describe, expect, it } from "vitest";
import {
  computeSuperpixels,
  computeSuperpixelsSync,
  type Raster,
  SlicMemoryError,
  type SlicOptions,
} from "../src/slic/index.ts";
import { formulaPicture } from "./kit/formula.ts";
import { BUILDS, computeWith } from "./kit/slic.ts";

const picture = formulaPicture("patches", 30, 20);

function plain(width: number, height: number, channels: 1 | 3 | 4, value: number): Raster {
  return { width, height, channels, data: new Uint8Array(width * height * channels).fill(value) };
}

describe("arguments out of range", () => {
  const rasters: [string, unknown][] = [
    ["none", undefined],
    ["null", null],
    ["a string", "photo.jpg"],
    ["no data", { width: 2, height: 2, channels: 3 }],
    ["data of another kind", { width: 2, height: 2, channels: 1, data: new Float32Array(4) }],
    ["an array", { width: 2, height: 2, channels: 1, data: [0, 0, 0, 0] }],
    ["too little data", { ...picture, height: 21 }],
    ["too much data", { ...picture, height: 19 }],
    ["no pixels", { width: 0, height: 0, channels: 3, data: new Uint8Array() }],
    ["a negative size", { width: -30, height: -20, channels: 3, data: picture.data }],
    ["a broken size", { width: 7.5, height: 80, channels: 3, data: picture.data }],
    ["a size that is no number", { width: Number.NaN, height: 20, channels: 3, data: picture.data }],
    ["two channels", { width: 30, height: 30, channels: 2, data: picture.data }],
  ];
  it.each(rasters)("raster: %s", async (_, raster) => {
    expect(() => computeSuperpixelsSync(raster as Raster)).toThrow(/^raster.*: expected .*, got /);
    await expect(computeSuperpixels(raster as Raster)).rejects.toThrow(/^raster.*: expected .*, got /);
  });

  const numbers = ["segments", "compactness", "sigma", "iterations", "minSizeFactor", "maxSizeFactor"] as const;
  const bad = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -1, -0.5, 1e300];
  it.each(numbers)("%s", (name) => {
    for (const value of bad) {
      expect(() => computeSuperpixelsSync(picture, { [name]: value }), String(value)).toThrow(RangeError);
    }
    for (const value of ["1", null, {}, 5n, true]) {
      const options = { [name]: value } as unknown as SlicOptions;
      if (value !== null) expect(() => computeSuperpixelsSync(picture, options), String(value)).toThrow(TypeError);
    }
  });

  it.each([
    ["segments", 0],
    ["segments", 1.5],
    ["iterations", 0],
    ["compactness", 0],
    ["compactness", 1e-7],
    ["sigma", 101],
  ])("%s %d", (name, value) => {
    expect(() => computeSuperpixelsSync(picture, { [name]: value })).toThrow(`${name}: expected`);
  });

  it.each(["zero", "connectivity"])("%s", (name) => {
    expect(() => computeSuperpixelsSync(picture, { [name]: 1 })).toThrow(TypeError);
  });

  it("options that are no object", () => {
    expect(() => computeSuperpixelsSync(picture, 5 as SlicOptions)).toThrow(TypeError);
    expect(() => computeSuperpixelsSync(picture, null as unknown as SlicOptions)).toThrow(TypeError);
  });
});

describe.each(BUILDS)("awkward pictures: %s", (build) => {
  it("one colour: a grid", () => {
    for (const value of [0, 1, 127, 255]) {
      for (const channels of [1, 3, 4] as const) {
        const labels = computeWith(build, plain(60, 40, channels, value), { segments: 24 });
        expect(labels.count).toBe(24);
        expect(labels.data[0]).toBe(0);
        expect(labels.data.at(-1)).toBe(23);
      }
    }
  });

  it("one pixel", () => {
    const labels = computeWith(build, plain(1, 1, 3, 9));
    expect([...labels.data]).toEqual([0]);
    expect(labels.count).toBe(1);
  });

  it.each([
    [1, 500],
    [500, 1],
    [2, 300],
    [7, 7],
    [8, 9],
  ])("%d x %d pixels", (width, height) => {
    const labels = computeWith(build, formulaPicture("noise", width, height), { segments: 20 });
    expect(labels.data.every((label) => label >= 0 && label < labels.count)).toBe(true);
  });

  it("more segments than pixels: one each, before they are connected", () => {
    const small = formulaPicture("noise", 20, 15);
    const labels = computeWith(build, small, { segments: 1e15, connectivity: false, sigma: 0 });
    expect(labels.data.every((label) => label >= 0 && label < 300)).toBe(true);
    expect(computeWith(build, small, { segments: 301 }).count).toBeGreaterThan(0);
  });

  it("the ends of all options", () => {
    for (const compactness of [1e-6, 1e6]) {
      for (const sigma of [0, 100]) {
        for (const zero of [true, false]) {
          const labels = computeWith(build, picture, { segments: 9, compactness, sigma, zero, iterations: 50 });
          expect(labels.data.every((label) => label >= 0 && label < labels.count)).toBe(true);
        }
      }
    }
  });

  it("size factors that contradict each other", () => {
    for (const [minSizeFactor, maxSizeFactor] of [
      [1e9, 0],
      [0, 0],
      [1e9, 1e9],
      [2, 1],
    ] as const) {
      const labels = computeWith(build, picture, { segments: 9, minSizeFactor, maxSizeFactor });
      expect(labels.data.every((label) => label >= 0 && label < labels.count)).toBe(true);
    }
  });
});

describe("too large a picture", () => {
  it("is refused before anything is computed", () => {
    // More than WebAssembly can address; the bytes are never touched.
    const [width, height] = [16_384, 16_384];
    let data: Uint8Array<ArrayBuffer>;
    try {
      data = new Uint8Array(width * height);
    } catch {
      return;
    }
    const error: unknown = (() => {
      try {
        return computeSuperpixelsSync({ width, height, channels: 1, data });
      } catch (reason) {
        return reason;
      }
    })();
    expect(error).toBeInstanceOf(SlicMemoryError);
    expect(error).toMatchObject({ tag: "SlicMemoryError", name: "SlicMemoryError", width, height });
    expect((error as unknown as Record<symbol, unknown>)[Symbol.for("isic.error")]).toBe(true);
  });
});
