import { golden, goldenJson, hasRealData, real, realJson } from "@isic/fixtures";
import { describe, expect, test } from "vitest";
import { buildMap, readSuperpixelPng, readSuperpixels, toDense, writeSuperpixelPng } from "../src/index.ts";
import { sha256 } from "./kit/sha256.ts";

interface GoldenMap {
  readonly labels_int32le_sha256: string;
  readonly dense_map_int32le_sha256: string;
  readonly dense_map_shape: readonly number[];
  readonly count: number;
}

describe("superpixel files", () => {
  test("the synthetic map has the labels and the dense table of the Python client", async () => {
    const expected = await goldenJson<GoldenMap>("superpixels_320x240.json");
    const { labels, map } = await readSuperpixels(await golden("slic/synthetic_320x240_labels.png"));
    expect(labels.count).toBe(expected.count);
    expect(await sha256(labels.data)).toBe(expected.labels_int32le_sha256);
    const dense = toDense(map);
    expect([dense.count, dense.columns]).toEqual(expected.dense_map_shape);
    expect(await sha256(dense.data)).toBe(expected.dense_map_int32le_sha256);
    expect(map).toEqual(buildMap(labels));
  });

  test("what is written is read back", async () => {
    const labels = await readSuperpixelPng(await golden("v1-fixtures/grid64x48_superpixels.png"));
    expect(await readSuperpixelPng(await writeSuperpixelPng(labels))).toEqual(labels);
  });

  test.skipIf(!hasRealData)("the 14 real maps have the labels scikit-image gave them", async () => {
    const manifest = await realJson<{ name: string; labels: number; labels_int32le_sha256: string }[]>("manifest.json");
    for (const each of manifest) {
      const labels = await readSuperpixelPng(await real(`superpixels/${each.name}_superpixels.png`));
      expect(labels.count, each.name).toBe(each.labels);
      expect(await sha256(labels.data), each.name).toBe(each.labels_int32le_sha256);
    }
    expect(manifest).toHaveLength(14);
  });
});
