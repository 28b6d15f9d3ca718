import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createFileCache, makeFolder } from "../src/index.ts";

let base: string;
beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), "isic-folder-"));
});
afterAll(() => rm(base, { recursive: true, force: true }));

it("makes all that is missing, once or by many at the same time", async () => {
  const deep = join(base, "a/b/c/d");
  await Promise.all(Array.from({ length: 20 }, () => makeFolder(deep)));
  await makeFolder(deep);
  expect((await stat(deep)).isDirectory()).toBe(true);
});

it("says that a file is in the way", async () => {
  await writeFile(join(base, "file"), "");
  await expect(makeFolder(join(base, "file"))).rejects.toMatchObject({ code: "EEXIST" });
  await expect(makeFolder(join(base, "file/x/y"))).rejects.toMatchObject({ code: "ENOTDIR" });
});

it.runIf(process.platform === "linux")("ends where no folder can be made", async () => {
  await expect(makeFolder("/proc/isic/x")).rejects.toMatchObject({ code: "ENOENT" });
  const identity = { server: "example.org", account: "anonymous" };
  await expect(createFileCache({ folder: "/proc/isic", identity }).open()).rejects.toMatchObject({ code: "ENOENT" });
});
