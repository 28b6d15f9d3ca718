import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { distinctFileNames, safeFileName } from "../../src/files/index.ts";

test.each([
  ["ISIC_0000000", "ISIC_0000000"],
  ["My Lesion (2)", "My Lesion (2)"],
  ["Übersicht-1_a+b.v2", "Übersicht-1_a+b.v2"],
])("%j stays %j", (text, name) => {
  expect(safeFileName(text)).toBe(name);
});

test.each([
  ["", "_~"],
  [".", "_~"],
  ["..", "__~"],
  ["../../etc/passwd", "__"],
  ["a/b", "a_b~"],
  ["a\\b", "a_b~"],
  ["nul", "_nul~"],
  ["NUL.txt", "_NUL.txt~"],
  ["com1", "_com1~"],
  ["lpt¹.png", "_lpt¹.png~"],
  ["a\u202egpj.exe", "a_gpj.exe~"],
  ["a\u0000b\u001b[2J", "a_b__2J~"],
  [" a ", "_a_~"],
  ["a.", "a_~"],
  ["a:b", "a_b~"],
  ["-rf", "-rf"],
  ["aux  .txt", "_aux  .txt~"],
  [".htaccess", "_htaccess~"],
  ["~", "_~"],
])("%j becomes a safe name with a hash", (text, start) => {
  expect(safeFileName(text).startsWith(start)).toBe(true);
});

test("keeps an extension where that is wanted", () => {
  expect(safeFileName("nul.txt", { keepExtension: true })).toMatch(/^_nul~[0-9a-f]{8}\.txt$/);
  expect(safeFileName("a/b.PNG", { keepExtension: true })).toMatch(/^a_b~[0-9a-f]{8}\.PNG$/);
  expect(safeFileName("plain.png", { keepExtension: true })).toBe("plain.png");
  expect(safeFileName(`${"長".repeat(200)}.png`, { keepExtension: true })).toMatch(/^長+~[0-9a-f]{8}\.png$/);
  expect(safeFileName("a.\u202etxt", { keepExtension: true })).toMatch(/^a\._txt~[0-9a-f]{8}$/);
});

test("two texts never become one name, also where only what was replaced or cut differs", () => {
  const texts = [
    "a/b",
    "a\\b",
    "a_b",
    "a:b",
    `${"x".repeat(120)}1`,
    `${"x".repeat(120)}2`,
    "\ud800",
    "\ud801",
    "\u00e9",
    "e\u0301",
  ];
  expect(new Set(texts.map((text) => safeFileName(text))).size).toBe(texts.length);
});

test("whatever the text, the name is one that a file system takes", async () => {
  const folder = await mkdtemp(join(tmpdir(), "isic-names-"));
  const texts = fc.string({ unit: "binary", maxLength: 400 });
  const scripts = fc.string({ unit: fc.constantFrom("長", "😀", "é", "ا", "/", ".", " ", "A"), maxLength: 400 });
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(texts, scripts),
      fc.integer({ min: 32, max: 255 }),
      fc.boolean(),
      async (text, maxBytes, keepExtension) => {
        const name = safeFileName(text, { maxBytes, keepExtension });
        expect(Buffer.byteLength(name)).toBeLessThanOrEqual(maxBytes);
        expect(name).toMatch(/^(?![. ])[\p{L}\p{N} ._()+~-]+(?<![. ])$/u);
        expect(safeFileName(text, { maxBytes, keepExtension })).toBe(name);
        await writeFile(join(folder, name), "", { flag: "w" });
      },
    ),
    { numRuns: 300 },
  );
  await rm(folder, { recursive: true });
});

test("two names of one folder are never one, also where a file system folds case or composes", () => {
  const texts = [
    "CC-BY",
    "cc-by",
    "Cc-By",
    "stra\u00dfe",
    "STRASSE",
    "\u00e9",
    "e\u0301",
    "\u00c9",
    "a/b",
    "a_b",
    "K",
    "\u212a",
    "s",
    "\u017f",
  ];
  const names = distinctFileNames(texts);
  expect([...names.keys()].sort()).toEqual([...texts].sort());
  const folded = [...names.values()].map((name) => name.normalize("NFKC").toLowerCase().toUpperCase());
  expect(new Set(folded).size).toBe(texts.length);
  // Whatever the order, each text has its name; a long one has its hash within the bytes that there are.
  expect(distinctFileNames([...texts].reverse())).toEqual(names);
  for (const name of distinctFileNames(["\u76ae".repeat(85), "\u76ae".repeat(84)], { maxBytes: 100 }).values())
    expect(Buffer.byteLength(name)).toBeLessThanOrEqual(100);
});
