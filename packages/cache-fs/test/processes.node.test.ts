import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { afterAll, expect, test } from "vitest";
import { createFileCache } from "../src/index.ts";
import { bundleInto } from "./built.ts";
import { listOf, newFolder, removeFolders } from "./folder.ts";

afterAll(removeFolders);

const KEY = "h.org/anonymous/spimg/0a";

test("16 processes that ask for one missing key load it once, and all get it", async () => {
  const script = await bundleInto(await newFolder(), "ask.mjs");
  const folder = await newFolder();
  const children: ChildProcess[] = Array.from({ length: 16 }, () => fork(script, [folder]));
  await Promise.all(children.map((child) => once(child, "message")));
  const answers = Promise.all(children.map((child) => once(child, "message")));
  for (const child of children) child.send(KEY);
  const all = (await answers).map(([answer]) => answer as { loads: number; right: boolean });
  expect(all.every(({ right }) => right)).toBe(true);
  expect(all.reduce((sum, { loads }) => sum + loads, 0)).toBe(1);
  expect(await listOf(createFileCache({ folder }).keys())).toEqual([KEY]);
});

test("a value or metadata of one instance are seen by another at once", async () => {
  const folder = await newFolder();
  const [a, b] = [createFileCache({ folder }), createFileCache({ folder })];
  await a.set(KEY, new Uint8Array([1]), { validator: "v1" });
  expect((await b.stat(KEY))?.validator).toBe("v1");
  await b.set(KEY, new Uint8Array([2]), { validator: "v2" });
  expect((await a.stat(KEY))?.validator).toBe("v2");
  expect([...(await a.get(KEY))!]).toEqual([2]);
  await a.pin(KEY);
  expect((await b.stat(KEY))?.pinned).toBe(true);
  await b.erase("h.org/");
  expect(await a.get(KEY)).toBe(undefined);
  await a.set(KEY, new Uint8Array([3]));
  expect([...(await b.get(KEY))!]).toEqual([3]);
});
