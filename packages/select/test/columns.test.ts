import { goldenJson } from "@isic/fixtures";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  appendRecords,
  buildIndex,
  difference,
  facets,
  fieldsOf,
  indexFromBytes,
  indexToBytes,
  intersection,
  isSelected,
  replaceRecord,
  rowsOf,
  selectRows,
  union,
} from "../src/columns/index.ts";
import { type Criteria, createPredicate, selectFrom } from "../src/index.ts";
import { toCriteria } from "../src/query/index.ts";
import { queries } from "./arbitraries.ts";
import { makeRecords } from "./records.ts";

const { records, cases } = await goldenJson<{
  records: unknown[];
  cases: { criteria: Criteria; selected: number[] }[];
}>("select_synthetic.json");
const compat = { compat: true };

describe("an index selects what a predicate selects", () => {
  test("for the original's cases, as far as their paths are fields", () => {
    const index = buildIndex(records);
    const wanted = cases.filter(
      ({ criteria }) =>
        !JSON.stringify(criteria).includes('"dataset"') && !JSON.stringify(criteria).includes("nothing"),
    );
    expect(wanted.length).toBeGreaterThan(600);
    for (const { criteria, selected } of wanted) {
      expect([...rowsOf(selectRows(index, criteria, compat))], JSON.stringify(criteria)).toEqual(selected);
    }
  });

  test("for any search over records of v2", () => {
    const images = makeRecords(333, 5);
    const index = buildIndex(images, { fields: fieldsOf(images).concat("metadata.acquisition.dermoscopic_type") });
    const fields = new Set(index.columns.map((column) => column.path));
    const known = (criteria: unknown): boolean =>
      Array.isArray(criteria) && typeof criteria[0] === "string"
        ? fields.has(criteria[0])
        : Object.values(criteria as object).every(known);
    let met = 0;
    fc.assert(
      fc.property(queries.map(toCriteria), (criteria) => {
        fc.pre(known(criteria));
        met++;
        const test = createPredicate(criteria);
        expect([...rowsOf(selectRows(index, criteria))]).toEqual(
          images.flatMap((image, row) => (test(image) ? [row] : [])),
        );
      }),
      { numRuns: 60 },
    );
    expect(met).toBe(60);
  });

  test("keys named like an object's own machinery are data", () => {
    const odd = [JSON.parse('{"__proto__": {"polluted": 1}, "constructor": {"name": "x"}, "toString": 5}'), { a: 1 }];
    const index = buildIndex(odd);
    expect(fieldsOf(odd)).toEqual(["__proto__.polluted", "constructor.name", "toString", "a"]);
    expect([...rowsOf(selectRows(index, ["constructor.name", "==", "x"]))]).toEqual([0]);
    expect([...rowsOf(selectRows(index, ["__proto__.polluted", "==", 1]))]).toEqual([0]);
    expect([...rowsOf(selectRows(index, ["toString", "is None", null]))]).toEqual([1]);
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
  });

  test("a path that is no field is an error with the nearest", () => {
    const index = buildIndex(records);
    expect(() => selectRows(index, ["meta.clinical.diagnossis", "==", "x"])).toThrow(
      /did you mean "meta.clinical.diagnosis"/,
    );
    expect(() => selectRows(index, ["completely", "==", 1])).toThrow(/fields of buildIndex/);
  });
});

describe("an index changes with its records", () => {
  test("rows added and replaced select like one built anew", () => {
    const index = buildIndex(records.slice(0, 10), { fields: fieldsOf(records) });
    appendRecords(index, records.slice(10, 70));
    appendRecords(index, records.slice(70));
    const changed = [...records];
    for (const row of [0, 33, 119]) {
      changed[row] = records[(row + 50) % 120];
      replaceRecord(index, row, changed[row]);
    }
    for (const { criteria } of cases.filter((each) =>
      String((each.criteria as unknown[])[0]).startsWith("meta.clinical"),
    )) {
      const test = createPredicate(criteria, compat);
      expect([...rowsOf(selectRows(index, criteria, compat))]).toEqual(
        changed.flatMap((record, row) => (test(record) ? [row] : [])),
      );
    }
    expect(() => replaceRecord(index, 120, {})).toThrow(RangeError);
  });

  test("codes grow wider with the dictionary", () => {
    const index = buildIndex([], { fields: ["n"] });
    for (let start = 0; start < 70_000; start += 10_000)
      appendRecords(
        index,
        Array.from({ length: 10_000 }, (_, i) => ({ n: start + i })),
      );
    expect(index.columns[0]?.codes).toBeInstanceOf(Uint32Array);
    expect([...rowsOf(selectRows(index, ["n", "between", [254, 257]]))]).toEqual([254, 255, 256, 257]);
    expect(selectRows(index, ["n", ">=", 65_530]).count).toBe(70_000 - 65_530);
  });

  test("survives being posted and being made bytes", () => {
    const index = buildIndex(records);
    const copies = [structuredClone(index), indexFromBytes(indexToBytes(index))];
    for (const copy of copies) {
      appendRecords(copy, records);
      const { count } = selectRows(index, ["meta.clinical.diagnosis", "==", "nevus"]);
      expect(selectRows(copy, ["meta.clinical.diagnosis", "==", "nevus"]).count).toBe(2 * count);
      expect(selectRows(copy, ["notes.tags", "ni", "ISBI 2016: Test"]).count).toBe(
        2 * selectRows(index, ["notes.tags", "ni", "ISBI 2016: Test"]).count,
      );
    }
    const bytes = indexToBytes(index);
    for (const wrong of [
      new Uint8Array(5),
      new TextEncoder().encode("nothing of the kind\n{}\n"),
      bytes.slice(0, -1),
      bytes.map((byte, i) => (i > bytes.length - 5 ? 255 : byte)),
    ]) {
      expect(() => indexFromBytes(wrong)).toThrow(RangeError);
    }
    const column = { path: "a", values: [null], width: 1 };
    for (const header of [
      null,
      "{",
      { count: 1e15, columns: [] },
      { count: 1e15, columns: [{ ...column, width: 0 }] },
      { count: -1, columns: [column] },
      { count: 1, columns: [{ ...column, width: 3 }] },
      { count: 1, columns: [{ ...column, values: { length: 9 } }] },
      { count: 1, columns: [{ ...column, path: 5 }] },
      { count: 1, columns: [null] },
    ]) {
      const text = typeof header === "string" ? header : JSON.stringify(header);
      expect(() => indexFromBytes(new TextEncoder().encode(`isic-columns-1\n${text}\n\0\0\0`)), text).toThrow(
        RangeError,
      );
    }
  });
});

describe("selections", () => {
  const index = buildIndex(Array.from({ length: 100 }, (_, n) => ({ n })));
  const select = (low: number, high: number) => selectRows(index, ["n", "between", [low, high]]);
  test("are added, refined and removed", () => {
    const [a, b] = [select(10, 50), select(40, 80)];
    expect(union(a, b).count).toBe(71);
    expect([...rowsOf(intersection(a, b))]).toEqual([40, 41, 42, 43, 44, 45, 46, 47, 48, 49, 50]);
    expect(difference(a, b).count).toBe(30);
    expect([isSelected(a, 10), isSelected(a, 51), isSelected(a, 1000)]).toEqual([true, false, false]);
    expect(selectRows(index, { not: ["n", "<", 90] }).count).toBe(10);
    expect(
      selectRows(
        index,
        {
          or: [
            ["n", "<", 5],
            ["n", ">=", 99],
          ],
        },
        { within: select(3, 99) },
      ).count,
    ).toBe(3);
    expect(selectRows(index, []).count).toBe(100);
    expect(() => union(a, selectRows(buildIndex([]), []))).toThrow(RangeError);
  });
});

describe("facets", () => {
  const facet = (list: unknown[], path: string, criteria?: Criteria) => {
    const index = buildIndex(list);
    return facets(index, { fields: [path], ...(criteria && { selection: selectRows(index, criteria) }) })[0];
  };
  test("count as counting by hand does, for every field", () => {
    const index = buildIndex(records);
    const criteria: Criteria = ["meta.clinical.age_approx", ">=", 40];
    const chosen = selectFrom(records, criteria);
    for (const { path, kind, bars, most, missing } of facets(index, { selection: selectRows(index, criteria) })) {
      if (kind === "histogram" || path === "notes.tags" || path.endsWith("sites")) continue;
      for (const { value, count } of bars) {
        const byHand = chosen.filter(
          (record) =>
            createPredicate([[path, "==", value]], compat)(record) &&
            createPredicate([path, "not is None", null], compat)(record),
        ).length;
        // Python's 1 == True; the facet tells them apart.
        if (path !== "meta.clinical.melanocytic") expect(count, `${path} ${value}`).toBe(byHand);
      }
      expect(most).toBe(Math.max(0, ...bars.map((bar) => bar.count)));
      expect(missing).toBe(selectFrom(chosen, [path, "is None", null], compat).length);
    }
  });
  test("fields counted together keep their counts apart, however many values each has", () => {
    const sizes = [1, 2, 3, 40, 700, 1, 5, 300, 2, 9];
    for (const rows of [0, 1, 1300, 1301]) {
      const list = Array.from({ length: rows }, (_, i) =>
        Object.fromEntries(sizes.map((size, f) => [`f${f}`, (i * 7 + f) % (size + 1) || null])),
      );
      const index = buildIndex(list, { fields: sizes.map((_, f) => `f${f}`) });
      const criteria: Criteria = { not: ["f3", "in", [1, 2, 3]] };
      const { count } = selectRows(index, criteria);
      const byHand = (field: string, value: unknown) =>
        selectFrom(list, [criteria, [field, "==", value]], compat).length;
      for (const { path, bars, missing } of facets(index, { selection: selectRows(index, criteria) })) {
        expect(missing, path).toBe(byHand(path, null));
        expect(bars.reduce((sum, bar) => sum + bar.count, missing)).toBe(count);
        for (const bar of bars) if (bar.high === undefined) expect(bar.count).toBe(byHand(path, bar.value));
      }
    }
  });
  test("lists are counted by their items", () => {
    expect(facet([{ t: ["a", "b"] }, { t: ["a"] }, { t: [] }, {}], "t")).toEqual({
      path: "t",
      kind: "values",
      bars: [
        { label: "a", value: "a", count: 2 },
        { label: "b", value: "b", count: 1 },
      ],
      most: 2,
      missing: 1,
    });
  });
  test("many numbers become intervals of a round width, decimals as strings too", () => {
    const list = Array.from({ length: 100 }, (_, i) => ({
      metadata: { clinical: { mel_thick_mm: (i / 20).toFixed(2) } },
    }));
    const found = facet(list, "metadata.clinical.mel_thick_mm");
    expect(found?.kind).toBe("histogram");
    expect(found?.bars).toHaveLength(10);
    expect(found?.bars[1]).toEqual({ label: "0.5 to 1", value: 0.5, high: 1, count: 10 });
    expect(found?.bars.reduce((sum, bar) => sum + bar.count, 0)).toBe(100);
    const negative = facet(
      Array.from({ length: 50 }, (_, i) => ({ n: i - 25 })),
      "n",
    );
    expect(negative?.bars[0]).toMatchObject({ value: -25, high: -20, count: 5 });
  });
  test("names are left out unless asked for", () => {
    const list = Array.from({ length: 30 }, (_, i) => ({ id: `x${i}`, sex: i % 2 ? "male" : "female" }));
    const index = buildIndex(list);
    expect(facets(index, { maxValues: 10 }).map(({ path }) => path)).toEqual(["sex"]);
    expect(facets(index, { fields: ["id"], maxValues: 10 })).toHaveLength(1);
    expect(() => facets(index, { fields: ["nosuch"] })).toThrow(RangeError);
    expect(facets(buildIndex([]))).toEqual([]);
    const nothing = { count: 0, columns: [{ path: "x", values: [], codes: new Uint8Array() }] };
    expect(facets(nothing)).toMatchObject([{ path: "x", bars: [] }]);
  });
});
