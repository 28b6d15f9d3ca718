import { describe, expect, test } from "vitest";
import { buildIndex, facets, selectRows } from "../src/columns/index.ts";
import { checkOptions, createPredicate, nearMatches, sample, selectFrom, split } from "../src/index.ts";
import { createQueryPredicate } from "../src/query/index.ts";
import { toSql } from "../src/sql/index.ts";
import { within } from "../src/taxonomy/index.ts";

describe("near matches", () => {
  const cases: [what: string, wanted: string, known: string[], near: string[]][] = [
    ["the same letters in another case", "nevus", ["Nevi", "Nevus"], ["Nevus"]],
    [
      "a part",
      "age",
      ["metadata.clinical.age_approx", "age_approx", "sex"],
      ["age_approx", "metadata.clinical.age_approx"],
    ],
    ["a whole", "patient_id_old", ["patient_id", "lesion_id"], ["patient_id"]],
    ["letters that changed places", "sxe", ["sex", "size"], ["sex"]],
    ["a letter replaced", "femalo", ["male", "female"], ["female"]],
    ["a letter more", "femalee", ["male", "female"], ["female", "male"]],
    ["a letter less", "femal", ["male", "female"], ["female"]],
    ["two errors in five letters", "sekks", ["sexes"], []],
    ["three errors in sixteen letters", "meta.clinicl.seks_", ["meta.clinical.sex_"], ["meta.clinical.sex_"]],
    ["an error before a part", ">==", [">", ">=", "<="], [">=", ">"]],
    ["nothing near", "quux", ["sex", "age_approx", ""], []],
    ["at most three", "a1", ["a2", "a3", "a4", "a5"], ["a2", "a3", "a4"]],
    ["one of two alike", "seX", ["sex", "sex"], ["sex"]],
  ];
  test.each(cases)("%s", (_, wanted, known, near) => {
    expect(nearMatches(wanted, known)).toEqual(near);
  });

  test("as many as asked, and soon among many long names", () => {
    expect(nearMatches("a1", ["a2", "a3", "a4", "a5"], { limit: 1 })).toEqual(["a2"]);
    const names = Array.from({ length: 20_000 }, (_, i) => `ISIC_${String(i).padStart(7, "0")}`);
    const began = performance.now();
    expect(nearMatches("isic_0000017", names)[0]).toBe("ISIC_0000017");
    nearMatches("a".repeat(1e6), ["b".repeat(1e6), "a".repeat(1e6)]);
    expect(performance.now() - began).toBeLessThan(2000);
  });
});

describe("options", () => {
  const known = ["subSelect", "onWarning", "group"];
  test.each([
    [{ sub_select: 1 }, 'selectFrom: unknown option "sub_select"; did you mean "subSelect"?'],
    [{ onwarning: 1 }, 'selectFrom: unknown option "onwarning"; did you mean "onWarning"?'],
    [{ groupBy: undefined }, 'selectFrom: unknown option "groupBy"; did you mean "group"?'],
    [{ quux: 1 }, 'selectFrom: unknown option "quux"; its options are subSelect, onWarning, group'],
    [null, "selectFrom: expected an object of options, got null"],
    ["x", "selectFrom: expected an object of options, got a string"],
    [["x"], "selectFrom: expected an object of options, got an array"],
  ])("%j is refused", (options, message) => {
    expect(() => checkOptions("selectFrom", options, known)).toThrow(new TypeError(message));
  });
  test("known ones and none are fine", () => {
    checkOptions("selectFrom", undefined, known);
    checkOptions("selectFrom", {}, known);
    checkOptions("selectFrom", { group: 1, subSelect: undefined }, known);
  });
});

describe("no public function ignores an option", () => {
  const index = buildIndex([{ a: 1 }]);
  const given = <T>(options: T): never => options as never;
  const calls: [name: string, call: (options: object) => unknown, nearly: string, right: string][] = [
    ["createPredicate", (o) => createPredicate(["a", "==", 1], given(o)), "compatible", "compat"],
    ["selectFrom", (o) => selectFrom([{ a: 1 }], ["a", "==", 1], given(o)), "on_warning", "onWarning"],
    ["selectRows", (o) => selectRows(index, ["a", "==", 1], given(o)), "withn", "within"],
    ["buildIndex", (o) => buildIndex([], given(o)), "field", "fields"],
    ["facets", (o) => facets(index, given(o)), "max_values", "maxValues"],
    ["sample", (o) => sample([], 1, given(o)), "groupBy", "group"],
    ["split", (o) => split([], { a: 1 }, given(o)), "Stratify", "stratify"],
    ["createQueryPredicate", (o) => createQueryPredicate("", given(o)), "engines", "engine"],
    ["toSql", (o) => toSql([], given(o)), "dialekt", "dialect"],
    ["within", (o) => within("diagnosis", "Benign", given(o)), "haw", "how"],
    ["nearMatches", (o) => nearMatches("a", [], given(o)), "limits", "limit"],
  ];
  test.each(calls)("%s", (name, call, nearly, right) => {
    call({});
    const message = `${name}: unknown option "${nearly}"; did you mean "${right}"?`;
    expect(() => call({ [nearly]: undefined })).toThrow(new TypeError(message));
    expect(() => call(given(5))).toThrow(`${name}: expected an object of options, got a number`);
  });
  test("nor a value that it does not know", () => {
    expect(() => createQueryPredicate("", { engine: "elastic" as never })).toThrow(RangeError);
    expect(() => within("diagnosis", "Benign", { how: "under" as never })).toThrow(RangeError);
    expect(() => facets(index, { fields: ["aa"] })).toThrow('did you mean "a"');
  });
});
