import { link, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { placeLink } from "../../src/files/index.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "isic-place-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));
const at = (name: string): string => join(folder, name);
const inodeOf = async (name: string): Promise<number> => (await stat(at(name))).ino;

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

  const lost = {
    check: () => {
      throw new Error("lost");
    },
  };
  await writeFile(at("another"), "another");
  await expect(placeLink(at("another"), at("to"), { lock: lost })).rejects.toThrow("lost");
  expect(await readFile(at("to"), "utf8")).toBe("photo");
  await placeLink(at("another"), at("closed/to"), { private: true });
  expect((await stat(at("closed"))).mode & 0o77).toBe(0);
});
