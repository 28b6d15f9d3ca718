import { type ChildProcess, spawn } from "node:child_process";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { repair, verify } from "@isic/cache";
import { afterAll, expect, test } from "vitest";
import { createFileCache } from "../src/index.ts";
import { bundleInto } from "./built.ts";
import { readValue } from "./children/values.mjs";
import { listOf, newFolder, removeFolders } from "./folder.ts";

afterAll(removeFolders);

const KILLS = Number(process.env.ISIC_KILLS ?? 500);
const WRITERS = ["a", "b", "c", "d"];

test(`${KILLS} kills of 4 concurrent writers and readers: no wrong byte, no lost entry, a clean folder`, async () => {
  const script = await bundleInto(await newFolder(), "writer.mjs");
  const folder = await newFolder();
  const committed = new Map<string, number>();
  const failures: string[] = [];
  let kills = 0;

  const live = async (name: string): Promise<void> => {
    for (let start = 0; kills < KILLS; start += 100_007) {
      kills++;
      const child = spawn(process.execPath, [script, folder, name, String(start)], {
        stdio: ["ignore", "pipe", "pipe"],
      });
      const ended = await killWhileWriting(child, (key, number) => committed.set(key, number));
      if (ended !== "") failures.push(ended);
    }
  };
  // A reader that nobody kills: what it sees is whole at every moment.
  let reading = true;
  const read = async (): Promise<number> => {
    const cache = createFileCache({ folder });
    let reads = 0;
    while (reading) {
      for await (const key of cache.keys()) {
        const value = await cache.get(key);
        if (value !== undefined) readValue(key, value);
        reads++;
      }
      await sleep(5);
    }
    return reads;
  };
  const reader = read();
  await Promise.all(WRITERS.map(live));
  reading = false;
  const reads = await reader;

  expect(failures).toEqual([]);
  expect(committed.size).toBeGreaterThan(WRITERS.length * 5);
  const cache = createFileCache({ folder });
  for (const [key, number] of committed) {
    const value = await cache.get(key);
    expect(value, `${key} was committed`).toBeDefined();
    expect(readValue(key, value!), key).toBeGreaterThanOrEqual(number);
  }
  const { problems } = await repair(cache);
  const leftovers = problems.filter(({ kind }) => kind === "leftover").length;
  expect(problems.filter(({ kind }) => kind === "corrupt" || kind === "unknown" || kind === "unreadable")).toEqual([]);
  expect((await verify(cache)).problems).toEqual([]);
  expect(await readdir(join(folder, "h.org/anonymous/.isic/tmp"))).toEqual([]);
  const names = await readdir(folder, { recursive: true });
  expect(names.filter((name) => name.includes(".lock"))).toEqual([]);
  expect((await listOf(cache.keys())).length).toBeGreaterThanOrEqual(committed.size);
  console.log(
    `${kills} kills, ${reads} reads beside them, ${committed.size} own keys, ${leftovers} leftovers swept by repair`,
  );
});

/** Kills the child some moment after its first commit; what it complained of before, or "". */
async function killWhileWriting(child: ChildProcess, onCommit: (key: string, number: number) => void): Promise<string> {
  let complaint = "";
  child.stderr!.on("data", (text) => {
    complaint += String(text);
  });
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  let _timer: Promise<void> | undefined;
  for await (const line of createInterface({ input: child.stdout! })) {
    const [word, key, number] = line.split(" ");
    if (word === "committed" && key !== undefined) onCommit(key, Number(number));
    _timer ??= sleep(Math.random() * 60).then(() => void child.kill("SIGKILL"));
  }
  await ended;
  return complaint;
}
