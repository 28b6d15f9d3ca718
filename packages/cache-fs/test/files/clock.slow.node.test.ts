import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, expect, test } from "vitest";
import { bundleInto } from "../built.ts";
import { newFolder, removeFolders } from "../folder.ts";
import { compiledLibrary, NO_LIBRARY } from "../preload.ts";

afterAll(removeFolders);

const SECONDS = 40;

/** Visits that are not together: somebody was let in beside them. */
function torn(lines: readonly string[]): string[] {
  const ended = new Set<string>();
  const found: string[] = [];
  for (const [i, line] of lines.entries()) {
    if (i > 0 && lines[i - 1] !== line) ended.add(lines[i - 1]!);
    if (ended.has(line)) found.push(`${i}: ${line}`);
  }
  return found;
}

test(`holders whose clocks jump by hours for ${SECONDS} s: never two at a time, and none is shut out`, async () => {
  const library = compiledLibrary("clock-jumps", await newFolder());
  if (library === undefined) {
    console.log(NO_LIBRARY);
    return;
  }
  const env = { ...process.env, LD_PRELOAD: library };
  const clock = (seed: string): number =>
    Number(execFileSync(process.execPath, ["-p", "Date.now()"], { env: { ...env, CLOCK_SEED: seed } }));
  const apart = ["1", "2", "3", "4", "5", "6"].map((seed) => Math.abs(clock(seed) - Date.now()));
  expect(Math.max(...apart)).toBeGreaterThan(3_000_000);

  const script = await bundleInto(await newFolder(), "contender.mjs");
  const folder = await newFolder();
  const names = ["a", "b", "c"];
  const start = (name: string, seed: number): ChildProcess =>
    spawn(process.execPath, [script, folder, name], {
      stdio: ["ignore", "ignore", "inherit"],
      env: { ...env, CLOCK_SEED: String(seed) },
    });
  const children = names.map(start);
  await sleep(SECONDS * 1000);
  await Promise.all(
    children.map(async (child) => {
      const ended = new Promise((resolve) => child.once("close", resolve));
      child.kill("SIGKILL");
      await ended;
    }),
  );
  const lines = (await readFile(join(folder, "visits.txt"), "utf8")).split("\n").filter(Boolean);
  expect(torn(lines)).toEqual([]);
  for (const name of names) expect(lines.filter((line) => line.startsWith(`${name} `)).length).toBeGreaterThan(20);
  console.log(`${new Set(lines).size} visits, 0 torn`);
});
