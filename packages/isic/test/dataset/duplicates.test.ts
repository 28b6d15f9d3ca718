import type { Raster } from "@isic/core-wasm";
import { describe, expect, test } from "vitest";
import { findDuplicates } from "../../src/dataset/duplicates/find-duplicates.ts";
import { fingerprintOf, hashDistance, thumbDistance } from "../../src/dataset/duplicates/perceptual-hash.ts";
import { shrink } from "../../src/download/shrink.ts";

/** Smooth waves; each seed has its own. */
function waves(seed: number, width = 160, height = 120): Raster {
  const data = new Uint8Array(width * height * 3);
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [u, v] = [x / width, y / height];
      const value =
        128 + 60 * Math.sin(7 * u * ((seed % 5) + 1) + seed) + 60 * Math.cos(9 * v * ((seed % 3) + 1) + seed * u);
      for (let c = 0; c < 3; c++) data[at++] = value;
    }
  }
  return { width, height, channels: 3, data };
}

const changed = (raster: Raster, by: (value: number, at: number) => number): Raster => ({
  ...raster,
  data: Uint8Array.from(raster.data, by),
});
const picture = (id: string, raster: Raster, sha256 = id) => ({ id, sha256, fingerprint: fingerprintOf(raster) });

describe("a fingerprint", () => {
  test("is 64 bits and a thumbnail, the same for every format of the same pixels", () => {
    const raster = waves(1);
    const { hash, thumb } = fingerprintOf(raster);
    expect(hash).toMatch(/^[0-9a-f]{16}$/);
    expect(thumb).toMatch(/^[0-9a-f]{512}$/);
    const grey = { ...raster, channels: 1 as const, data: raster.data.filter((_, at) => at % 3 === 0) };
    expect(fingerprintOf(grey).hash).toBe(hash);
  });

  test("of pixels smaller than its fields is one, too", () => {
    expect(fingerprintOf({ width: 1, height: 1, channels: 3, data: new Uint8Array(3) })).toEqual({
      hash: "0".repeat(16),
      thumb: "00".repeat(256),
    });
  });

  test("says brighter to the right, row by row, the highest bit first", () => {
    const data = Uint8Array.from({ length: 72 }, (_, at) => (at < 9 ? at * 20 : at < 18 ? (at === 17 ? 9 : 5) : 0));
    expect(fingerprintOf({ width: 9, height: 8, channels: 1, data }).hash).toBe("ff01000000000000");
  });

  test("counts differing bits", () => {
    expect(hashDistance("0000000000000000", "ffffffffffffffff")).toBe(64);
    expect(hashDistance("8000000000000001", "0000000000000000")).toBe(2);
    expect(thumbDistance("00ff".repeat(128), "01ff".repeat(128))).toBe(0.5);
  });
});

describe("duplicates", () => {
  test("are the same bytes, smaller copies and noisy ones; not other pictures", () => {
    const first = waves(3);
    const groups = findDuplicates([
      picture("b", first, "same"),
      picture("a", first, "same"),
      picture("small", shrink(waves(5), 80)),
      picture("large", waves(5)),
      picture(
        "noisy",
        changed(waves(5), (value, at) => value + (at % 7) - 3),
      ),
      picture("other", waves(8)),
    ]);
    expect(groups).toEqual([
      { isIdentical: true, ids: ["a", "b"] },
      { isIdentical: false, ids: ["large", "noisy", "small"] },
    ]);
  });

  test("must also agree in their thumbnails", () => {
    expect(
      findDuplicates([
        picture("a", waves(3)),
        picture(
          "darker",
          changed(waves(3), (value) => value * 0.7),
        ),
      ]),
    ).toEqual([]);
  });

  test("are found whichever bits differ, up to the number that is asked for", () => {
    const thumb = "80".repeat(256);
    const bit = (...places: number[]): string => {
      const bits = Array.from({ length: 64 }, (_, at) => (places.includes(at) ? 1 : 0)).join("");
      return (bits.match(/.{4}/g) as string[]).map((each) => Number.parseInt(each, 2).toString(16)).join("");
    };
    for (let at = 0; at < 64; at++) {
      const places = [at, (at + 17) % 64, (at + 33) % 64, (at + 50) % 64];
      const pair = [
        { id: "a", sha256: "a", fingerprint: { hash: bit(), thumb } },
        { id: "b", sha256: "b", fingerprint: { hash: bit(...places), thumb } },
      ];
      expect(findDuplicates(pair, 4)).toHaveLength(1);
      expect(findDuplicates(pair, 3)).toHaveLength(0);
    }
  });

  test("refuses bits that make no sense", () => {
    for (const bits of [-1, 1.5, 17, Number.NaN]) expect(() => findDuplicates([], bits)).toThrow(RangeError);
  });
});
