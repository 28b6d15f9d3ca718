import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { csvRows } from "../src/v2/bulk/csv.ts";
import { objectsIn } from "../src/v2/bulk/listing-json.ts";
import { createV2Client } from "../src/v2/index.ts";

const WHERE = { endpoint: "GET x" };
const LIMIT = 1_000_000;
const LIMITS = createV2Client().api.limits;

/** The text in pieces cut anywhere, in the middle of a character too. */
async function* cut(text: string, size: number): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const bytes = new TextEncoder().encode(text);
  for (let at = 0; at < bytes.length; at += size) yield bytes.slice(at, at + size);
}

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

const pieceSize = fc.integer({ min: 1, max: 40 });

describe("CSV rows", () => {
  const cell = fc.string({ unit: fc.constantFrom("a", ",", '"', "\n", "\r\n", "é", " ", "1"), maxLength: 6 });
  const quoted = (value: string) => `"${value.replaceAll('"', '""')}"`;

  test("come out as they went in, however they are cut", async () => {
    const table = fc.array(fc.array(cell, { minLength: 2, maxLength: 4 }), { maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(table, pieceSize, async (rows, size) => {
        const text = rows.map((row) => `${row.map(quoted).join(",")}\r\n`).join("");
        expect(await collect(csvRows(cut(text, size), WHERE, LIMIT))).toEqual(rows);
      }),
    );
  });

  test("that are cut off are an error", async () => {
    for (const text of ["a,b\r\nc", 'a,b\r\n"c', "a,b\r\nc,"]) {
      await expect(collect(csvRows(cut(text, 3), WHERE, LIMIT))).rejects.toMatchObject({ tag: "ContentError" });
    }
    expect(await collect(csvRows(cut("", 1), WHERE, LIMIT))).toEqual([]);
    expect(await collect(csvRows(cut("a,b\nc,d\n", 2), WHERE, LIMIT))).toEqual([
      ["a", "b"],
      ["c", "d"],
    ]);
  });

  test("lose the tab that guards spreadsheets, and no other", async () => {
    const rows = await collect(csvRows(cut("\t=a,\t-1,\tb,\t@c,\t+d\r\n", 4), WHERE, LIMIT));
    expect(rows).toEqual([["=a", "-1", "\tb", "@c", "+d"]]);
  });
});

describe("objects of a streamed list", () => {
  test("come out as they went in, however they are cut", async () => {
    const entry = fc.record({
      url: fc.string(),
      zipPath: fc.string({ unit: fc.constantFrom("{", "}", "]", '"', "\\", "ü") }),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(entry, { maxLength: 8 }),
        pieceSize,
        fc.constantFrom(0, 1),
        async (files, size, indent) => {
          const text = JSON.stringify({ suggestedFilename: "x.zip", files }, undefined, indent);
          expect(await collect(objectsIn(cut(text, size), "files", WHERE, LIMITS))).toEqual(files);
        },
      ),
    );
  });

  test("that are cut off, or not there, are an error", async () => {
    const whole = JSON.stringify({ files: [{ url: "a" }, { url: "b" }] });
    for (let length = 0; length < whole.length - 1; length += 1) {
      const objects = collect(objectsIn(cut(whole.slice(0, length), 7), "files", WHERE, LIMITS));
      await expect(objects).rejects.toMatchObject({ tag: "ContentError", problem: "json" });
    }
    await expect(collect(objectsIn(cut('{"other":[]}', 7), "files", WHERE, LIMITS))).rejects.toThrow(
      /missing or cut off/,
    );
  });
});
