import { goldenJson } from "@isic/fixtures";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fieldKind } from "../src/criteria/fields.ts";
import {
  type Criteria,
  CriteriaError,
  type CriteriaWarning,
  createPredicate,
  getPath,
  selectFrom,
} from "../src/index.ts";
import { queryFields, toQuery } from "../src/query/index.ts";

function errorOf(criteria: unknown): CriteriaError {
  try {
    createPredicate(criteria as Criteria);
  } catch (error) {
    if (error instanceof CriteriaError) return error;
    throw error;
  }
  throw new Error(`no error: ${JSON.stringify(criteria)}`);
}

describe("strict mode says what is wrong, where, and what was meant", () => {
  const cases: [criteria: unknown, at: string, suggestion: unknown][] = [
    [["name", "=", "x"], "criteria", "=="],
    [["name", "contains", "x"], "criteria", "ni"],
    [["name", "mach", "x"], "criteria", "match"],
    [["name", "Not In", ["x"]], "criteria", "not in"],
    [
      [
        ["name", "==", "x"],
        ["age", ">=="],
      ],
      "criteria[1]",
      ">=",
    ],
    [{ or: [["name", "==", "x"], { not: ["age", "is not", null] }] }, "criteria.or[1].not", "not is"],
    [["name", "=="], "criteria", undefined],
    [["name", "==", "x", "y"], "criteria", undefined],
    [["name", "<", null], "criteria", undefined],
    [["name", "in", 5], "criteria", [5]],
    [["name", "between", [2, 1]], "criteria", [1, 2]],
    [["name", "between", 5], "criteria", undefined],
    [["name", "between", [1, "2"]], "criteria", undefined],
    [["name", "~", 5], "criteria", undefined],
    [["name", "is", "x"], "criteria", "=="],
    [["name", "~", "("], "criteria", undefined],
    [["name", "~", "(a+)+$"], "criteria", undefined],
    [["meta.clinical.age_approx", "==", "15"], "criteria", 15],
    [["meta.clinical.age_approx", "in", ["15", "20"]], "criteria", [15, 20]],
    [["meta.clinical.age_approx", "~", "5"], "criteria", "=="],
    [["meta.clinical.age_approx", "ni", 5], "criteria", "=="],
    [["meta.clinical.melanocytic", "==", "true"], "criteria", true],
    [["meta.clinical.diagnosis", ">", 5], "criteria", "5"],
    [["meta.clinical.diagnosis", "is", true], "criteria", "=="],
    [["metadata.clinical.mel_thick_mm", ">", "0.8"], "criteria", 0.8],
    [["notes.tags", "==", "ISBI 2016: Test"], "criteria", ["ISBI 2016: Test"]],
    [["notes.tags", "~", "ISBI"], "criteria", "=="],
  ];
  test.each(cases)("%j", (criteria, at, suggestion) => {
    const error = errorOf(criteria);
    expect(error.at).toBe(at);
    expect(error.suggestion).toEqual(suggestion);
    expect(error.message.startsWith(at)).toBe(true);
    expect([error.tag, error.name]).toEqual(["CriteriaError", "CriteriaError"]);
    expect((error as unknown as Record<symbol, unknown>)[Symbol.for("isic.error")]).toBe(true);
    expect(createPredicate(criteria as Criteria, { compat: true })({ name: "x" })).toBeTypeOf("boolean");
  });

  test("the sentences read well", () => {
    expect(errorOf(["meta.clinical.age_approx", "==", "15"]).message).toBe(
      'criteria ["meta.clinical.age_approx","==","15"]: the field holds numbers, of which "==" "15" tells none apart; did you mean 15?',
    );
    expect(errorOf([["name", "=", "x"]]).message).toBe(
      'criteria[0] ["name","=","x"]: "=" is not an operator; did you mean "=="?',
    );
  });

  test("of a field that is none of the archive's nothing is known, and no value is suggested", () => {
    for (const path of ["metadata.clinical.age_aprox", "meta.clinical.agee_approx", "metadata.clinical.age.approx"]) {
      expect(createPredicate([path, ">=", 3])({}), path).toBe(false);
      expect(toQuery([path, ">=", 3])).toEqual({ query: "", isExact: false, rest: [[path, ">=", 3]] });
    }
    const warnings: CriteriaWarning[] = [];
    selectFrom([{ metadata: { clinical: { age_approx: 5 } } }] as unknown[], ["metadata.clinical.age_aprox", ">=", 3], {
      onWarning: (each) => warnings.push(each),
    });
    expect(warnings.map(({ suggestion }) => suggestion)).toEqual(["metadata.clinical.age_approx"]);
  });

  test("the kinds of all searchable fields are known, and of every field of the record types", () => {
    for (const { path, kind } of queryFields().values()) {
      const known = fieldKind(path);
      expect(known === "decimal" ? "number" : known, path).toBe(kind);
    }
    expect(fieldKind("meta.clinical.diagnosis_4")).toBe("string");
    expect(fieldKind("meta.clinical.mel_thick_mm")).toBe("number");
    expect([fieldKind("sex"), fieldKind("metadata.sex"), fieldKind("metadata.clinical.diagnosis_6")]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  test.each([[{}], [5], ["name"], [{ and: 5 }], [{ and: [], or: [] }], [[5]], [[null]]])(
    "%j is no criteria",
    (criteria) => {
      expect(() => createPredicate(criteria as never)).toThrow(
        criteria === null || (Array.isArray(criteria) && criteria[0] === null) ? TypeError : CriteriaError,
      );
    },
  );
  test("no criteria at all is a TypeError in both modes", () => {
    expect(() => createPredicate(null as never)).toThrow(TypeError);
    expect(() => createPredicate(undefined as never, { compat: true })).toThrow(TypeError);
    expect(() => selectFrom(5 as never, [])).toThrow(TypeError);
  });
});

describe("strict mode selects what the original selects, wherever it accepts the criteria", async () => {
  type Golden = { records: unknown[]; cases: { criteria: Criteria; selected: number[] }[] };
  const { records, cases } = await goldenJson<Golden>("select_synthetic.json");
  test("over the golden cases", () => {
    let accepted = 0;
    for (const { criteria, selected } of cases) {
      let predicate: (record: unknown) => boolean;
      try {
        predicate = createPredicate(criteria);
      } catch (error) {
        expect(error, JSON.stringify(criteria)).toBeInstanceOf(CriteriaError);
        continue;
      }
      accepted++;
      expect(
        records.flatMap((record, i) => (predicate(record) ? [i] : [])),
        JSON.stringify(criteria),
      ).toEqual(selected);
    }
    expect(accepted).toBeGreaterThan(350);
  });
});

describe("beyond the original", () => {
  const items = [{ n: 1, s: "a" }, { n: 5, s: "b" }, { s: "c" }, { n: null }, {}];
  const rows = (criteria: Criteria): number[] =>
    items.flatMap((item, i) => (createPredicate(criteria)(item) ? [i] : []));
  test("trees, between, exists", () => {
    expect(rows(["n", "between", [1, 4]])).toEqual([0]);
    expect(rows(["n", "exists"])).toEqual([0, 1]);
    expect(rows(["n", "exists", false])).toEqual([2, 3, 4]);
    expect(
      rows({
        or: [
          ["n", "==", 5],
          ["s", "==", "c"],
        ],
      }),
    ).toEqual([1, 2]);
    expect(rows({ and: [["n", "exists"], { not: ["s", "==", "a"] }] })).toEqual([1]);
    expect(rows({ or: [] })).toEqual([]);
    expect(
      rows([
        ["n", "exists"],
        {
          or: [
            ["s", "==", "a"],
            ["s", "==", "x"],
          ],
        },
      ]),
    ).toEqual([0]);
  });
  test("decimals that are sent as strings are numbers", () => {
    const image = { metadata: { clinical: { mel_thick_mm: "0.80" } } };
    expect(createPredicate(["metadata.clinical.mel_thick_mm", "<", 1])(image)).toBe(true);
    expect(createPredicate(["metadata.clinical.mel_thick_mm", "==", 0.8])(image)).toBe(true);
    expect(createPredicate(["metadata.clinical.mel_thick_mm", "<", 1], { compat: true })(image)).toBe(false);
  });
  test("a key that holds the whole path is found, and wins in compat mode", () => {
    const both = { "meta.clinical.sex": "root", meta: { clinical: { sex: "branch" } }, "a.b": 1, a: { b: 2 } };
    const root: Criteria = ["meta.clinical.sex", "==", "root"];
    expect([getPath(both, "meta.clinical.sex"), getPath(both, "a.b")]).toEqual(["root", 1]);
    expect([createPredicate(root, { compat: true })(both), createPredicate(root)(both)]).toEqual([true, false]);
    expect([createPredicate(root)({ "meta.clinical.sex": "root" }), createPredicate(["a.b", "==", 1])(both)]).toEqual([
      true,
      true,
    ]);
  });
  test("every container comes back as it was", () => {
    const record = { a: items[0], b: items[1] };
    const criteria: Criteria = ["n", ">", 2];
    expect(selectFrom(record, criteria)).toEqual({ b: items[1] });
    expect(selectFrom(new Map(Object.entries(record)), criteria)).toEqual(new Map([["b", items[1]]]));
    expect(selectFrom(new Set(items), criteria)).toEqual([items[1]]);
    expect(
      selectFrom(
        (function* () {
          yield* items;
        })(),
        criteria,
      ),
    ).toEqual([items[1]]);
  });
  test("a path that no record has is a warning with the nearest that they have", () => {
    const warnings: CriteriaWarning[] = [];
    const images: unknown[] = [{ meta: { clinical: { sex: "male" } } }];
    selectFrom(
      images,
      [
        ["meta.clinical.sex", "==", "x"],
        ["meta.clinical.sexx", "!=", "x"],
      ],
      { onWarning: (each) => warnings.push(each) },
    );
    expect(warnings).toEqual([
      {
        kind: "path",
        at: "criteria[1]",
        value: "x",
        suggestions: ["meta.clinical.sex"],
        path: "meta.clinical.sexx",
        suggestion: "meta.clinical.sex",
        message: 'criteria[1]: no record has a value at "meta.clinical.sexx"; did you mean "meta.clinical.sex"?',
      },
    ]);
  });
});

describe("hostile criteria and records", () => {
  test("paths reach no machinery", () => {
    const record = { a: { b: 1 }, list: [1], f: () => 1, s: "text" };
    for (const path of [
      "__proto__",
      "constructor",
      "constructor.name",
      "toString",
      "a.__proto__.b",
      "a.constructor.prototype",
      "list.length",
      "list.map",
      "f",
      "f.name",
      "s.length",
      "hasOwnProperty",
    ]) {
      expect(getPath(record, path), path).toBeNull();
      expect(createPredicate([path, "exists"])(record), path).toBe(false);
    }
    const own = JSON.parse('{"__proto__": 1, "constructor": {"name": 2}, "a": {"length": 3}}');
    expect([getPath(own, "__proto__"), getPath(own, "constructor.name"), getPath(own, "a.length")]).toEqual([1, 2, 3]);
    expect(
      createPredicate([
        ["__proto__", "==", 1],
        ["constructor.name", "==", 2],
        ["a.length", "==", 3],
      ])(own),
    ).toBe(true);
  });
  test("10 000 deep", () => {
    let tree: unknown = ["a", "==", 1];
    let value: unknown = 1;
    for (let i = 0; i < 10_000; i++) [tree, value] = [{ not: tree }, [value]];
    expect(() => createPredicate(tree as Criteria)).toThrow(CriteriaError);
    expect(createPredicate(["a", "==", value])({ a: structuredCopy(value) })).toBe(false);
    expect(createPredicate(["a", "in", [value]])({ a: structuredCopy(value) })).toBe(false);
    expect(createPredicate(["a", "<", value])({ a: structuredCopy(value) })).toBe(false);
    const path = Array.from({ length: 10_000 }, () => "a").join(".");
    expect(createPredicate([path, "exists"])({ a: 1 })).toBe(false);
  });
  test("any path of any record gives a value or nothing, and compiled paths agree with getPath", () => {
    const key = fc.oneof(
      fc.constantFrom(
        "a",
        "b",
        "a.b",
        "#",
        "$",
        "%",
        "%%",
        "{}",
        "{keys}",
        "[]",
        "0",
        "-1",
        "a=1",
        "a~x",
        "",
        "__proto__",
        "constructor",
      ),
      fc.string({ maxLength: 3 }),
    );
    const path = fc.array(key, { minLength: 1, maxLength: 4 }).map((keys) => keys.join("."));
    fc.assert(
      fc.property(fc.dictionary(key, fc.jsonValue({ maxDepth: 3 })), path, (record, at) => {
        const value = getPath(record, at);
        expect(typeof value).not.toBe("function");
        if (value !== null && typeof value !== "object") expect(createPredicate([at, "==", value])(record)).toBe(true);
        else if (value === null) expect(createPredicate([at, "exists", false])(record)).toBe(true);
      }),
      { numRuns: 400 },
    );
  });
});

function structuredCopy(value: unknown): unknown {
  let depth = 0;
  for (let inner = value; Array.isArray(inner); inner = inner[0]) depth++;
  let copy: unknown = 1;
  for (let i = 0; i < depth; i++) copy = [copy];
  return copy;
}

test("values that have no text, or one without an end, are shown by their kind", () => {
  let deep: unknown = "a";
  for (let i = 0; i < 20_000; i++) deep = [deep];
  const cyclic: unknown[] = [];
  cyclic.push(cyclic);
  for (const odd of [deep, cyclic, Object.create(null), { toString: 5 }, Symbol("x")]) {
    for (const criteria of [
      ["a", odd, 1],
      ["age_approx", "==", odd],
      ["sex", "==", odd],
      ["a", "~", odd],
      [odd, "==", 1],
    ]) {
      let tag: unknown = "none";
      try {
        createPredicate(criteria as never);
      } catch (error) {
        tag = (error as { tag?: unknown }).tag ?? (error as Error).name;
      }
      expect(["none", "CriteriaError"]).toContain(tag);
    }
  }
});
