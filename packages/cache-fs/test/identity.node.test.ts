import { existsSync } from "node:fs";
import { lstat, mkdir, readdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { type Bytes, repair, verify } from "@isic/cache";
import { afterAll, describe, expect, test } from "vitest";
import { createFileCache, type FileCache, type Identity } from "../src/index.ts";
import { entriesIn, listOf, newFolder, removeFolders } from "./folder.ts";

afterAll(removeFolders);

const ID = "5436e3abbae478396759f0cf";
const ZERO = "0".repeat(24);
const SERVER = "isic-archive.com";
const text = (content: string): Bytes => new TextEncoder().encode(content);
const textOf = (value: Bytes | undefined): string | undefined =>
  value === undefined ? undefined : new TextDecoder().decode(value);
const json = (value: unknown): Bytes => new Uint8Array(gzipSync(JSON.stringify(value)));

async function folderOf(files: Record<string, Bytes>, root?: string): Promise<string> {
  const folder = root ?? (await newFolder());
  for (const [path, value] of Object.entries(files)) {
    await mkdir(join(folder, dirname(path)), { recursive: true });
    await writeFile(join(folder, path), value);
  }
  return folder;
}

const as = (folder: string, account: string, more: Partial<Identity> = {}): FileCache =>
  createFileCache({ folder, identity: { server: SERVER, account, ...more } });
const keyOf = (account: string, tail: string): string => `${SERVER}/${encodeURIComponent(account)}/${tail}`;
const refused = { tag: "IdentityMismatchError" };

/** Folders as the Python client leaves them. */
const guests = { [`0/0/imcache_${ZERO}.json.gz`]: json({}), [`c/f/image_${ID}_x.jpg`]: text("public") };
const janes = { ...guests, [`0/0/imcache_${ZERO}_jane.json.gz`]: json({ [ID]: {} }) };

describe("a folder of the Python client", () => {
  test("that a guest used serves an account, which does not adopt the guest's lists, and is then its own", async () => {
    const folder = await folderOf(guests);
    const guest = as(folder, "anonymous");
    await guest.set(keyOf("anonymous", `spimg/${ID}`), text("map"));
    const jane = as(folder, "jane@example.org");
    expect(textOf(await jane.get(keyOf("jane@example.org", `image/${ID}/x.jpg`)))).toBe("public");
    expect(await jane.get(keyOf("jane@example.org", `imcache/${ZERO}`))).toBeUndefined();
    // So far she has only read: the guest goes on.
    await as(folder, "anonymous").open();
    await jane.set(keyOf("jane@example.org", `imcache/${ZERO}`), json({ [ID]: {} }));
    expect(await entriesIn(folder)).toContain(`0/0/imcache_${ZERO}_jane.json.gz`);
    await expect(as(folder, "anonymous").open()).rejects.toMatchObject({
      ...refused,
      owner: `${SERVER}/jane%40example.org`,
      evidence: join(folder, ".isic/owner.json"),
    });
    expect(JSON.parse(await readFile(join(folder, ".isic/owner.json"), "utf8"))).toMatchObject({
      account: "jane%40example.org",
    });
    // The same name up to the @, and not the same account.
    await expect(as(folder, "jane@example.com").open()).rejects.toMatchObject(refused);
    await expect(as(folder, "bob").open()).rejects.toMatchObject(refused);
  });

  test("opened by the wrong one, or read by him, is bound to nobody", async () => {
    const folder = await folderOf({ [`f/image_${ID}_x.jpg`]: text("photo") });
    const wrong = as(folder, "bob");
    await wrong.get(keyOf("bob", `image/${ID}/x.jpg`));
    await listOf(wrong.list());
    await verify(wrong);
    await wrong.close();
    expect(existsSync(join(folder, ".isic/owner.json"))).toBe(false);
    await as(folder, "jane").set(keyOf("jane", `spimg/${ID}`), text("map"));
    await expect(as(folder, "bob").open()).rejects.toMatchObject(refused);
    // He was there before, and is told when he comes back.
    await expect(wrong.set(keyOf("bob", `spimg/${ID}`), text("map"))).rejects.toMatchObject(refused);
  });

  test("that names an account in its files is that account's, and a guest sees nothing of it", async () => {
    const folder = await folderOf(janes);
    for (const account of ["anonymous", "bob", "jan"]) {
      await expect(as(folder, account).open()).rejects.toMatchObject({
        ...refused,
        owner: `${SERVER}/jane`,
        evidence: join(folder, `0/0/imcache_${ZERO}_jane.json.gz`),
      });
    }
    const jane = as(folder, "jane@example.org");
    expect(await jane.get(keyOf("jane@example.org", `imcache/${ZERO}`))).toEqual(json({ [ID]: {} }));
  });

  test("that a guest of ours began and an account of the Python client went on with is closed to guests", async () => {
    const folder = await folderOf(guests);
    await as(folder, "anonymous").set(keyOf("anonymous", `spimg/${ID}`), text("map"));
    await folderOf({ [`0/0/sgcache_${ZERO}_jane.json.gz`]: json({}) }, folder);
    await expect(as(folder, "anonymous").open()).rejects.toMatchObject(refused);
    await as(folder, "jane").open();
    await expect(as(folder, "bob").open()).rejects.toMatchObject(refused);
  });

  test("with names that need care is read and written as that client does", async () => {
    const folder = await folderOf({ "0/0/keep": text("") });
    for (const [account, name] of [
      ["o'neil@x.org", "o'neil"],
      ["anonymous@x.org", "anonymous"],
      ["jürgen", "jürgen"],
      ["~anonymous", "anonymous"],
    ] as const) {
      const own = await newFolder();
      await mkdir(join(own, "0/0"), { recursive: true });
      const cache = as(own, account);
      const key = `${SERVER}/${[account].map((part) => encodeURIComponent(part).replace(/[~']/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`))}/imcache/${ZERO}`;
      await cache.set(key, json({}));
      expect(await entriesIn(own)).toEqual([`0/0/imcache_${ZERO}_${name}.json.gz`]);
      expect(await listOf(cache.keys())).toEqual([key]);
    }
    expect(await entriesIn(folder)).toEqual(["0/0/keep"]);
  });

  test("names files by what the account logs in with, as that folder has it, and else by what was typed", async () => {
    const logins = ["Jane.Doe@x.org", "jdoe", "jane.doe@work.org"];
    for (const [file, name] of [
      [undefined, "Jane.Doe"],
      ["jdoe", "jdoe"],
      ["jane.doe", "jane.doe"],
      ["JDOE", "JDOE"],
      ["5436", "5436"],
    ] as const) {
      for (const folders of ["0", "0/0"]) {
        const lists = file === undefined ? "keep" : `dscache_${ZERO}_${file}.json.gz`;
        const folder = await folderOf({ [`${folders}/${lists}`]: json([]) });
        const jane = as(folder, "5436", { logins });
        if (file !== undefined) expect(await jane.get(`${SERVER}/5436/dscache/${ZERO}`)).toEqual(json([]));
        await jane.set(`${SERVER}/5436/imcache/${ZERO}`, json({}));
        expect(await entriesIn(folder)).toContain(`${folders}/imcache_${ZERO}_${name}.json.gz`);
        // Whoever is named nowhere else finds it by the marker.
        expect(await createFileCache({ folder }).get(`${SERVER}/5436/imcache/${ZERO}`)).toEqual(json({}));
        await expect(as(folder, "5437", { logins }).open()).rejects.toMatchObject(refused);
      }
    }
    const others = await folderOf({ [`0/0/dscache_${ZERO}_jane.json.gz`]: json([]) });
    await expect(as(others, "5436", { logins }).open()).rejects.toMatchObject(refused);
    for (const wrong of [{ logins: "jane" }, { logins: [7] }, { formerNames: [""] }, { login: ["jane"] }])
      expect(() => as(others, "5436", wrong as never)).toThrow(/logins/);
  });

  test("is found again after a newer Python client has moved it one level down", async () => {
    const folder = await folderOf({ [`f/image_${ID}_x.jpg`]: text("photo"), [`0/imcache_${ZERO}.json.gz`]: json({}) });
    const key = keyOf("anonymous", `spimg/${ID}`);
    await as(folder, "anonymous").set(key, text("map"));
    expect(await entriesIn(folder)).toContain(`f/spimg_${ID}.png`);
    for (const [from, to] of [
      [`f/image_${ID}_x.jpg`, `c/f/image_${ID}_x.jpg`],
      [`f/spimg_${ID}.png`, `c/f/spimg_${ID}.png`],
    ] as const) {
      await mkdir(join(folder, dirname(to)), { recursive: true });
      await rename(join(folder, from), join(folder, to));
    }
    const later = as(folder, "anonymous");
    expect(textOf(await later.get(key))).toBe("map");
    expect(textOf(await later.get(keyOf("anonymous", `image/${ID}/x.jpg`)))).toBe("photo");
    expect(await later.get(keyOf("anonymous", `imcache/${ZERO}`))).toEqual(json({}));
    await later.set(keyOf("anonymous", `stann/${ID}`), json({}));
    expect(await entriesIn(folder)).toContain(`c/f/stann_${ID}.json.gz`);
    expect((await verify(later)).problems.filter(({ kind }) => kind !== "unindexed")).toEqual([]);
  });

  test("is none where it is a folder of ours in which the Python client made its subfolders", async () => {
    const folder = await newFolder();
    const key = keyOf("jane", `spimg/${ID}`);
    await createFileCache({ folder }).set(key, text("map"));
    for (const digit of "0123456789abcdef") await mkdir(join(folder, digit, "0"), { recursive: true });
    await folderOf({ [`f/image_${ID}_x.jpg`]: text("photo") }, folder);
    for (const cache of [createFileCache({ folder }), as(folder, "jane"), as(folder, "bob")]) {
      expect(textOf(await cache.get(key))).toBe("map");
    }
  });
});

describe("an account whose name has changed", () => {
  test("finds what was kept under its former one, in a folder of ours", async () => {
    const folder = await newFolder();
    await as(folder, "17").set(keyOf("17", `spimg/${ID}`), text("map"));
    const cache = as(folder, "V8XLA", { formerNames: ["17"] });
    expect(textOf(await cache.get(keyOf("V8XLA", `spimg/${ID}`)))).toBe("map");
    expect(await listOf(cache.keys())).toEqual([keyOf("V8XLA", `spimg/${ID}`)]);
    expect(await readdir(join(folder, SERVER))).toEqual(["%568%58%4C%41"]);
    expect((await lstat(join(folder, SERVER, "%568%58%4C%41"))).mode & 0o777).toBe(0o700);
    // Whoever else there is has a folder of his own.
    await as(folder, "18", { formerNames: ["anonymous"] }).open();
    expect(await readdir(join(folder, SERVER))).toEqual(["%568%58%4C%41"]);
  });
});

describe("folders that commit ecec2ee wrote", () => {
  const USER = "59b1c7aed831137d0f8b4567";

  async function golden(name: string): Promise<string> {
    const file = await readFile(join(import.meta.dirname, "golden/folders-of-ecec2ee.json"), "utf8");
    const files = Object.entries(JSON.parse(file) as Record<string, string>)
      .filter(([path]) => path.startsWith(`${name}/`))
      .map(([path, content]) => [path.slice(name.length + 1), new Uint8Array(Buffer.from(content, "base64"))]);
    const folder = await folderOf(Object.fromEntries(files));
    await restoreJournals(folder);
    return folder;
  }

  /** Unpacked files have other inodes and times than those that the journals tell of. */
  async function restoreJournals(folder: string): Promise<void> {
    for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
      if (!entry.name.endsWith(".jsonl")) continue;
      const path = join(entry.parentPath, entry.name);
      const place = join(entry.parentPath, "../..", entry.name.slice(0, -".jsonl".length).replace("-", "/"));
      const lines = (await readFile(path, "utf8")).split("\n").filter(Boolean);
      for (const [i, line] of lines.entries()) {
        const parsed = JSON.parse(line) as unknown[];
        if (parsed[0] !== "+") continue;
        const found = await lstat(join(place, String(parsed[1]))).catch(() => undefined);
        if (found !== undefined) [parsed[3], parsed[4]] = [found.mtimeMs, found.ino];
        lines[i] = JSON.stringify(parsed);
      }
      await writeFile(path, `${lines.join("\n")}\n`);
    }
  }

  test("of our own open with everything that is known, and what a kill left is swept", async () => {
    const folder = await golden("own");
    const photo = "api.isic-archive.com/anonymous/image/ISIC_0000042/ISIC_0000042.jpg";
    const cache = createFileCache({ folder, identity: { server: SERVER, account: "jane", formerNames: [USER] } });
    expect(textOf(await cache.get(photo))).toBe("photo 42");
    expect(await cache.stat(photo)).toMatchObject({ validator: '"abc"', sha256: expect.stringMatching(/^4d93a1dc/) });
    expect((await cache.stat(photo.replaceAll("42", "43")))?.pinned).toBe(true);
    expect(textOf(await cache.get("notes/of-mine"))).toBe("plain");
    expect(textOf(await cache.get(keyOf("jane", `image/${ID}/My%20Lesion%20%282%29.jpg`)))).toBe("a private photo");
    expect(await cache.get(keyOf("jane", `imcache/${ZERO}`))).toEqual(json({ [ID]: { _id: ID } }));
    expect(await listOf(cache.keys("api.isic-archive.com/anonymous/spimg"))).toEqual([]);
    const old = new Date(Date.now() - 2 * 24 * 3_600_000);
    const { utimes } = await import("node:fs/promises");
    for (const left of [".isic/tmp/00000000-1-00000000.0", "4/2/.image_ISIC_0000042_ISIC_0000042.jpg.lock"]) {
      await utimes(join(folder, "api.isic-archive.com/anonymous", left), old, old);
    }
    expect((await repair(cache)).problems.map(({ kind }) => kind)).toEqual(["leftover", "leftover"]);
    expect((await verify(cache)).problems).toEqual([]);
    await cache.set(photo, text("newer"));
    expect(textOf(await createFileCache({ folder }).get(photo))).toBe("newer");
  });

  test("of the Python client's make open as a guest's or an account's", async () => {
    const guest = createFileCache({
      folder: await golden("python-2019"),
      identity: { server: SERVER, account: "anonymous" },
    });
    expect((await listOf(guest.keys())).map((key) => key.split("/")[2]).sort()).toEqual([
      "image",
      "imcache",
      "spimg",
      "stann",
    ]);
    expect((await guest.stat(keyOf("anonymous", `spimg/${ID}`)))?.validator).toBe("v");

    const folder = await golden("python-2020-account");
    const jane = as(folder, "jane@example.org", { formerNames: [USER] });
    const key = (tail: string): string => keyOf("jane@example.org", tail);
    // The Python client's own list is there under her name; ours of before is read where there is none.
    expect(await jane.get(key(`imcache/${ZERO}`))).toEqual(json({ jane: true }));
    expect(await jane.get(key(`stann/${ID}`))).toEqual(json({ marks: 1 }));
    expect((await listOf(jane.keys())).sort()).toEqual(
      [`image/${ID}/ISIC_0000000.jpg`, `imcache/${ZERO}`, `spimg/${ID}`, `stann/${ID}`].map(key),
    );
    await jane.set(key(`stann/${ID}`), json({ marks: 2 }));
    expect(await entriesIn(folder)).toContain(`c/f/stann_${ID}_jane.json.gz`);
    expect(JSON.parse(await readFile(join(folder, ".isic/owner.json"), "utf8"))).toMatchObject({
      account: "jane%40example.org",
    });
    await expect(as(folder, "anonymous").open()).rejects.toMatchObject(refused);
    await expect(as(folder, USER).open()).rejects.toMatchObject(refused);
  });
});
