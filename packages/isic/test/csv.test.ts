import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { cellText, cellValue } from "../src/csv/cells.ts";
import { columnsOf, flatten, unflatten } from "../src/csv/flatten.ts";
import { readCsv, readCsvColumns, writeCsv } from "../src/csv/index.ts";
import { isIsicError } from "../src/errors.ts";

describe("cells", () => {
  test.each([
    [true, "True"],
    [false, "False"],
    [null, ""],
    [6, "6"],
    [0.5, "0.5"],
    [["a", "b'c"], `['a', "b'c"]`],
    [[1, true, null, [2]], "[1, True, None, [2]]"],
    ["=1+1", "\t=1+1"],
    ["@SUM(A1)", "\t@SUM(A1)"],
    ["-1+1|calc", "\t-1+1|calc"],
    ["+cmd", "\t+cmd"],
    ["\t=1+1", "\t\t=1+1"],
    ["-1", "-1"],
    ["+2.5e3", "+2.5e3"],
    [-1, "-1"],
    [-0.5, "-0.5"],
    ["a=b", "a=b"],
    ["plain", "plain"],
  ])("%j is written as %j", (value, text) => {
    expect(cellText(value)).toBe(text);
  });

  test.each([
    ["TRUE", true],
    ["false", false],
    ["007", 7],
    ["1e3", 1000],
    ["-2.5", -2.5],
    ["nan", "nan"],
    ["inf", "inf"],
    ["", null],
    ["ISIC_0000000", "ISIC_0000000"],
    ["['a', \"b\", 1, None]", ["a", "b", 1, null]],
    ["[1, 2", "[1, 2"],
    ["[__import__('os')]", "[__import__('os')]"],
    ["[]", []],
    ["\t=1+1", "=1+1"],
    ["\t\t=1+1", "\t=1+1"],
    ["\tplain", "\tplain"],
  ])("%j is read as %j", (text, value) => {
    expect(cellValue(text)).toEqual(value);
  });

  test("what is written is read again", () => {
    const leaf = fc.oneof(
      fc.boolean(),
      fc.integer(),
      fc.constant(null),
      fc.string().filter((s) => !/^[\s\d.+\-[]/.test(s)),
    );
    const safe = leaf.filter((v) => typeof v !== "string" || (v !== "" && !/^(true|false|none|null)$/i.test(v)));
    fc.assert(
      fc.property(fc.array(safe, { minLength: 1 }), (list) => {
        expect(cellValue(cellText(list))).toEqual(list);
      }),
    );
  });
});

describe("flatten", () => {
  test("columns are sorted leaves, without the parents of others", () => {
    const rows = [flatten({ b: 1, a: { y: 2, x: null } }), flatten({ a: "text", c: {} })];
    expect(columnsOf(rows)).toEqual(["a.x", "a.y", "b"]);
  });

  test("unflatten rebuilds records and leaves nothing for empty cells", () => {
    const rebuilt = unflatten(
      new Map<string, unknown>([
        ["a.x", 1],
        ["a.y", null],
        ["b", "t"],
      ]),
    );
    expect(rebuilt).toEqual({ a: { x: 1 }, b: "t" });
  });

  test("hostile column names do not reach any prototype", () => {
    const rebuilt = unflatten(
      new Map<string, unknown>([
        ["__proto__.polluted", 1],
        ["constructor.prototype.bad", 2],
      ]),
    );
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
    expect(Object.getPrototypeOf(rebuilt)).toBeNull();
  });
});

describe("CSV", () => {
  const records = [
    { _id: "b", name: "ISIC_0000001", meta: { clinical: { sex: "male", melanocytic: true }, empty: null } },
    { _id: "a", name: 'has "quotes", and\nlines', meta: { clinical: { sex: null, age_approx: 55 } } },
  ];

  test("is written as the original does: dotted columns, CRLF, no column without a value", async () => {
    expect(await writeCsv(records)).toBe(
      "_id,meta.clinical.age_approx,meta.clinical.melanocytic,meta.clinical.sex,name\r\n" +
        "b,,True,male,ISIC_0000001\r\n" +
        'a,55,,,"has ""quotes"", and\nlines"\r\n',
    );
  });

  test("a map of records gets its keys as _id, first", async () => {
    const text = await writeCsv(new Map([["x", { a: 1 }]]));
    expect(text).toBe("_id,a\r\nx,1\r\n");
  });

  test("line breaks of every kind are quoted, names of columns are guarded, and all comes back", async () => {
    const rows = [{ "=cmd|' /C calc'!A1": "a\nb", "line\r\nbreak": "c\rd", plain: "\r\n=1" }];
    const text = await writeCsv(rows);
    expect(text).toBe(`\t=cmd|' /C calc'!A1,"line\r\nbreak",plain\r\n"a\nb","c\rd","\t\r\n=1"\r\n`);
    expect(await readCsv(text)).toEqual(rows);
  });

  test("an empty cell that is alone in its row is no empty line", async () => {
    expect(await writeCsv({ a: [1, null, 2] })).toBe('a\r\n1\r\n""\r\n2\r\n');
    expect(await readCsvColumns('a\r\n1\r\n""\r\n2\r\n')).toEqual({ a: [1, null, 2] });
  });

  test("columns of different lengths are refused by name", async () => {
    const error = await writeCsv({ a: [1, 2], b: [1] }).catch((e: unknown) => e);
    expect(isIsicError(error, "TableError") && error.message).toBe(
      "Columns must be of equal length: a has 2 rows, b 1.",
    );
  });

  test("comes back whole", async () => {
    const back = await readCsv(await writeCsv(records), { packKeys: true });
    expect(back).toEqual([
      { _id: "b", name: "ISIC_0000001", meta: { clinical: { sex: "male", melanocytic: true } } },
      { _id: "a", name: 'has "quotes", and\nlines', meta: { clinical: { age_approx: 55 } } },
    ]);
  });

  test("short rows are filled, long ones get columns of their own", async () => {
    expect(await readCsv("a,b\n1\n1,2,3\n")).toEqual([
      { a: 1, b: null, column_3: null },
      { a: 1, b: 2, column_3: 3 },
    ]);
  });

  test("headers may be absent or given; values may stay text", async () => {
    expect(await readCsv("1;x\n", { separator: ";", headers: false })).toEqual([{ column_1: 1, column_2: "x" }]);
    expect(await readCsv("007,x\n", { headers: ["id"], parseValues: false })).toEqual([{ id: "007", column_2: "x" }]);
    expect(await readCsvColumns("a,b\n1,x\n2,\n")).toEqual({ a: [1, 2], b: ["x", null] });
  });

  test("broken quotes are a TableError", async () => {
    const error = await readCsv('a\n"open').catch((e: unknown) => e);
    expect(isIsicError(error, "TableError")).toBe(true);
  });
});
