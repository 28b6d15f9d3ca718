import { describe, expect, test } from "vitest";
import { createPredicate } from "../src/index.ts";
import { toQuery } from "../src/query/index.ts";
import {
  ancestorsOf,
  descendantsOf,
  LEGACY_DIAGNOSES,
  taxonomyNode,
  taxonomyNodes,
  valuesOf,
  within,
} from "../src/taxonomy/index.ts";

const levels = (names: readonly { level: number }[]): number[] =>
  [1, 2, 3, 4, 5].map((level) => names.filter((node) => node.level === level).length);

describe("the hierarchies", () => {
  test("have the archive's sizes, level by level", () => {
    expect(levels(taxonomyNodes("diagnosis"))).toEqual([3, 41, 200, 137, 37]);
    expect(levels(taxonomyNodes("anatom_site"))).toEqual([5, 19, 63, 72, 47]);
    expect(valuesOf("diagnosis_3")).toHaveLength(200);
    expect(valuesOf("anatom_site_1")).toEqual([
      "Anogenital region",
      "Head and neck",
      "Lower extremity",
      "Trunk",
      "Upper extremity",
    ]);
    expect([valuesOf("sex"), valuesOf("nosuch"), LEGACY_DIAGNOSES.length]).toEqual([["male", "female"], undefined, 36]);
  });

  test("know what lies above and below", () => {
    const trunk = descendantsOf("anatom_site", "Trunk").map((node) => node.name);
    expect(trunk).toContain("Upper back");
    expect(trunk).not.toContain("Trunk");
    expect(ancestorsOf("anatom_site", "Upper back").map((node) => node.name)).toEqual(["Trunk", "Posterior trunk"]);
    for (const node of taxonomyNodes("diagnosis")) {
      expect(node.path).toHaveLength(node.level);
      expect(node.parent?.children.includes(node) ?? node.level === 1).toBe(true);
      expect(taxonomyNode("diagnosis", node.path.join(":"))).toBe(node);
    }
  });

  test("name the nearest when a name is wrong", () => {
    expect(() => taxonomyNode("diagnosis", "Melanoma Invasiv")).toThrow(/did you mean "Melanoma Invasive"/);
    expect(() => taxonomyNode("diagnosis", "Benign:Melanoma Invasive")).toThrow(RangeError);
    expect(() => taxonomyNode("nosuch" as "diagnosis", "x")).toThrow(RangeError);
    expect(() => taxonomyNode("diagnosis", "__proto__")).toThrow(RangeError);
  });
});

describe("selection by a place in a hierarchy", () => {
  const record = (...path: string[]) => ({
    metadata: { clinical: Object.fromEntries(path.map((name, i) => [`anatom_site_${i + 1}`, name])) },
  });
  const records = [
    record("Trunk"),
    record("Trunk", "Posterior trunk"),
    record("Trunk", "Posterior trunk", "Upper back"),
    record("Head and neck"),
    record(),
  ];
  const selected = (how: "below" | "exactly" | "above"): number[] => {
    const test = createPredicate(within("anatom_site", "Posterior trunk", { how }));
    return records.flatMap((each, i) => (test(each) ? [i] : []));
  };
  test("the node and all below, the node alone, and what may belong to it", () => {
    expect([selected("below"), selected("exactly"), selected("above")]).toEqual([[1, 2], [1], [0]]);
  });
  test("becomes a search", () => {
    expect(toQuery(within("diagnosis", "Melanoma Invasive"))).toEqual({
      query: 'diagnosis_3:"Melanoma Invasive"',
      isExact: true,
      rest: [],
    });
    expect(toQuery(within("anatom_site", "Posterior trunk", { how: "exactly" }))).toEqual({
      query: 'anatom_site_2:"Posterior trunk" AND -anatom_site_3:*',
      isExact: true,
      rest: [],
    });
  });
});
