import { execFileSync } from "node:child_process";
import { readFile, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { openLineFile } from "../../src/files/index.ts";
import { newFolder, removeFolders } from "../folder.ts";

afterAll(removeFolders);

test("lines go to the end, whoever else writes, and say where they begin", async () => {
  const path = join(await newFolder(), "deep/list.jsonl");
  const a = openLineFile(path);
  const b = openLineFile(path);
  expect([a.append("one"), b.append("zwölf"), a.append("three")]).toEqual([0, 4, 11]);
  a.close();
  b.close();
  expect(await readFile(path, "utf8")).toBe("one\nzwölf\nthree\n");
});

test("a torn last line is ended", async () => {
  const path = join(await newFolder(), "list.jsonl");
  await writeFile(path, "one\ntw");
  const file = openLineFile(path);
  file.append("three");
  file.close();
  expect(await readFile(path, "utf8")).toBe("one\ntw\nthree\n");
});

test("nothing is appended under a lost lock", async () => {
  const path = join(await newFolder(), "list.jsonl");
  let lost = false;
  const lock = {
    check: () => {
      if (lost) throw new Error("lost");
    },
  };
  const file = openLineFile(path, { lock, private: true });
  file.append("one");
  lost = true;
  expect(() => file.append("two")).toThrow("lost");
  file.close();
  expect(await readFile(path, "utf8")).toBe("one\n");
  expect((await stat(path)).mode & 0o777).toBe(0o600);
});

test("a link or a pipe in the file's place is refused at once", async () => {
  const folder = await newFolder();
  execFileSync("mkfifo", [join(folder, "pipe")]);
  await symlink(join(folder, "elsewhere"), join(folder, "link"));
  for (const name of ["pipe", "link"]) {
    expect(() => openLineFile(join(folder, name))).toThrow(expect.objectContaining({ tag: "UnsafeFolderError" }));
  }
});
