import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { lockFile } from "@isic/cache-fs/files";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { FileWriter as Writer, WritingRules } from "../../src/download/file-writer.ts";
import { FileWriter as WithoutThread } from "../../src/download/file-writer.ts";
import { jpegLike, temporaryFolder } from "./fake-archive.ts";

let compiled: string;
/** As published: beside the file that its thread loads. (From the sources a thread cannot start, which is a case too.) */
let WithThread: typeof Writer;

beforeAll(async () => {
  compiled = await mkdtemp(join(tmpdir(), "isic-writer-"));
  await writeFile(join(compiled, "package.json"), '{ "type": "module" }');
  const source = (name: string): string => fileURLToPath(new URL(`../../src/download/${name}.ts`, import.meta.url));
  await build({
    entryPoints: [source("file-writer"), source("file-writer.thread")],
    outdir: compiled,
    bundle: true,
    format: "esm",
    platform: "node",
    conditions: ["@isic/source"],
    logLevel: "error",
  });
  const url = pathToFileURL(join(compiled, "file-writer.js")).href;
  ({ FileWriter: WithThread } = await import(/* @vite-ignore */ url));
});
afterAll(() => rm(compiled, { recursive: true, force: true }));

const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");
const cut = (bytes: Uint8Array<ArrayBuffer>, at: number) => [bytes.slice(0, at), bytes.slice(at)];

/** Writes small files until one of them has been taken over, which shows that the thread is at work. */
async function untilThread(writer: Writer, folder: string): Promise<void> {
  for (let i = 0; i < 2000; i += 1) {
    const piece = jpegLike(i, 5000);
    await writer.write(join(folder, `warm-${i}.jpg`), [piece], { takeOver: true });
    if (piece.length === 0) return;
  }
  throw new Error("The thread did not begin to write.");
}

describe.each(["in a thread", "here"] as const)("files written %s", (where) => {
  const create = (rules: WritingRules = {}): Writer =>
    where === "here" ? new WithoutThread(rules) : new WithThread(rules);

  it("are what was given, hashed, with nothing beside them, in folders made when missing", async () => {
    await using folder = await temporaryFolder();
    const writer = create();
    try {
      await mkdir(join(folder.path, "warm"));
      if (where === "in a thread") await untilThread(writer, join(folder.path, "warm"));
      const bytes = Array.from({ length: 100 }, (_, i) => jpegLike(i, 1000 + i * 977));
      const hashes = await Promise.all(
        bytes.map((each, i) =>
          writer.write(join(folder.path, `set-${i % 3}/deep/${i}.jpg`), cut(each, i * 10), { takeOver: true }),
        ),
      );
      for (const [i, each] of bytes.entries()) {
        expect(hashes[i]).toBe(sha256(each));
        expect(Buffer.compare(await readFile(join(folder.path, `set-${i % 3}/deep/${i}.jpg`)), each)).toBe(0);
      }
      const names = await readdir(folder.path, { recursive: true });
      expect(names.filter((name) => name.includes("partial"))).toEqual([]);
    } finally {
      await writer.close();
    }
  });

  it("leave the caller's memory alone unless it is theirs to take", async () => {
    await using folder = await temporaryFolder();
    const writer = create();
    try {
      if (where === "in a thread") await untilThread(writer, folder.path);
      const mine = jpegLike(1, 9000);
      const pooled = Buffer.from("ÿØÿà a small buffer of Node's own pool", "latin1");
      await writer.write(join(folder.path, "mine.jpg"), [mine, mine], { takeOver: false });
      await writer.write(join(folder.path, "pooled.jpg"), [pooled], { takeOver: true });
      expect(mine.length).toBe(9000);
      expect(Buffer.from("another small buffer").length).toBe(20);
      expect((await readFile(join(folder.path, "mine.jpg"))).length).toBe(18_000);
      expect(await readFile(join(folder.path, "pooled.jpg"), "latin1")).toContain("of Node's own pool");
    } finally {
      await writer.close();
    }
  });

  it("are closed where they are private, and not put in place by one who has lost the lock", async () => {
    await using folder = await temporaryFolder();
    const lock = await lockFile(join(folder.path, ".lock"));
    const writer = create({ private: true, lock });
    try {
      if (where === "in a thread") await untilThread(writer, join(folder.path, "warm"));
      await writer.write(join(folder.path, "deep/x.jpg"), [jpegLike(1)], { takeOver: false });
      expect((await stat(join(folder.path, "deep"))).mode & 0o777).toBe(0o700);
      expect((await stat(join(folder.path, "deep/x.jpg"))).mode & 0o777).toBe(0o600);
      await rm(lock.path, { recursive: true });
      const late = writer.write(join(folder.path, "deep/y.jpg"), [jpegLike(2)], { takeOver: false });
      await expect(late).rejects.toMatchObject({ tag: "LockLostError" });
      expect(await readdir(join(folder.path, "deep"))).toEqual(["x.jpg"]);
    } finally {
      await writer.close();
      await lock.release();
    }
  });

  it("fail with the system's own code, one without the others", async () => {
    await using folder = await temporaryFolder();
    const writer = create();
    try {
      if (where === "in a thread") await untilThread(writer, folder.path);
      await writeFile(join(folder.path, "file"), "in the way");
      const through = writer.write(join(folder.path, "file/x.jpg"), [jpegLike(1)], { takeOver: false });
      const beside = writer.write(join(folder.path, "y.jpg"), [jpegLike(2)], { takeOver: false });
      await expect(through).rejects.toMatchObject({ code: expect.stringMatching(/ENOTDIR|EEXIST/) });
      expect(await beside).toBe(sha256(jpegLike(2)));
    } finally {
      await writer.close();
    }
  });
});

it("a thread that ends in the middle fails what it had, to be tried again, and writing goes on without it", async () => {
  await using folder = await temporaryFolder();
  const writer = new WithThread();
  await untilThread(writer, folder.path);
  // All of them before the first: the thread would keep up with the making of them.
  const files = Array.from({ length: 100 }, (_, i) => jpegLike(i, 500_000));
  const lost = files.map((bytes, i) => writer.write(join(folder.path, `${i}.jpg`), [bytes], { takeOver: true }));
  const settled = Promise.allSettled(lost);
  await writer.close();
  const failures = (await settled).filter((each) => each.status === "rejected");
  expect(failures.length).toBeGreaterThan(0);
  for (const { reason } of failures) expect(reason).toMatchObject({ retryable: true });
  const bytes = jpegLike(7);
  expect(await writer.write(join(folder.path, "after.jpg"), [bytes], { takeOver: true })).toBe(sha256(bytes));
});
