import { goldenJson } from "@isic/fixtures";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Criteria, CriteriaError, createPredicate, getPath } from "../src/index.ts";
import {
  createQueryPredicate,
  criteriaWarnings,
  type FilterField,
  type FilterTree,
  parseQuery,
  queryFields,
  toCriteria,
  toFilterTree,
  toQuery,
} from "../src/query/index.ts";
import { leaf, queries, trees } from "./arbitraries.ts";
import vectors from "./golden/dsl.json" with { type: "json" };
import { makeRecords } from "./records.ts";

const records = makeRecords(150, 11);

function agree(left: (record: never) => boolean, right: (record: never) => boolean, all: readonly unknown[]): void {
  for (const record of all)
    if (left(record as never) !== right(record as never)) expect.fail(`differ on ${JSON.stringify(record)}`);
}

describe("a search as criteria", () => {
  test("selects the same, for every accepted vector", () => {
    for (const { query, status } of vectors) {
      if (status === 200) agree(createPredicate(toCriteria(query)), createQueryPredicate(query), records);
    }
  });
  test("selects the same, for any search", () => {
    fc.assert(
      fc.property(queries, (query) => agree(createPredicate(toCriteria(query)), createQueryPredicate(query), records)),
      { numRuns: 60 },
    );
  });
  test("reads like criteria", () => {
    expect(toCriteria("age_approx:{20 TO 40] -sex:male")).toEqual([
      [
        ["metadata.clinical.age_approx", ">", 20],
        ["metadata.clinical.age_approx", "<=", 40],
      ],
      ["metadata.clinical.sex", "!=", "male"],
    ]);
    expect(toCriteria("")).toEqual([]);
  });
});

describe("criteria as a search", () => {
  const clinical = "metadata.clinical.";
  const leaves = fc.oneof(
    leaf(`${clinical}sex`, ["male", "female", "x", null]),
    leaf(`${clinical}diagnosis_3`, ["Melanoma Invasive", "Mel*ive", "", "*x", 'a"b', null]),
    leaf(`${clinical}lesion_id`, ["IL_1234567", "IL", null]),
    leaf("isic_id", ["ISIC_0000000", "ISIC_0000010"]),
    leaf("metadata.acquisition.image_type", ["clinical", "dermoscopic", "clinical: close-up", null]),
    leaf("metadata.acquisition.color_tint", ["blue", null]),
    leaf(`${clinical}age_approx`, [50, 55, 0, null]),
    leaf(`${clinical}mel_thick_mm`, [0.8, 5, 10.5, null]),
    leaf(`${clinical}melanocytic`, [true, false, 1, 0, null]),
    leaf("public", [true, false]),
    leaf("attribution", ["somebody"]),
  );
  test("query and rest together select the same", () => {
    let said = 0;
    fc.assert(
      fc.property(trees(leaves), (criteria) => {
        const { query, rest } = toQuery(criteria);
        said += +(query !== "");
        const [byServer, byUs] = [createQueryPredicate(query), createPredicate(rest)];
        agree((record) => byServer(record) && byUs(record), createPredicate(criteria), records);
      }),
      { numRuns: 150 },
    );
    expect(said).toBeGreaterThan(40);
  });

  test("warns of metadata that the archive is not known to have, and suggests fields", () => {
    const warned = (criteria: Criteria): unknown[] =>
      criteriaWarnings(criteria).map(({ at, path, suggestion }) => [at, path.split(".").at(-1), suggestion]);
    expect(
      warned([
        [`${clinical}age_aprox`, ">=", 3],
        { or: [[`${clinical}image_type`, "==", "dermoscopic"], { not: [`${clinical}diagnossis_3`, "~", "^M"] }] },
        [`${clinical}benign_malignant`, "==", "benign"],
        [`${clinical}quux`, "==", 3],
      ]),
    ).toEqual([
      ["criteria[0]", "age_aprox", `${clinical}age_approx`],
      ["criteria[1].or[0]", "image_type", "metadata.acquisition.image_type"],
      ["criteria[1].or[1].not", "diagnossis_3", `${clinical}diagnosis_3`],
      ["criteria[2]", "benign_malignant", `${clinical}diagnosis_1`],
      ["criteria[3]", "quux", undefined],
    ]);
    expect(criteriaWarnings([`${clinical}age_aprox`, ">=", 3])[0]?.message).toBe(
      `criteria: the archive is not known to have "${clinical}age_aprox"; did you mean "${clinical}age_approx"?`,
    );
    const fields = [...queryFields().values()].map(({ path }): Criteria => [path, "exists"]);
    const others = ["metadata.acquisition.pixels_x", `${clinical}acquisition_day`, "files.full.size", "anything"];
    expect(criteriaWarnings([...fields, ...others.map((path): Criteria => [path, "exists"])])).toEqual([]);
  });

  test("says what it can and leaves the rest", () => {
    const clinicalSex: Criteria = [`${clinical}sex`, "in", ["male", null]];
    const part: Criteria = [`${clinical}diagnosis_3`, "ni", "Nevus"];
    expect(toQuery([clinicalSex, part, [`${clinical}mel_thick_mm`, ">", 1]])).toEqual({
      query: 'sex:"male" AND mel_thick_mm:{1 TO *] OR -sex:* AND mel_thick_mm:{1 TO *]',
      isExact: false,
      rest: [part],
    });
    expect(toQuery({ or: [clinicalSex, part] })).toEqual({
      query: "",
      isExact: false,
      rest: [{ or: [clinicalSex, part] }],
    });
    expect(toQuery({ not: { or: [clinicalSex, [`${clinical}age_approx`, ">=", 50]] } })).toEqual({
      query: '-sex:"male" AND sex:* AND -age_approx:[50 TO *]',
      isExact: true,
      rest: [],
    });
    expect(toQuery([])).toEqual({ query: "", isExact: true, rest: [] });
  });

  test("never says what the server reads otherwise", () => {
    expect(toQuery(["metadata.acquisition.image_type", "==", "clinical"]).query).toBe("");
    expect(toQuery([`${clinical}lesion_id`, "!~", "123\\Z"]).query).toBe("");
    expect(toQuery(["metadata.acquisition.color_tint", "==", "blue"]).query).toBe("");
  });

  test("no group stands inside AND, as long as there are few alternatives", () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(fc.constantFrom("male", "female", "x"), { minLength: 1, maxLength: 2 }), { maxLength: 4 }),
        (lists) => {
          const { query } = toQuery(lists.map((list): Criteria => [`${clinical}sex`, "in", list]));
          expect(query).not.toContain("(");
          parseQuery(query);
        },
      ),
    );
  });

  test("wrong criteria are errors here too", () => {
    expect(() => toQuery([`${clinical}sex`, "=" as "==", "male"])).toThrow(CriteriaError);
  });
});

describe("criteria as a filter tree of the Girder API", async () => {
  const { records: all } = await goldenJson<{ records: unknown[] }>("select_synthetic.json");
  // The server's documents are typed: the synthetic records of the wrong types are left out.
  const typed = all.filter((record) => {
    const clinical = getPath(record, "meta.clinical") as Record<string, unknown> | null;
    return (
      clinical !== null &&
      typeof clinical.age_approx !== "string" &&
      ["boolean", "undefined"].includes(typeof (clinical.melanocytic ?? undefined))
    );
  });
  const leaves = fc.oneof(
    leaf("meta.clinical.diagnosis", ["nevus", "melanoma", "Nevus", null]),
    leaf("meta.clinical.age_approx", [55, 40, 0, null]),
    leaf("meta.clinical.melanocytic", [true, false, 1, 0, null]),
    leaf("meta.acquisition.pixelsX", [600, 1022]),
    leaf("name", ["ISIC_0000010", "ISIC_0000100"]),
    leaf("dataset.name", ["SONIC"]),
    fc.tuple(
      fc.constant("meta.clinical.diagnosis"),
      fc.constantFrom("~", "!~"),
      fc.constantFrom("^nevus\\Z", "\\A(?:nevus|melanoma)$", "^n", "^nev.*"),
    ) as unknown as fc.Arbitrary<Criteria>,
    leaf("_id", ["5436e3abbae478396759f010", "5436e3abbae478396759f011"]),
    fc.tuple(
      fc.constant("notes.tags"),
      fc.constantFrom("ni", "not ni"),
      fc.constantFrom("ISBI 2016: Test", "x"),
    ) as unknown as fc.Arbitrary<Criteria>,
    fc.constant(["notes.tags", "is None"] as unknown as Criteria),
  );

  test("filter and rest together select the same", () => {
    let said = 0;
    fc.assert(
      fc.property(trees(leaves), (criteria) => {
        const { filter, isExact, rest } = toFilterTree(criteria);
        const found = (record: unknown): boolean => filter === undefined || mongo(filter, record);
        if (isExact) agree(found, createPredicate(criteria), typed);
        said += +(filter !== undefined);
        const byUs = createPredicate(rest);
        agree(
          (record) => (filter === undefined || mongo(filter, record)) && byUs(record),
          createPredicate(criteria),
          typed,
        );
      }),
      { numRuns: 150 },
    );
    expect(said).toBeGreaterThan(40);
  });

  test("has the server's shape", () => {
    expect(
      toFilterTree([
        ["notes.tags", "ni", "ISBI 2016: Test"],
        ["meta.clinical.age_approx", ">=", 40],
        ["dataset.name", "==", "SONIC"],
        ["dataset._id", "==", "5a2ecc5e1165975c945942a2"],
      ]),
    ).toEqual({
      filter: {
        operator: "and",
        operands: [
          {
            operator: "and",
            operands: [
              { operator: "in", operands: [{ identifier: "meta.tags" }, ["ISBI 2016: Test"]] },
              { operator: ">=", operands: [{ identifier: "meta.clinical.age_approx" }, 40] },
            ],
          },
          {
            operator: "in",
            operands: [{ identifier: "meta.datasetId", type: "objectid" }, ["5a2ecc5e1165975c945942a2"]],
          },
        ],
      },
      isExact: false,
      rest: [["dataset.name", "==", "SONIC"]],
    });
    expect(toFilterTree({ not: ["name", "==", "x"] }).filter).toEqual({
      operator: "not",
      operands: { operator: "in", operands: [{ identifier: "name" }, ["x"]] },
    });
  });
});

/** The server's filter by MongoDB's rules: missing is null, `in` looks into lists, orders compare like with like. */
function mongo(filter: FilterTree, record: unknown): boolean {
  if (filter.operator === "and" || filter.operator === "or") {
    const [left, right] = filter.operands;
    return filter.operator === "and"
      ? mongo(left, record) && mongo(right, record)
      : mongo(left, record) || mongo(right, record);
  }
  if (filter.operator === "not") return !mongo(filter.operands, record);
  const [{ identifier, type }, operand] = filter.operands as readonly [FilterField, unknown];
  const path = identifier === "meta.tags" ? "notes.tags" : identifier;
  const value = getPath(record, path);
  if (filter.operator === "in" || filter.operator === "not in") {
    const wanted = (operand as unknown[]).map((item) => (item === "__null__" ? null : item));
    if (type === "objectid" && wanted.includes(null)) throw new Error("the server refuses null for an objectid");
    const found = [value].flat().some((item) => wanted.includes(item)) || wanted.includes(value);
    return found === (filter.operator === "in");
  }
  if (typeof value !== typeof operand) return filter.operator === "!=";
  const [left, right] = [value, operand] as [number, number];
  return {
    "=": left === right,
    "!=": left !== right,
    "<": left < right,
    "<=": left <= right,
    ">": left > right,
    ">=": left >= right,
  }[filter.operator];
}
