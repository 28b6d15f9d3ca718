import { type Criteria, createPredicate } from "@isic/select";
import { createQueryPredicate } from "@isic/select/query";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isIsicError } from "../src/errors.ts";
import { toV2Criteria, V2_ALIASES, V2_SUCCESSORS } from "../src/selection/aliases.ts";
import { pathsOf } from "../src/selection/criteria-paths.ts";
import { queryOf } from "../src/selection/criteria-query.ts";

describe("criteria for today's archive", () => {
  test("old paths become today's, at any depth", () => {
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

  test("words that are written differently today are said in today's", () => {
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

describe("the server's share of a selection", () => {
  test.each<[Criteria, string | undefined]>([
    [["metadata.clinical.sex", "==", "female"], 'sex:"female"'],
    [["metadata.clinical.age_approx", ">=", 50], "age_approx:[50 TO *]"],
    [["metadata.clinical.age_approx", "<", 50], "age_approx:[* TO 50}"],
    [["metadata.clinical.mel_thick_mm", "between", [0.5, 2]], "mel_thick_mm:[0.5 TO 2]"],
    [["metadata.clinical.melanocytic", "is", true], "melanocytic:true"],
    [["metadata.clinical.diagnosis_3", "not is None"], "diagnosis_3:*"],
    [
      [
        ["metadata.clinical.sex", "==", "male"],
        ["metadata.acquisition.pixels_x", ">", 2000],
        ["public", "==", true],
      ],
      'sex:"male" AND public:true',
    ],
    [["metadata.clinical.sex", "!=", "female"], undefined],
    [["metadata.acquisition.pixels_x", ">", 2000], undefined],
    [{ or: [["metadata.clinical.sex", "==", "female"]] }, undefined],
    [["metadata.clinical.diagnosis_1", "==", 'a "quoted" one'], undefined],
    [["metadata.clinical.diagnosis_1", "==", "Mel*"], undefined],
    [[], undefined],
  ])("%j", (criteria, query) => {
    expect(queryOf(criteria)).toBe(query);
  });

  test("never leaves out what the criteria select", () => {
    const value = fc.constantFrom("male", "female", 30, 50, 50.5, true, null, "Benign");
    const path = fc.constantFrom("sex", "age_approx", "melanocytic", "diagnosis_1", "mel_thick_mm");
    const operator = fc.constantFrom("==", ">=", "<", ">", "<=", "is", "exists", "not is None", "!=");
    const criterion = fc.tuple(path, operator, value).map(([p, o, v]) => [`metadata.clinical.${p}`, o, v]);
    const clinical = fc.record(
      {
        sex: fc.constantFrom("male", "female"),
        age_approx: fc.constantFrom(30, 50, 85),
        melanocytic: fc.boolean(),
        diagnosis_1: fc.constantFrom("Benign", "Malignant"),
        mel_thick_mm: fc.constantFrom(0.5, 2),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.array(criterion, { maxLength: 3 }), clinical, (criteria, record) => {
        let selects: (record: unknown) => boolean;
        try {
          selects = createPredicate(criteria as unknown as Criteria);
        } catch {
          return;
        }
        const image = { isic_id: "ISIC_0000000", metadata: { acquisition: {}, clinical: record } };
        const query = queryOf(criteria as unknown as Criteria);
        if (query !== undefined && selects(image)) expect(createQueryPredicate(query)(image)).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });
});
