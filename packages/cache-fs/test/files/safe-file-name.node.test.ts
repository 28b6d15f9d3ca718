import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { safeFileName } from "../../src/files/index.ts";

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
