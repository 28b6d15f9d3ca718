import { link, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { placeLink, placeWhole } from "../../src/files/index.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "isic-place-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));
const at = (name: string): string => join(folder, name);
const inodeOf = async (name: string): Promise<number> => (await stat(at(name))).ino;

test("a file that something makes is in its place when it is whole, and not at all when that fails", async () => {
  await placeWhole(at("a/b/c.txt"), (temporary) => writeFile(temporary, "one"));
  expect(await readFile(at("a/b/c.txt"), "utf8")).toBe("one");
  const failing = placeWhole(at("a/b/c.txt"), async (temporary) => {
    await writeFile(temporary, "half");
    throw new Error("broken");
  });
  await expect(failing).rejects.toThrow("broken");
  const lost = {
    check: () => {
      throw new Error("lost");
    },
  };
  await expect(placeWhole(at("a/b/c.txt"), (temporary) => writeFile(temporary, "x"), { lock: lost })).rejects.toThrow(
    "lost",
  );
  expect([await readdir(at("a/b")), await readFile(at("a/b/c.txt"), "utf8")]).toEqual([["c.txt"], "one"]);
});

test("a second place of a file is another name of it, replaces what is there, and leaves nothing else", async () => {
  await writeFile(at("from"), "photo");
  await writeFile(at("to"), "other");
  await symlink(at("from"), at("linked"));
  await link(at("from"), at("there"));
  for (const name of ["to", "new/deep", "linked", "there"]) {
    await placeLink(at("from"), at(name));
    expect([await inodeOf(name), await readFile(at(name), "utf8")]).toEqual([await inodeOf("from"), "photo"]);
  }
  expect((await readdir(folder, { recursive: true })).sort()).toEqual([
    "from",
    "linked",
    "new",
    "new/deep",
    "there",
    "to",
  ]);
  expect((await readdir(folder, { withFileTypes: true })).some((entry) => entry.isSymbolicLink())).toBe(false);
  await expect(placeLink(at("none"), at("to"))).rejects.toMatchObject({ code: "ENOENT" });
});
