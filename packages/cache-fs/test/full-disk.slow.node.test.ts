import { execFileSync } from "node:child_process";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { CacheFullError, verify } from "@isic/cache";
import { afterAll, describe, expect, test } from "vitest";
import { createFileCache } from "../src/index.ts";
import { newFolder, removeFolders } from "./folder.ts";

afterAll(removeFolders);

const canMount = process.platform === "linux" && process.getuid?.() === 0;
const why = canMount ? "" : "(left out: mounting a small tmpfs needs root on Linux)";
const KEY = "h.org/anonymous/spimg/0a";

describe.skipIf(!canMount)(`a full disk ${why}`, () => {
  test("is a clear error; the old entry is intact, and there is room again after a delete", async () => {
    const disk = join(await newFolder(), "disk");
    await mkdir(disk);
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", disk]);
    try {
      const cache = createFileCache({ folder: join(disk, "cache") });
      const old = new Uint8Array(300_000).fill(1);
      await cache.set(KEY, old, { validator: "v1" });
      for (const store of [
        () => cache.set(KEY, new Uint8Array(900_000).fill(2)),
        () => cache.set(`${KEY}b`, new Uint8Array(900_000)),
        () => cache.setStream(KEY, chunks(90)),
      ]) {
        const error = await store().then(
          () => undefined,
          (reason: unknown) => reason,
        );
        expect(error).toBeInstanceOf(CacheFullError);
        expect((error as CacheFullError).message).toContain("the disk of");
        expect((error as CacheFullError).cause).toMatchObject({ code: "ENOSPC" });
        expect((await cache.get(KEY))?.every((byte) => byte === 1)).toBe(true);
        expect((await cache.stat(KEY))?.validator).toBe("v1");
      }
      // To the last byte: the entry or its line may find no room, but nothing is half there.
      for (let i = 0; i < 100; i++)
        await cache.set(`h.org/anonymous/image/${i}a/x.bin`, new Uint8Array(20_000)).catch(() => {});
      const { problems } = await verify(cache);
      expect(problems.filter(({ kind }) => kind !== "unindexed")).toEqual([]);
      await cache.delete(KEY);
      await cache.set(KEY, new Uint8Array(100_000));
    } finally {
      execFileSync("umount", [disk]);
    }
  });
});

async function* chunks(count: number): AsyncIterable<Uint8Array> {
  for (let i = 0; i < count; i++) yield new Uint8Array(10_000);
}
