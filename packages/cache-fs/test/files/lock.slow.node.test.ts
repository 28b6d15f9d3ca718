import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdir, readdir, readFile, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, expect, test } from "vitest";
import { lockFile, parseProcessName } from "../../src/files/index.ts";
import { bundleInto } from "../built.ts";
import { newFolder, removeFolders } from "../folder.ts";

afterAll(removeFolders);

const ROUNDS = 200;
const OLD = new Date(Date.now() - 3_600_000);

/** In a PID namespace of its own a process has a number that means somebody else outside. */
const canUnshare = ((): boolean => {
  try {
    execFileSync("unshare", ["--pid", "--fork", "true"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
})();

interface Contender {
  readonly child: ChildProcess;
  lost: number;
}

async function start(script: string, folder: string, name: string, apart: boolean): Promise<Contender> {
  const command = [process.execPath, script, folder, name];
  const [file, ...rest] = apart ? ["unshare", "--pid", "--fork", "--kill-child", ...command] : command;
  const child = spawn(file!, rest, { stdio: ["ignore", "pipe", "inherit"] });
  const contender: Contender = { child, lost: 0 };
  createInterface({ input: child.stdout! }).on("line", () => contender.lost++);
  return contender;
}

async function end({ child }: Contender): Promise<void> {
  const ended = new Promise((resolve) => child.once("close", resolve));
  child.kill("SIGCONT");
  child.kill("SIGKILL");
  await ended;
}

async function holderIn(folder: string): Promise<string | undefined> {
  return (await readdir(join(folder, "x.lock")).catch(() => []))[0];
}

/** Visits whose lines are not together: somebody was let in beside them, or wrote on after having lost the lock. */
function torn(lines: readonly string[]): string[] {
  const ended = new Set<string>();
  const found: string[] = [];
  for (const [i, line] of lines.entries()) {
    if (i > 0 && lines[i - 1] !== line) ended.add(lines[i - 1]!);
    if (ended.has(line)) found.push(`${i}: ${line}`);
  }
  return found;
}

test(`${ROUNDS} holders killed or stopped for an hour: never two at a time, and none that writes on`, async () => {
  const script = await bundleInto(await newFolder(), "contender.mjs");
  const folder = await newFolder();
  let names = 0;
  const next = (): Promise<Contender> => start(script, folder, `p${names++}`, false);
  const contenders = await Promise.all(Array.from({ length: 5 }, next));
  let kills = 0;
  let stops = 0;
  let lost = 0;
  for (let round = 0; round < ROUNDS; round++) {
    await sleep(20 + Math.random() * 30);
    const holder = await holderIn(folder);
    const pid = holder === undefined ? undefined : parseProcessName(holder)?.pid;
    const at = contenders.findIndex(({ child }) => child.pid === pid);
    if (at < 0) continue;
    const one = contenders[at]!;
    if (round % 10 === 9) {
      one.child.kill("SIGSTOP");
      await utimes(join(folder, "x.lock", holder!), OLD, OLD).catch(() => {});
      while ((await holderIn(folder)) === holder) await sleep(20);
      await sleep(30);
      one.child.kill("SIGCONT");
      stops++;
    } else {
      await end(one);
      lost += one.lost;
      contenders[at] = await next();
      kills++;
    }
  }
  await Promise.all(contenders.map(end));
  lost += contenders.reduce((sum, each) => sum + each.lost, 0);
  const lines = (await readFile(join(folder, "visits.txt"), "utf8")).split("\n").filter(Boolean);
  expect(torn(lines)).toEqual([]);
  expect(kills + stops).toBeGreaterThan(ROUNDS / 3);
  expect(lost).toBeGreaterThan(0);
  console.log(`${kills} kills, ${stops} stops, ${lost} noticed, ${new Set(lines).size} visits, 0 torn`);
});

test.skipIf(!canUnshare)(
  `processes of other PID namespaces wait for each other ${canUnshare ? "" : "(left out: unshare is not permitted)"}`,
  async () => {
    const script = await bundleInto(await newFolder(), "contender.mjs");
    const folder = await newFolder();
    const contenders = await Promise.all(["a", "b", "c"].map((name) => start(script, folder, name, true)));
    await sleep(10_000);
    await Promise.all(contenders.map(end));
    const lines = (await readFile(join(folder, "visits.txt"), "utf8")).split("\n").filter(Boolean);
    expect(torn(lines)).toEqual([]);
    for (const name of ["a", "b", "c"]) expect(lines.some((line) => line.startsWith(`${name} `))).toBe(true);
    // The number of a dead holder of such a namespace may be ours: only silence tells.
    const late = await start(script, folder, "late", false);
    const before = Date.now();
    while (!(await readFile(join(folder, "visits.txt"), "utf8")).includes("late ")) await sleep(100);
    console.log(`a holder of another namespace was succeeded after ${Date.now() - before} ms`);
    await end(late);
  },
);

const WAITED = [
  "a pipe",
  "an empty file",
  "a file of anything",
  "a folder with a file of no holder",
  "from the future",
];
test.concurrent.each(WAITED)("a lock that is %s is taken once it was silent for long enough", async (kind) => {
  const folder = await newFolder();
  const path = join(folder, "x.lock");
  const elsewhere = join(path, `${"0".repeat(16)}-1-1-00000000.0`);
  const make: Record<string, () => Promise<unknown>> = {
    "a pipe": async () => execFileSync("mkfifo", [path]),
    "an empty file": () => writeFile(path, ""),
    "a file of anything": () => writeFile(path, Buffer.alloc(1_000_000, 0xff)),
    "a folder with a file of no holder": () => mkdir(path).then(() => writeFile(join(path, "notes"), "")),
    "from the future": () => mkdir(path).then(() => writeFile(elsewhere, "")),
  };
  await make[kind]!();
  const future = new Date(Date.now() + 1e9);
  if (kind === "from the future") await utimes(elsewhere, future, future);
  let waited = 0;
  const lock = await lockFile(path, { onWait: () => waited++ });
  lock.check();
  await lock.release();
  expect([waited, await readdir(folder)]).toEqual([1, []]);
});
