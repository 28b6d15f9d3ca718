import { expect, test } from "vitest";
import { featureColor, featureFilePart, featureSynonyms, masterFeatures } from "../src/features/index.ts";

test("the list has the archive's 176 names in 14 categories, each once", () => {
  const features = [...masterFeatures().values()];
  expect(features).toHaveLength(176);
  expect(new Set(features.map((f) => f.category)).size).toBe(14);
  expect(new Set(features.map((f) => f.id)).size).toBe(176);
});

test("abbreviations and file parts are unique and short", () => {
  const features = [...masterFeatures().values()];
  expect(new Set(features.map((f) => f.abbreviation)).size).toBe(176);
  expect(new Set(features.map((f) => featureFilePart(f.id))).size).toBe(176);
  expect(Math.max(...features.map((f) => f.abbreviation.length))).toBeLessThanOrEqual(12);
  expect(featureFilePart("Dots : Milia-like cysts")).toBe("dotsmiliac");
});

test("synonyms are an equivalence: 62 names alone, 42 pairs, 10 triples", () => {
  const table = masterFeatures();
  const sizes = [0, 0, 0, 0];
  for (const { id, synonyms } of table.values()) {
    expect(synonyms).toContain(id);
    for (const other of synonyms) expect(table.get(other)?.synonyms).toEqual(synonyms);
    sizes[synonyms.length]! += 1;
  }
  expect(sizes).toEqual([0, 62, 84, 30]);
  expect(featureSynonyms("Dots : Milia-like cysts")).toEqual([
    "Dots : Milia-like cysts",
    "Globules / Clods : Milia-like cysts",
    "Miscellaneous : Milia-like cysts, cloudy or starry",
  ]);
  expect(featureSynonyms("Structureless : Blotch Regular")).toEqual([]);
});

test("colours are stable, shared by synonyms, and mixed for pairs", () => {
  const milia = featureColor("Dots : Milia-like cysts");
  expect(featureColor("Globules / Clods : Milia-like cysts")).toEqual(milia);
  expect(milia.every((channel) => Number.isInteger(channel) && channel >= 0 && channel <= 255)).toBe(true);
  const dotted = featureColor("Vessels : Dotted");
  expect(featureColor("Dots : Milia-like cysts+Vessels : Dotted")).toEqual(
    milia.map((channel, i) => Math.floor((channel + dotted[i]!) / 2)),
  );
  const all = [...masterFeatures().keys()].map((id) => featureColor(id).join());
  expect(new Set(all).size).toBeGreaterThan(100);
});
