import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rm, stat, symlink, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, describe, expect, test } from "vitest";
import {
  createProcessName,
  isGone,
  lockFile,
  openLineFile,
  parseProcessName,
  withLock,
} from "../../src/files/index.ts";
import { bundleInto } from "../built.ts";
import { newFolder, removeFolders } from "../folder.ts";

afterAll(removeFolders);

const OLD = new Date(Date.now() - 60_000);

/** A process that takes the lock, says so, and goes on appending lines under it. */
async function holder(folder: string, script: string): Promise<{ child: ChildProcess; next: () => Promise<string> }> {
  const child = spawn(process.execPath, [script, folder], { stdio: ["ignore", "pipe", "inherit"] });
  const lines = createInterface({ input: child.stdout! })[Symbol.asyncIterator]();
  const next = async (): Promise<string> => (await lines.next()).value ?? "";
  return { child, next };
}

const ended = (child: ChildProcess): Promise<void> => new Promise((resolve) => child.once("close", () => resolve()));

describe("a process name", () => {
  test("tells machine, boot and PID namespace, process and start", () => {
    const name = createProcessName();
    const parsed = parseProcessName(name.next())!;
    expect(parsed.pid).toBe(process.pid);
    expect(isGone(parsed)).toBe(false);
    expect(isGone({ ...parsed, pid: 999_999_999 })).toBe(true);
    // The number was given out again.
    if (parsed.start > 0) expect(isGone({ ...parsed, start: parsed.start - 1 })).toBe(true);
    expect(isGone({ ...parsed, place: "0".repeat(16), pid: 999_999_999 })).toBe(false);
    expect(createProcessName().text).not.toBe(name.text);
    for (const text of ["", "x", "0-0", name.text]) expect(parseProcessName(text)).toBeUndefined();
  });
});

describe.concurrent("a lock", () => {
  test("lets one in at a time and leaves nothing", async () => {
    const folder = await newFolder();
    let inside = 0;
    let most = 0;
    const visits = Array.from({ length: 10 }, () =>
      withLock(join(folder, "deep/x.lock"), async () => {
        most = Math.max(most, ++inside);
        await sleep(3);
        inside--;
      }),
    );
    await Promise.all(visits);
    expect(most).toBe(1);
    expect(await readdir(join(folder, "deep"))).toEqual([]);
  });

  test("tells who holds it, once, and ends waiting with the signal", async () => {
    const path = join(await newFolder(), "x.lock");
    const lock = await lockFile(path);
    const told: unknown[] = [];
    const controller = new AbortController();
    const waiting = lockFile(path, { signal: controller.signal, onWait: (who) => told.push(who) });
    await sleep(200);
    const reason = new Error("enough");
    controller.abort(reason);
    await expect(waiting).rejects.toBe(reason);
    expect(told).toEqual([{ pid: process.pid, host: expect.any(String) }]);
    lock.check();
    await lock.release();
    await lock.release();
    expect(() => lock.check()).toThrow(expect.objectContaining({ tag: "LockLostError" }));
    expect(existsSync(path)).toBe(false);
  });

  test("is private where it is asked for", async () => {
    const folder = await newFolder();
    const lock = await lockFile(join(folder, "a/x.lock"), { private: true });
    for (const place of ["a", "a/x.lock"]) expect((await stat(join(folder, place))).mode & 0o777).toBe(0o700);
    await lock.release();
  });

  test("of a dead process is taken over at once, by one", async () => {
    const folder = await newFolder();
    const script = await bundleInto(await newFolder(), "holder.mjs");
    const { child, next } = await holder(folder, script);
    expect(await next()).toBe("locked");
    const end = ended(child);
    child.kill("SIGKILL");
    await end;
    let inside = 0;
    let most = 0;
    const start = performance.now();
    await Promise.all(
      Array.from({ length: 8 }, () =>
        withLock(join(folder, "x.lock"), async () => {
          most = Math.max(most, ++inside);
          await sleep(2);
          inside--;
        }),
      ),
    );
    expect(most).toBe(1);
    expect(performance.now() - start).toBeLessThan(3_000);
  });

  test("of a stopped process is taken over, and that process appends nothing more when it goes on", async () => {
    const folder = await newFolder();
    const script = await bundleInto(await newFolder(), "holder.mjs");
    const { child, next } = await holder(folder, script);
    expect(await next()).toBe("locked");
    while (!existsSync(join(folder, "list.jsonl"))) await sleep(5);
    child.kill("SIGSTOP");
    await sleep(50);
    const [token] = await readdir(join(folder, "x.lock"));
    // As after a quarter of a minute.
    await utimes(join(folder, "x.lock", token!), OLD, OLD);
    const lock = await lockFile(join(folder, "x.lock"));
    const file = openLineFile(join(folder, "list.jsonl"), { lock });
    file.append("mine");
    const end = ended(child);
    child.kill("SIGCONT");
    expect(await next()).toBe("LockLostError");
    await end;
    file.append("mine too");
    file.close();
    await lock.release();
    const lines = (await readFile(join(folder, "list.jsonl"), "utf8")).trim().split("\n");
    expect(lines.slice(-2)).toEqual(["mine", "mine too"]);
    expect(await readdir(folder)).toEqual(["list.jsonl"]);
  });

  test("of a process elsewhere is not taken over for a clock that is ahead", async () => {
    const folder = await newFolder();
    const path = join(folder, "x.lock");
    const token = `${"0".repeat(16)}-1-1-00000000.0`;
    await mkdir(path);
    await writeFile(join(path, token), "");
    // Its clock is an hour behind, and it lives.
    const beat = setInterval(() => {
      const then = new Date(Date.now() - 3_600_000);
      void utimes(join(path, token), then, then).catch(() => {});
    }, 500);
    const waiting = lockFile(path);
    await sleep(6_000);
    expect(await readdir(path)).toEqual([token]);
    clearInterval(beat);
    // And now it is silent.
    const lock = await waiting;
    lock.check();
    await lock.release();
  });

  test("that was removed is lost", async () => {
    const folder = await newFolder();
    const path = join(folder, "x.lock");
    const lock = await lockFile(path);
    await rm(path, { recursive: true });
    const next = await lockFile(path);
    expect(() => lock.check()).toThrow(expect.objectContaining({ tag: "LockLostError" }));
    expect(lock.signal.reason).toMatchObject({ tag: "LockLostError" });
    await lock.release();
    next.check();
    await next.release();
  });

  test("of the first versions, a file, is respected and then taken over", async () => {
    const folder = await newFolder();
    const path = join(folder, "x.lock");
    await writeFile(path, JSON.stringify({ pid: 1, host: "elsewhere", token: "x" }));
    const controller = new AbortController();
    const waiting = lockFile(path, { signal: controller.signal });
    await sleep(100);
    expect(await readFile(path, "utf8")).toContain("elsewhere");
    await utimes(path, OLD, OLD);
    const lock = await waiting;
    lock.check();
    await lock.release();
  });

  test("is not given up with an error, whatever the disk says", async () => {
    const folder = await newFolder();
    const lock = await lockFile(join(folder, "x.lock"));
    // No system lets go of a file like this: there is a folder in its place.
    await rm(lock.holder);
    await mkdir(lock.holder);
    await lock.release();
    expect(await readdir(folder)).toEqual(["x.lock"]);
    // It is nobody's from now on, and this process says so at once.
    await expect(lockFile(join(folder, "x.lock"))).rejects.toMatchObject({ tag: "UnsafeFolderError" });
  });

  test("is never looked for behind a link", async () => {
    const folder = await newFolder();
    const outside = await newFolder();
    await writeFile(join(outside, "precious"), "");
    await symlink(outside, join(folder, "x.lock"));
    await expect(lockFile(join(folder, "x.lock"))).rejects.toMatchObject({ tag: "UnsafeFolderError" });
    expect(await readdir(outside)).toEqual(["precious"]);
    expect(await readdir(folder)).toEqual(["x.lock"]);
  });
});
