import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  ChallengeFileError,
  type ClassificationTable,
  readTable,
  TASKS,
  type TableTask,
  type TaskName,
  taskOf,
  UnknownTaskError,
  writeTable,
} from "../src/index.ts";
import { csvLine, csvRows } from "../src/tables/csv.ts";
import { bytes } from "./drawn.ts";

const TABLES = TASKS.map((name) => taskOf(name)).filter((task): task is TableTask => task.kind === "table");

describe("what is written is read back", () => {
  test.each(TABLES.map((task) => [task.name, task] as const))("%s, any table, to the last bit", (name, { classes }) => {
    const tables = fc.uniqueArray(fc.integer({ min: 0, max: 9_999_999 }), { maxLength: 20 }).chain((ids) => {
      const length = ids.length * classes.length;
      return fc.record({
        classes: fc.constant(classes),
        images: fc.constant(ids.map((id) => `ISIC_${String(id).padStart(7, "0")}`)),
        values: fc
          .array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: length, maxLength: length })
          .map((values) => Float64Array.from(values, (value) => value + 0)),
      });
    });
    fc.assert(
      fc.property(tables, (table) => {
        if (table.images.length > 0) expect(readTable(name, writeTable(name, table))).toEqual(table);
      }),
      { numRuns: 50 },
    );
  });

  test("a ground truth with weights", () => {
    const { classes } = taskOf("2018-3") as TableTask;
    const table: ClassificationTable = {
      classes,
      images: ["ISIC_0000001", "ISIC_0000002"],
      values: Float64Array.from([1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0]),
      weights: Float64Array.from([0, 1.5]),
    };
    const file = writeTable("2018-3", table);
    expect(new TextDecoder().decode(file)).toBe(
      "image,MEL,NV,BCC,AKIEC,BKL,DF,VASC,score_weight\n" +
        "ISIC_0000001,1.0,0.0,0.0,0.0,0.0,0.0,0.0,0.0\nISIC_0000002,0.0,1.0,0.0,0.0,0.0,0.0,0.0,1.5\n",
    );
    expect(readTable("2018-3", file, { as: "truth" })).toEqual(table);
  });

  test("what is no table of the task is not written", () => {
    const one = { classes: ["target"], images: ["ISIC_0000001"], values: Float64Array.of(0.5) };
    expect(() => writeTable("2016-3", one)).toThrow(/the classes malignant, got target/);
    expect(() => writeTable("2020", { ...one, values: Float64Array.of() })).toThrow(/expected 1 values, got 0/);
    expect(() => writeTable("2020", { ...one, values: Float64Array.of(Number.NaN) })).toThrow(/from 0 to 1, got NaN/);
    expect(() => writeTable("2017-1", one)).toThrow(/task 2017-1 has no table/);
    expect(() => readTable("2021" as TaskName, bytes("x"))).toThrow(UnknownTaskError);
    expect(() => readTable("2021" as TaskName, bytes("x"))).toThrow(/no task "2021"; the tasks are 2016-1, .*, 2024\./);
  });
});

describe("the files as the challenges have them", () => {
  test.each<[string, TaskName, string, readonly number[]]>([
    ["2016's words", "2016-3", "ISIC_0000001,benign\nISIC_0000002,malignant\n", [0, 1]],
    ["2016's numbers", "2016-3b", "ISIC_0000001,0.0\nISIC_0000002,1.0\n", [0, 1]],
    [
      "2017",
      "2017-3",
      "image_id,melanoma,seborrheic_keratosis\nISIC_0000001,0.0,1.0\nISIC_0000002,1,0\n",
      [0, 1, 1, 0],
    ],
    ["2020", "2020", 'image_name,sex,target,diagnosis\nISIC_0000001,male,0,"a, b"\nISIC_0000002,,1,\n', [0, 1]],
    ["2024's page", "2024", "isic_id,malignant\nISIC_0000001,0.0\nISIC_0000002,1.0\n", [0, 1]],
    ["2024's table", "2024", "isic_id,target,age\nISIC_0000001,0,5\nISIC_0000002,1,\n", [0, 1]],
  ])("%s", (_, task, text, values) => {
    const table = readTable(task, bytes(text), { as: "truth" });
    expect(table.images).toEqual(["ISIC_0000001", "ISIC_0000002"]);
    expect([...table.values]).toEqual(values);
  });

  test("columns in another order, images with .JPG, quotes and Windows' line ends", () => {
    const text = '"NV","image",MEL,BCC,AKIEC,BKL,DF,VASC\r\n"0.5",ISIC_0000001.JPG,1e-1, 0.2 ,.3,0,0,0\r\n';
    expect([...readTable("2018-3", bytes(text)).values]).toEqual([0.1, 0.5, 0.2, 0.3, 0, 0, 0]);
  });

  test("all mistakes of a file are in the error", () => {
    const read = () => readTable("2020", bytes("image_name,target\nISIC_0000001,x\nISIC_0000002,2\n"));
    expect(read).toThrow(ChallengeFileError);
    expect(read).toThrow(/line 2, ISIC_0000001: "x" of target is no number\. \(and 1 more, see mistakes\)/);
  });
});

describe("CSV", () => {
  test("any cells come back", () => {
    const cell = fc.string({ unit: fc.constantFrom("a", ",", '"', "\n", "\r", " ", "é") });
    fc.assert(
      fc.property(fc.array(fc.array(cell, { minLength: 2, maxLength: 5 }), { maxLength: 5 }), (rows) => {
        const text = rows.map((cells) => csvLine(cells)).join("");
        expect([...csvRows(text, 1000)].map((row) => ("cells" in row ? row.cells : row))).toEqual(rows);
      }),
    );
  });

  test("a huge cell takes no long time", () => {
    const text = `a,"${'""'.repeat(4_000_000)}"\n`;
    const from = performance.now();
    expect([...csvRows(text, 5_000_000)]).toHaveLength(1);
    expect([...csvRows(`a,${"b".repeat(8_000_000)}`, 9_000_000)]).toHaveLength(1);
    // A scanner whose time grows with the square needs minutes.
    expect(performance.now() - from).toBeLessThan(10_000);
  });
});
