import { spawnSync } from "node:child_process";
import { mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import { repair, verify } from "@isic/cache";
import { afterAll, expect, test } from "vitest";
import { createFileCache } from "../src/index.ts";
import { bundleInto } from "./built.ts";
import { readValue } from "./children/values.mjs";
import { newFolder, removeFolders } from "./folder.ts";
import { compiledLibrary, NO_LIBRARY } from "./preload.ts";

afterAll(removeFolders);

const OPERATIONS = 1500;
const SEEDS = [1, 2, 3, 4];

test.each(SEEDS)(`${OPERATIONS} operations on a disk that fails now and then (seed %i)`, async (seed) => {
  const library = compiledLibrary("io-errors", await newFolder());
  if (library === undefined) {
    console.log(NO_LIBRARY);
    return;
  }
  const script = await bundleInto(await newFolder(), "disk.mjs");
  const folder = join(await newFolder(), "cache");
  await mkdir(folder);
  const env = { ...process.env, LD_PRELOAD: library, IO_FOLDER: folder, IO_RATE: "30", IO_SEED: String(seed) };
  const args = [script, folder, String(seed), String(OPERATIONS)];
  const { stdout, stderr, status } = spawnSync(process.execPath, args, { env, encoding: "utf8", timeout: 600_000 });
  expect([status, stderr]).toEqual([0, ""]);
  const lines = stdout.split("\n").filter(Boolean);
  expect(lines.filter((line) => line.startsWith("wrong"))).toEqual([]);
  const [, done, failed] = lines.at(-1)!.split(" ");
  expect(Number(failed)).toBeGreaterThan(OPERATIONS / 50);

  // On a sound disk again: no wrong byte, and what was said to be stored is there, or something newer.
  const cache = createFileCache({ folder });
  const stored = new Map<string, number>();
  for (const line of lines) {
    const [word, key, number] = line.split(" ");
    if (word === "stored") stored.set(key!, Number(number));
    if (word === "removing") stored.delete(key!);
  }
  expect(stored.size).toBeGreaterThan(20);
  for (const [key, number] of stored) {
    const value = await cache.get(key);
    expect(value, `${key} was stored`).toBeDefined();
    expect(readValue(key, value!), key).toBeGreaterThanOrEqual(number);
  }
  const { problems } = await repair(cache);
  expect(problems.filter(({ kind }) => kind !== "unindexed" && kind !== "leftover")).toEqual([]);
  expect((await verify(cache)).problems).toEqual([]);
  const names = await readdir(folder, { recursive: true });
  expect(names.filter((name) => /\.lock|\.tmp\/|\.erased/.test(name))).toEqual([]);
  console.log(`seed ${seed}: ${done} done, ${failed} failed, ${stored.size} entries whole`);
});
