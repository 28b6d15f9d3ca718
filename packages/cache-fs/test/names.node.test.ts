import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { cacheKey } from "@isic/cache";
import { hostileKeys } from "@isic/cache/testing";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { createFileCache, fileNameOf, keyOf, type Layout } from "../src/index.ts";
import { listOf, newFolder, removeFolders } from "./folder.ts";

afterAll(removeFolders);

const layouts: Layout[] = ["auto", "one-level", "two-level"];
const V1 = "5436e3abbae478396759f0cf";

const text = fc.oneof(
  fc.string({ unit: "grapheme", minLength: 1, maxLength: 5 }).filter((it) => encodeURIComponent(it).length <= 40),
  fc.constantFrom(
    "ISIC_0000042",
    "ISIC_0000042.jpg",
    "CON",
    "nul.txt",
    ".hidden",
    "end.",
    "a_b",
    "A",
    "a",
    "_",
    ".jpg",
    ".bin",
    V1,
  ),
  fc.constantFrom(...hostileKeys.filter((key) => key !== "" && key.length < 40 && !/[\ud800-\udfff]/.test(key))),
);
const type = fc.constantFrom(
  "image",
  "spimg",
  "spidx",
  "smask",
  "afmsk",
  "imcache",
  "stann",
  "imindex",
  "Type",
  "constructor",
);

const GOOD_NAME = /^[A-Za-z0-9._%+-]{1,230}$/;
/** Names that Windows or a shell takes for something else. */
const BAD_NAME = /^\.|\.$|^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;

describe("file names", () => {
  test("are those of the plan", () => {
    const server = "api.isic-archive.com/anonymous";
    const table: Record<string, string> = {
      "image/ISIC_0000042/ISIC_0000042.jpg": "4/2/image_ISIC_0000042_ISIC_0000042.jpg",
      [`image/${V1}/ISIC_0000000.jpg`]: `f/image_${V1}_ISIC_0000000.jpg`,
      [`image/${V1}/.png`]: `f/image_${V1}.png`,
      [`image/${V1}`]: `f/image_${V1}.bin`,
      [`spimg/${V1}`]: `f/spimg_${V1}.png`,
      [`spidx/${V1}`]: `f/spidx_${V1}.npz`,
      [`smask/${V1}/ISIC_0000000`]: `f/smask_${V1}_ISIC_0000000.png`,
      [`afmsk/${V1}/dotsmiliac`]: `f/afmsk_${V1}_dotsmiliac.png`,
      "imcache/000000000000000000000000": "0/imcache_000000000000000000000000.json.gz",
      [`stann/${V1}`]: `f/stann_${V1}.json.gz`,
      "imindex/manifest": "0/0/imindex_manifest.bin",
    };
    for (const [tail, name] of Object.entries(table)) {
      expect(fileNameOf(`${server}/${tail}`)).toBe(`${server}/${name}`);
      expect(keyOf(`${server}/${name}`)).toBe(`${server}/${tail}`);
    }
    expect(fileNameOf(`${server}/spimg/${V1}`, "two-level")).toBe(`${server}/c/f/spimg_${V1}.png`);
    expect(fileNameOf("a/b")).toBe("_/_/0/b/+a+b.bin");
  });

  test("give back every key, for any texts in any layout, and stay inside", () => {
    const parts = fc.oneof(
      fc.tuple(text, text, type, text),
      fc.tuple(text, text, type, text, text),
      fc.array(text, { minLength: 1, maxLength: 6 }),
    );
    fc.assert(
      fc.property(parts, fc.constantFrom(...layouts), (texts, layout) => {
        const key = cacheKey(texts as string[]);
        let name: string;
        try {
          name = fileNameOf(key, layout);
        } catch (error) {
          expect((error as { tag?: string }).tag).toBe("InvalidKeyError");
          expect(key.length).toBeGreaterThan(150);
          return;
        }
        if (keyOf(name) !== key) expect(keyOf(name)).toBe(key);
        const bad = name.split("/").filter((segment) => !GOOD_NAME.test(segment) || BAD_NAME.test(segment));
        // An assertion of its own for each of thousands of names would take most of the time.
        if (bad.length > 0) expect(bad).toEqual([]);
      }),
      { numRuns: 1500 },
    );
  });

  test("of different keys differ, also where the file system ignores case", () => {
    fc.assert(
      fc.property(fc.tuple(text, text, type, text), fc.tuple(text, text, type, text), (a, b) => {
        const [keyA, keyB] = [cacheKey(a), cacheKey(b)];
        fc.pre(keyA !== keyB && keyA.length < 150 && keyB.length < 150);
        expect(fileNameOf(keyA).toLowerCase()).not.toBe(fileNameOf(keyB).toLowerCase());
      }),
      { numRuns: 1000 },
    );
    const folded = ["a", "A", "CON", "con", "Con"].map((account) =>
      fileNameOf(`h.org/${account}/spimg/0a`).toLowerCase(),
    );
    expect(new Set(folded).size).toBe(5);
  });

  test("of accounts of many capitals fit, differ, and give the account back", async () => {
    const accounts = ["X".repeat(150), "x".repeat(150), "xX".repeat(75), "Xx".repeat(75), `.${"X".repeat(150)}.`];
    accounts.push(`${"é".repeat(10)}${"X".repeat(95)}`, `${"é".repeat(10)}${"X".repeat(94)}x`, "CON".repeat(50));
    const folder = await newFolder();
    const cache = createFileCache({ folder });
    const keys = accounts.map((account) => cacheKey(["h.org", account, "spimg", "0a"]));
    for (const key of keys) await cache.set(key, new TextEncoder().encode(key));
    expect((await listOf(createFileCache({ folder }).keys())).sort()).toEqual([...keys].sort());
    const names = await readdir(join(folder, "h.org"));
    expect(new Set(names.map((name) => name.toLowerCase())).size).toBe(accounts.length);
    for (const name of names) expect(name).toMatch(/^[A-Za-z0-9%~._-]{1,230}$/);
    for (const key of keys) expect(new TextDecoder().decode(await cache.get(key))).toBe(key);
  });

  test("that no key has are no keys", () => {
    const own = "api.isic-archive.com/anonymous";
    for (const path of [
      "",
      "x",
      `${own}/spimg_0a.png`,
      `${own}/b/spimg_0a.png`,
      `${own}/a/a/a/spimg_0a.png`,
      `${own}/a/spimg_0a.jpg`,
      `${own}/a/.spimg_0a.png.lock`,
      `${own}/a/spimg_0a_.png`,
      `${own}/a/image_0a_`,
      `${own}/a/image_0a`,
      `${own}/a/image_0a_%4`,
      `${own}/a/image_0a_A.jpg`,
      `${own}/a/image_0a_%2F.jpg/`,
      `${own}/../a/spimg_0a.png`,
      `API.org/anonymous/a/spimg_0a.png`,
      "_/_/a/spimg_0a.png",
      `_/_/a/+${own.replace("/", "+")}+spimg+0a.bin`,
      "_/_/0/b/+a+b.png",
    ]) {
      const key = keyOf(path);
      expect(
        key === undefined || fileNameOf(key, path.split("/").length === 4 ? "one-level" : "two-level") === path,
        path,
      ).toBe(true);
      expect(key, path).toBe(undefined);
    }
  });
});
