import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parseEntry } from "../../src/download/manifest.ts";
import { ManifestFile } from "../../src/download/manifest-file.ts";

const ENTRY = {
  id: "a",
  name: "ISIC_0000000",
  part: "image",
  state: "done",
  file: "ISIC_0000000.jpg",
  bytes: 5,
  sha256: "0".repeat(64),
  fetchedAt: "2026-01-01T00:00:00.000Z",
};
const entry = (over: object): unknown => parseEntry(JSON.stringify({ ...ENTRY, ...over }));

test.each([
  ["bytes", [-1, 0.5, "5", null, [], {}, true, 1e300, 2 ** 53]],
  ["id", [5, null, [], {}, true]],
  ["name", [5, null, ["x"], {}]],
  ["part", ["photo", "constructor", "__proto__", 1, null]],
  ["state", ["", "constructor", "DONE", 0, null]],
  ["sha256", [5, null, [], {}]],
  ["file", ["../x", "/x", "a/../x", "a//x", "", ".", "..\\x", "C:x", "x\u0000", 5, null, ["x"], "a/./b"]],
  ["stem", ["../x", "/x", "", 5, null]],
])("a line whose %s is wrong is no entry", (key, values) => {
  for (const value of values) expect(entry({ [key]: value }), JSON.stringify(value)).toBeUndefined();
});

test("a line that is no record, or holds more than a record should, is no entry or as good as one", () => {
  for (const line of [
    "",
    "null",
    "5",
    "[]",
    '"x"',
    "{",
    "{}",
    '{"__proto__":{"id":"x"}}',
    "\u0000",
    "[".repeat(100_000),
  ])
    expect(parseEntry(line)).toBeUndefined();
  expect(entry({ constructor: 5, toString: "x" })).toMatchObject(ENTRY);
});

test("what else is wrong costs itself only", () => {
  for (const key of ["url", "licence", "attribution", "split", "label", "error", "server"])
    for (const value of [5, null, [], {}]) expect(entry({ [key]: value })).toEqual(ENTRY);
  for (const record of [5, null, [], "x"]) expect(entry({ record })).toEqual(ENTRY);
  for (const resized of [5, null, [], {}, { longerSide: "5px" }, { longerSide: -1 }, { longerSide: null }])
    expect(entry({ resized })).toEqual(ENTRY);
  for (const time of [
    5,
    null,
    "",
    "zzz",
    "9999-12-31T00:00:00.000Z",
    "2026-13-45T99:00:00Z",
    "2026-01-01",
    "+275760-09-13T00:00:00.000Z",
  ]) {
    expect(entry({ fetchedAt: time })).toEqual({ ...ENTRY, fetchedAt: "" });
    expect(entry({ refreshedAt: time })).toEqual(ENTRY);
  }
});

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "isic-manifest-"));
});
afterAll(() => rm(folder, { recursive: true }));

test("a shard's line of the far future does not hold against what came later", async () => {
  const line = (over: object): string => `${JSON.stringify({ ...ENTRY, ...over })}\n`;
  for (const fetchedAt of ["9999-01-01T00:00:00.000Z", "zzz", "~"]) {
    await writeFile(join(folder, "manifest-1-of-2.jsonl"), line({ fetchedAt, bytes: 1 }));
    await writeFile(join(folder, "manifest-2-of-2.jsonl"), line({ bytes: 2 }));
    const manifest = await ManifestFile.read(folder);
    expect(manifest!.indexed("a", "image")?.bytes).toBe(2);
    await manifest!.close();
  }
});
