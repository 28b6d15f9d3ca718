import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rename, rm, symlink, truncate, unlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { getOrCreate, repair, verify } from "@isic/cache";
import { afterAll, describe, expect, test, vi } from "vitest";
import { createFileCache, fileNameOf } from "../src/index.ts";
import { bundleInto } from "./built.ts";
import { listOf, newFolder, removeFolders } from "./folder.ts";

afterAll(removeFolders);

const KEY = "h.org/anonymous/spimg/0a";
const bytes = (...values: number[]): Uint8Array<ArrayBuffer> => new Uint8Array(values);

describe("a disk that is full", () => {
  test("costs a warning, no value, and leaves no lock and no temporary file", async () => {
    const script = await bundleInto(await newFolder(), "full.mjs");
    const folder = await newFolder();
    // A limit on the size of files, and no signal for it: what is written fails with EFBIG.
    const command = `trap '' XFSZ; ulimit -f 0; exec "$0" "$@"`;
    const run = (): { problems: [string, string][]; files: string[] } & Record<string, unknown> =>
      JSON.parse(execFileSync("bash", ["-c", command, process.execPath, script, folder], { encoding: "utf8" }));
    for (const marked of [false, true]) {
      if (marked) await createFileCache({ folder }).open();
      const { problems, files, ...rest } = run();
      expect(rest).toEqual({ value: [7], failed: "CacheFullError", locked: "CacheFullError" });
      expect(problems.at(-1)?.[1]).toBe("CacheFullError");
      expect(files).toEqual([]);
    }
    // The disk fills up between one run and the next.
    await createFileCache({ folder }).set("h.org/jane/spimg/0b", bytes(1));
    const before = await readdir(folder, { recursive: true });
    const { problems, files, ...rest } = run();
    expect(rest).toEqual({ value: [7], failed: "CacheFullError", locked: "inside" });
    expect(problems.map(([, tag]) => tag)).toEqual(["CacheFullError"]);
    expect(files.sort()).toEqual(["0-b.jsonl", "owner.json", "spimg_0b.png"]);
    expect((await readdir(folder, { recursive: true })).filter((name) => !before.includes(name))).toEqual([
      "h.org/jane/0/a",
    ]);
  });
});

describe("things that are not what they should be", () => {
  const places: Record<string, (folder: string, path: string) => Promise<void>> = {
    "a pipe in place of the journal": async (folder) =>
      replaceByPipe(join(folder, "h.org/anonymous/.isic/journal/0-a.jsonl")),
    "a journal of 3 GB": async (folder) =>
      truncate(join(folder, "h.org/anonymous/.isic/journal/0-a.jsonl"), 3 * 2 ** 30),
    "a folder in place of the journal": async (folder) => {
      await unlink(join(folder, "h.org/anonymous/.isic/journal/0-a.jsonl"));
      await mkdir(join(folder, "h.org/anonymous/.isic/journal/0-a.jsonl"));
    },
  };

  test.each(Object.keys(places))("%s costs knowledge, is reported and repaired", async (name) => {
    const folder = await newFolder();
    const first = createFileCache({ folder });
    await first.set(KEY, bytes(1), { validator: "v" });
    await first.set("h.org/anonymous/spimg/0b", bytes(1));
    await places[name]!(folder, "");
    const cache = createFileCache({ folder });
    expect([...(await cache.get(KEY))!]).toEqual([1]);
    expect((await cache.stat(KEY))?.validator).toBeUndefined();
    await cache.set("h.org/anonymous/spimg/1230a", bytes(2));
    expect([...(await cache.get("h.org/anonymous/spimg/1230a"))!]).toEqual([2]);
    const seen = await verify(cache);
    expect(seen.entries).toBe(3);
    const journal = join(folder, "h.org/anonymous/.isic/journal/0-a.jsonl");
    expect(seen.problems.filter(({ kind }) => kind === "unreadable")).toMatchObject([{ where: journal }]);
    const mended = await repair(cache);
    expect(mended.problems.find(({ where }) => where === journal)).toMatchObject({ repaired: true });
    expect((await verify(createFileCache({ folder }))).problems).toEqual([]);
  });

  test("a pipe in an entry's place is no entry; with a listener it is loaded all the same", async () => {
    const folder = await newFolder();
    const cache = createFileCache({ folder });
    await cache.set(KEY, bytes(1));
    await replaceByPipe(join(folder, fileNameOf(KEY)));
    await expect(cache.get(KEY)).rejects.toMatchObject({ tag: "UnsafeFolderError" });
    expect((await verify(cache)).problems).toMatchObject([{ kind: "unknown" }]);
    const problems: string[] = [];
    const onProblem = ({ message }: { message: string }): void => void problems.push(message);
    expect([...(await getOrCreate(cache, KEY, async () => bytes(2), { onProblem }))]).toEqual([2]);
    expect(problems[0]).toContain("no regular file");
    expect([...(await cache.get(KEY))!]).toEqual([2]);
  });

  test("a link in place of a server or account is a line in the report, and the rest goes on", async () => {
    const folder = await newFolder();
    const cache = createFileCache({ folder });
    await cache.set(KEY, bytes(1));
    const outside = await newFolder();
    await mkdir(join(outside, "anonymous"));
    await symlink(outside, join(folder, "other.org"));
    await symlink(outside, join(folder, "h.org/jane"));
    const report = await repair(cache);
    expect(report.entries).toBe(1);
    expect(report.problems.map(({ kind, where }) => [kind, where]).sort()).toEqual([
      ["unknown", join(folder, "h.org/jane")],
      ["unknown", join(folder, "other.org")],
    ]);
    const problems: string[] = [];
    const onProblem = ({ message }: { message: string }): void => void problems.push(message);
    const linked = "other.org/anonymous/spimg/0a";
    expect([...(await getOrCreate(cache, linked, async () => bytes(2), { onProblem }))]).toEqual([2]);
    expect(problems.length).toBeGreaterThan(0);
    expect(await readdir(outside, { recursive: true })).toEqual(["anonymous"]);
    expect(await listOf(cache.keys())).toEqual([KEY]);
  });

  test("a line of the journal as long as no line is, and one that nests without end, are no lines", async () => {
    const folder = await newFolder();
    const cache = createFileCache({ folder });
    await cache.set(KEY, bytes(1), { validator: "v" });
    const journal = join(folder, "h.org/anonymous/.isic/journal/0-a.jsonl");
    const good = await readFile(journal, "utf8");
    await writeFile(journal, `["+","${"x".repeat(2 ** 20)}"]\n${"[".repeat(60_000)}\n${good}`);
    expect((await createFileCache({ folder }).stat(KEY))?.validator).toBe("v");
  });
});

async function replaceByPipe(path: string): Promise<void> {
  await unlink(path);
  execFileSync("mkfifo", [path]);
}

describe("erasing", () => {
  test("that was killed in the middle is finished by open, by repair and by erase", async () => {
    for (const finish of ["open", "repair", "erase"] as const) {
      const folder = await newFolder();
      const dead = createFileCache({ folder });
      await dead.set("h.org/jane/spimg/0a", bytes(1));
      const cache = createFileCache({ folder });
      await cache.open();
      // As of a process that is gone, of one elsewhere, and of the first versions.
      const names = [`${"0".repeat(16)}-1-1-00000000.0`, `${"0".repeat(8)}-1-00000000.0`, "x"];
      await rename(join(folder, "h.org/jane"), join(folder, `.erased-${names[0]}`));
      await mkdir(join(folder, `.erased-${names[1]}`));
      await mkdir(join(folder, `.erased-${names[2]}`));
      if (finish === "open") await createFileCache({ folder }).open();
      else if (finish === "erase") await cache.erase("");
      else {
        const { problems } = await repair(cache);
        expect(problems.map(({ kind, repaired }) => [kind, repaired])).toEqual(Array(3).fill(["leftover", true]));
      }
      expect([finish, await readdir(folder)]).toEqual([finish, ["h.org"]]);
    }
  });

  test("beside writers gives nobody a raw error, and what is written afterwards is there", async () => {
    const folder = await newFolder();
    const eraser = createFileCache({ folder });
    const failures: unknown[] = [];
    let writing = true;
    async function* chunks() {
      yield bytes(1);
      await new Promise((done) => setTimeout(done, 1));
      yield bytes(2);
    }
    const write = async (name: string): Promise<void> => {
      const cache = createFileCache({ folder });
      for (let i = 0; writing; i++) {
        const key = `h.org/jane/spimg/${name}${i % 10}`;
        try {
          if (i % 4 === 0) await cache.set(key, bytes(1), { validator: "v" });
          else if (i % 4 === 1) await getOrCreate(cache, key, async () => bytes(1));
          else if (i % 4 === 2) await cache.setStream(key, chunks());
          else await cache.pin(key);
        } catch (error) {
          failures.push(error);
        }
      }
      await cache.close();
    };
    const writers = ["a", "b", "c"].map(write);
    for (let i = 0; i < 100; i++) await eraser.erase("h.org/jane/");
    writing = false;
    await Promise.all(writers);
    expect(failures).toEqual([]);
    await eraser.erase("h.org/jane/");
    expect(await listOf(eraser.keys())).toEqual([]);
    expect((await readdir(folder)).filter((name) => name.startsWith("."))).toEqual([]);
    await eraser.set("h.org/jane/spimg/0a", bytes(3));
    expect([...(await eraser.get("h.org/jane/spimg/0a"))!]).toEqual([3]);
  });

  test("leaves nothing of the uses that another process is yet to write down", async () => {
    const folder = await newFolder();
    const eraser = createFileCache({ folder });
    const key = "h.org/jane/image/5436e3abbae478396759f0cf/secret.jpg";
    await eraser.set(key, bytes(1));
    const reader = createFileCache({ folder });
    const later = Date.now() + 3_600_000;
    vi.spyOn(Date, "now").mockReturnValue(later);
    try {
      expect(await reader.get(key)).toBeDefined();
      await eraser.erase("h.org/jane/");
      await reader.close();
    } finally {
      vi.restoreAllMocks();
    }
    expect(await readdir(join(folder, "h.org"))).toEqual([]);
  });

  test("in a folder of the Python client leaves nothing of what the journals told", async () => {
    const folder = await newFolder();
    await mkdir(join(folder, "0"));
    const cache = createFileCache({ folder, identity: { server: "h.org", account: "jane" } });
    const key = "h.org/jane/image/5436e3abbae478396759f0cf/secret.jpg";
    await cache.set(key, bytes(1), { origin: "https://h.org/secret" });
    await cache.erase("h.org/jane/");
    await cache.close();
    const left = await readdir(folder, { recursive: true, withFileTypes: true });
    for (const entry of left) {
      const path = join(entry.parentPath, entry.name);
      if (entry.isFile()) expect(await readFile(path, "utf8"), path).not.toContain("secret");
    }
    expect(existsSync(join(folder, "f"))).toBe(true);
  });
});

describe("a lock that another process has taken over", () => {
  const OTHER = "h.org/anonymous/spimg/0b";

  test("keeps its former holder from storing under it, also what he stores with its signal", async () => {
    const folder = await newFolder();
    const cache = createFileCache({ folder });
    const next = createFileCache({ folder });
    const lost = { tag: "LockLostError" };
    await cache.lock(KEY, async (signal) => {
      await cache.set(KEY, bytes(1));
      await cache.set(OTHER, bytes(1), { signal });
      // As if this process had been stopped for a while.
      await rm(join(folder, "h.org/anonymous/0/a/.spimg_0a.png.lock"), { recursive: true });
      await next.lock(KEY, async () => {
        await expect(cache.set(OTHER, bytes(2), { signal })).rejects.toMatchObject(lost);
        await expect(cache.set(KEY, bytes(2))).rejects.toMatchObject(lost);
        expect(signal.reason).toMatchObject(lost);
        await next.set(KEY, bytes(3));
        // What is not under the lock goes on.
        await cache.set(OTHER, bytes(4));
      });
    });
    expect([...(await cache.get(KEY))!, ...(await cache.get(OTHER))!]).toEqual([3, 4]);
    await cache.set(KEY, bytes(5));
    expect((await verify(cache)).problems).toEqual([]);
  });

  test("costs getOrCreate no value", async () => {
    const folder = await newFolder();
    const cache = createFileCache({ folder });
    const next = createFileCache({ folder });
    const value = await getOrCreate(cache, KEY, async () => {
      await rm(join(folder, "h.org/anonymous/0/a/.spimg_0a.png.lock"), { recursive: true });
      await getOrCreate(next, KEY, async () => bytes(2));
      return bytes(1);
    });
    expect([[...value], [...(await cache.get(KEY))!]]).toEqual([[1], [2]]);
  });
});
