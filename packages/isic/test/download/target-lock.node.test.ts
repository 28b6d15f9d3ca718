import { readdir, readFile, stat, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { temporaryFolder } from "./fake-archive.ts";

const link = { fails: undefined as string | undefined };
const write = { fails: undefined as string | undefined };
const failure = (code: string) => Object.assign(new Error(`${code}: said the test`), { code });
let lockTarget: typeof import("../../src/download/target-lock.ts").lockTarget;

// Test files share their modules: this one needs its own, over a file system that fails.
beforeAll(async () => {
  const real = await vi.importActual<typeof import("node:fs/promises")>("node:fs/promises");
  vi.resetModules();
  vi.doMock("node:fs/promises", () => ({
    ...real,
    link: (from: string, to: string) => (link.fails ? Promise.reject(failure(link.fails)) : real.link(from, to)),
    writeFile: async (...args: Parameters<typeof real.writeFile>) => {
      if (write.fails === undefined) return real.writeFile(...args);
      await real.writeFile(args[0], "");
      throw failure(write.fails);
    },
  }));
  ({ lockTarget } = await import("../../src/download/target-lock.ts"));
});

afterAll(() => {
  vi.doUnmock("node:fs/promises");
  vi.resetModules();
});

afterEach(() => {
  link.fails = undefined;
  write.fails = undefined;
});

const { signal } = new AbortController();

describe("the lock of a target", () => {
  it.each([undefined, "EPERM", "ENOTSUP"])("is one holder's at a time where a link gives %s", async (code) => {
    link.fails = code;
    await using folder = await temporaryFolder();
    const path = join(folder.path, ".lock");
    const first = await lockTarget(path, signal);
    expect((await stat(path)).nlink).toBe(1);
    expect(JSON.parse(await readFile(path, "utf8")).pid).toBe(process.pid);
    const waited = vi.fn();
    const second = lockTarget(path, signal, waited);
    await vi.waitFor(() => expect(waited).toHaveBeenCalledWith(expect.objectContaining({ pid: process.pid })));
    await first.release();
    await (await second).release();
    expect(await readdir(folder.path)).toEqual([]);
  });

  it("a full disk leaves no draft of it", async () => {
    write.fails = "ENOSPC";
    await using folder = await temporaryFolder();
    await expect(lockTarget(join(folder.path, ".lock"), signal)).rejects.toMatchObject({ code: "ENOSPC" });
    expect(await readdir(folder.path)).toEqual([]);
  });

  it("an empty one that nobody has written into for long is taken over", async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, ".lock");
    await writeFile(path, "");
    const past = new Date(Date.now() - 60_000);
    await utimes(path, past, past);
    await (await lockTarget(path, signal)).release();
    expect(await readdir(folder.path)).toEqual([]);
  });
});
