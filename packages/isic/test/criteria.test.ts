import type { Criteria } from "@isic/select";
import { describe, expect, test } from "vitest";
import { toV2Criteria, V2_ALIASES, V2_SUCCESSORS } from "../src/archive/aliases.ts";
import { pathsOf, textsAt } from "../src/archive/criteria.ts";
import { isIsicError } from "../src/errors.ts";

describe("criteria in v1's paths, for v2", () => {
  test("v1's paths become v2's, at any depth", () => {
    const criteria: Criteria = {
      or: [["meta.clinical.sex", "==", "male"], { not: ["meta.acquisition.pixelsX", "<", 1000] }, [["name", "~", "0"]]],
    };
    expect(toV2Criteria(criteria)).toEqual({
      or: [
        ["metadata.clinical.sex", "==", "male"],
        { not: ["metadata.acquisition.pixels_x", "<", 1000] },
        [["isic_id", "~", "0"]],
      ],
    });
    expect(pathsOf(criteria)).toEqual(["meta.clinical.sex", "meta.acquisition.pixelsX", "name"]);
  });

  test("words that v2 writes differently are said as it writes them", () => {
    expect(toV2Criteria(["meta.acquisition.image_type", "in", ["clinical", "dermoscopic"]])).toEqual([
      "metadata.acquisition.image_type",
      "in",
      ["clinical: close-up", "dermoscopic"],
    ]);
  });

  test.each(Object.entries(V2_SUCCESSORS))("%s names what took its place", (path, instead) => {
    try {
      toV2Criteria([[path, "==", "x"]]);
      expect.unreachable();
    } catch (error) {
      expect(isIsicError(error, "RenamedFieldError") && error.message).toContain(instead);
    }
  });

  test("no field is both an alias and replaced", () => {
    expect(Object.keys(V2_ALIASES).filter((path) => path in V2_SUCCESSORS)).toEqual([]);
  });
});

test.each<[Criteria, readonly string[] | undefined]>([
  [["isic_id", "==", "ISIC_0000001"], ["ISIC_0000001"]],
  [
    ["isic_id", "in", ["ISIC_0000001", "ISIC_0000002", "ISIC_0000001"]],
    ["ISIC_0000001", "ISIC_0000002"],
  ],
  [{ and: [["public", "==", true], [["isic_id", "in", ["ISIC_0000003"]]]] }, ["ISIC_0000003"]],
  [
    {
      or: [
        ["isic_id", "==", "ISIC_0000001"],
        ["public", "==", true],
      ],
    },
    undefined,
  ],
  [{ not: ["isic_id", "==", "ISIC_0000001"] }, undefined],
  [["isic_id", "!=", "ISIC_0000001"], undefined],
  [["isic_id", "in", ["ISIC_0000001", null]], undefined],
])("the ids that %j names are %j", (criteria, ids) => {
  expect(textsAt(criteria, "isic_id")).toEqual(ids);
});
