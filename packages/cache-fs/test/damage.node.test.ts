import { cp, mkdir, readdir, readFile, rename, stat, symlink, truncate, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { getOrCreate, repair, verify } from "@isic/cache";
import { afterAll, describe, expect, test } from "vitest";
import { createFileCache, fileNameOf } from "../src/index.ts";
import { entriesIn, listOf, newFolder, removeFolders } from "./folder.ts";

afterAll(removeFolders);

const PLACE = "h.org/anonymous";
const KEY = `${PLACE}/spimg/0a`;
const bytes = (...values: number[]): Uint8Array<ArrayBuffer> => new Uint8Array(values);
const gone = "0".repeat(8);

describe("damage on disk", () => {
  test("a changed byte is noticed by get, verify and getOrCreate, and repaired", async () => {
    const folder = await newFolder();
    const cache = createFileCache({ folder });
    await cache.set(KEY, bytes(1, 2, 3));
    const path = join(folder, fileNameOf(KEY));
    const { atime, mtime } = await stat(path);
    await cache.close();
    // As a disk does it: other bytes, the same time, the same inode.
    await writeFile(path, bytes(1, 9, 3));
    await utimes(path, atime, mtime);
    const { ino, mtimeMs } = await stat(path);
    const journal = join(folder, PLACE, ".isic/journal/0-a.jsonl");
    const line = (await readFile(journal, "utf8")).replace(
      /\["\+","spimg_0a.png",3,[\d.]+,\d+/,
      `["+","spimg_0a.png",3,${mtimeMs},${ino}`,
    );
    await writeFile(journal, line);

    const reader = createFileCache({ folder });
    await expect(reader.get(KEY)).rejects.toMatchObject({ tag: "CorruptEntryError", key: KEY });
    await expect(new Response(await reader.getStream(KEY)).arrayBuffer()).rejects.toMatchObject({
      tag: "CorruptEntryError",
    });
    expect((await verify(reader)).problems).toMatchObject([{ kind: "corrupt", key: KEY, repaired: false }]);
    const unverified = createFileCache({ folder, verifyReads: false });
    expect([...(await unverified.get(KEY))!]).toEqual([1, 9, 3]);

    const problems: string[] = [];
    const onProblem = ({ message }: { message: string }): void => void problems.push(message);
    expect([...(await getOrCreate(reader, KEY, async () => bytes(1, 2, 3), { onProblem }))]).toEqual([1, 2, 3]);
    expect(problems).toHaveLength(1);
    expect((await verify(reader)).problems).toEqual([]);
  });

  test("a file that another program replaced is taken as it is, without the old one's metadata", async () => {
    const folder = await newFolder();
    const cache = createFileCache({ folder });
    await cache.set(KEY, bytes(1), { validator: "v1" });
    const path = join(folder, fileNameOf(KEY));
    await writeFile(`${path}.new`, bytes(2, 2));
    await rename(`${path}.new`, path);
    expect([...(await cache.get(KEY))!]).toEqual([2, 2]);
    const info = await cache.stat(KEY);
    expect([info?.size, info?.validator, info?.sha256]).toEqual([2, undefined, undefined]);
    expect((await verify(cache)).problems).toMatchObject([{ kind: "unindexed", key: KEY }]);
  });

  test("a file whose bytes were changed where they lay is no good, and never adopted", async () => {
    const folder = await newFolder();
    const cache = createFileCache({ folder });
    await cache.set(KEY, bytes(1, 2, 3));
    const path = join(folder, fileNameOf(KEY));
    await utimes(path, 1, 1);
    // Touched, but the same: known again.
    expect((await repair(cache)).problems).toMatchObject([{ kind: "unindexed", repaired: true }]);
    await writeFile(path, bytes(1, 9, 3), { flag: "r+" });
    expect((await verify(cache)).problems).toMatchObject([{ kind: "corrupt", key: KEY, repaired: false }]);
    expect((await repair(cache)).problems).toMatchObject([{ kind: "corrupt", repaired: true }]);
    expect(await cache.get(KEY)).toBeUndefined();
    expect((await verify(cache)).problems).toEqual([]);
  });

  test("a copied folder is a good cache, adopted again by repair", async () => {
    const folder = await newFolder();
    await createFileCache({ folder }).set(KEY, bytes(1), { validator: "v1" });
    const copy = join(await newFolder(), "copy");
    await cp(folder, copy, { recursive: true });
    const cache = createFileCache({ folder: copy });
    expect([...(await cache.get(KEY))!]).toEqual([1]);
    expect((await repair(cache)).problems).toMatchObject([{ kind: "unindexed", repaired: true }]);
    expect((await verify(cache)).problems).toEqual([]);
  });

  test("a journal that is cut, broken or forged costs knowledge, never entries", async () => {
    const folder = await newFolder();
    const cache = createFileCache({ folder });
    await cache.set(KEY, bytes(1), { validator: "v1" });
    const journal = join(folder, PLACE, ".isic/journal/0-a.jsonl");
    const good = await readFile(journal, "utf8");
    const texts = [
      good.slice(0, -10),
      "",
      "\u0000\u0000\u0000",
      '["+"]\n["+",1,2]\n["u","x"]\n["p","k",7]\n["-"]\nnull\n7\n{}\n["z"]\n["+","spimg_0a.png",1,2,3,4,5,6]\n',
      '["+","__proto__",1,1,1,1,"x",{"validator":7}]\n["-","spimg_0a.png"]\n',
    ];
    for (const text of texts) {
      await writeFile(journal, text);
      const reader = createFileCache({ folder });
      expect([...(await reader.get(KEY))!]).toEqual([1]);
      expect((await reader.stat(KEY))?.validator).toBe(undefined);
    }
    // A line after a cut one is not lost with it.
    await writeFile(journal, good.slice(0, -10));
    const writer = createFileCache({ folder });
    await writer.set(KEY, bytes(2), { validator: "v2" });
    expect((await createFileCache({ folder }).stat(KEY))?.validator).toBe("v2");
  });

  test("leftovers of dead processes are swept, those of living ones are not", async () => {
    const folder = await newFolder();
    const cache = createFileCache({ folder });
    await cache.set(KEY, bytes(1));
    const inside = join(folder, PLACE, ".isic/tmp");
    const [mine] = /^[0-9a-f]{8}/.exec(
      (await import("node:crypto"))
        .createHash("sha256")
        .update((await import("node:os")).hostname())
        .digest("hex"),
    )!;
    await writeFile(join(inside, `${mine}-999999999-00000000.0`), "dead");
    await writeFile(join(inside, `${mine}-${process.pid}-00000000.0`), "alive");
    await writeFile(join(inside, `${gone}-1-00000000.0`), "of another machine");
    const lock = join(folder, PLACE, "0/a/.spimg_0a.png.lock");
    await writeFile(lock, `${mine}-999999999-00000000.0`);
    await writeFile(`${lock}.${mine}-5-00000000.0`, `${mine}-999999999-00000000.0`);
    await writeFile(`${lock}.${mine}-6-00000000.0`, `${mine}-${process.pid}-00000000.0`);
    const leftovers = (await verify(cache)).problems.filter(({ kind }) => kind === "leftover");
    expect(leftovers.map(({ where }) => where?.slice(where.lastIndexOf("/") + 1)).sort()).toEqual([
      ".spimg_0a.png.lock",
      `.spimg_0a.png.lock.${mine}-5-00000000.0`,
      `${mine}-999999999-00000000.0`,
    ]);
    await repair(cache);
    expect((await readdir(inside)).sort()).toEqual(
      [`${gone}-1-00000000.0`, `${mine}-${process.pid}-00000000.0`].sort(),
    );
    expect((await verify(cache)).problems).toEqual([]);
    // And the next cache that writes sweeps by itself.
    await writeFile(join(inside, `${mine}-999999999-00000000.1`), "dead");
    await createFileCache({ folder }).set(KEY, bytes(1));
    expect(await readdir(inside)).not.toContain(`${mine}-999999999-00000000.1`);
  });

  test("repair removes a lock whose last remover died over it", async () => {
    const folder = await newFolder();
    const cache = createFileCache({ folder });
    await cache.set(KEY, bytes(1));
    const lock = join(folder, PLACE, "0/a/.spimg_0a.png.lock");
    const old = new Date(Date.now() - 60_000);
    for (const path of [lock, `${lock}.${gone}-1-00000000.0`]) {
      await writeFile(path, `${gone}-1-00000000.0`);
      await utimes(path, old, old);
    }
    await repair(cache);
    expect(await entriesIn(folder)).toEqual([`${PLACE}/0/a/spimg_0a.png`]);
  });

  test("a lock that is erased with its folder is let go quietly", async () => {
    const cache = createFileCache({ folder: await newFolder() });
    expect(await cache.lock(KEY, async () => cache.erase(`${PLACE}/`).then(() => 7))).toBe(7);
    expect(await listOf(cache.keys())).toEqual([]);
  });

  test("repair keeps what is known of entries that are stored while it looks", async () => {
    const folder = await newFolder();
    const cache = createFileCache({ folder });
    await cache.set(KEY, bytes(1), { validator: "v1" });
    const late = `${PLACE}/spimg/1230a`;
    const other = createFileCache({ folder });
    const check = async (): Promise<undefined> =>
      other.set(late, bytes(2), { validator: "late" }).then(() => undefined);
    expect((await repair(cache, { check })).problems).toEqual([]);
    const reader = createFileCache({ folder });
    expect([(await reader.stat(KEY))?.validator, (await reader.stat(late))?.validator]).toEqual(["v1", "late"]);
  });

  test("a lock of a dead process is taken over by one of many, a silent one too", async () => {
    const folder = await newFolder();
    const cache = createFileCache({ folder });
    await cache.set(KEY, bytes(1));
    const old = new Date(Date.now() - 60_000);
    const takeOver = async (id: string, content: string): Promise<void> => {
      const lock = join(folder, PLACE, `0/a/.spimg_${id}.png.lock`);
      await writeFile(lock, content);
      await utimes(lock, old, old);
      let inside = 0;
      let most = 0;
      const visits = Array.from({ length: 6 }, () =>
        createFileCache({ folder }).lock(`${PLACE}/spimg/${id}`, async () => {
          most = Math.max(most, ++inside);
          await new Promise((done) => setTimeout(done, 3));
          inside--;
        }),
      );
      await Promise.all(visits);
      expect(most).toBe(1);
    };
    await Promise.all([takeOver("0a", `${gone}-1-00000000.0`), takeOver("100a", ""), takeOver("200a", "nonsense")]);
    expect(await entriesIn(folder)).toEqual([`${PLACE}/0/a/spimg_0a.png`]);
  });

  test("things that are no entries are reported and left alone", async () => {
    const folder = await newFolder();
    const cache = createFileCache({ folder });
    await cache.set(KEY, bytes(1));
    await writeFile(join(folder, PLACE, "0/a/notes.txt"), "mine");
    await writeFile(join(folder, PLACE, "0/a/spimg_0b.png"), "in the wrong folder");
    await mkdir(join(folder, PLACE, "0/a/spimg_1a.png"));
    await writeFile(join(folder, "readme.txt"), "mine");
    const { problems } = await repair(cache);
    expect(problems.map(({ kind, repaired }) => [kind, repaired])).toEqual(Array(3).fill(["unknown", false]));
    expect(await listOf(cache.keys())).toEqual([KEY]);
    expect((await entriesIn(folder)).length).toBe(4);
  });
});

describe("symbolic links", () => {
  test("are followed nowhere: not as a file, a subfolder, an account or a server", async () => {
    const outside = await newFolder();
    await mkdir(join(outside, "0/a"), { recursive: true });
    await writeFile(join(outside, "0/a/spimg_0a.png"), "secret");
    await writeFile(join(outside, "secret"), "secret");
    const place = join(...fileNameOf(KEY).split("/"));
    for (const [link, target] of [
      [place, join(outside, "secret")],
      [join("h.org", "anonymous", "0", "a"), join(outside, "0/a")],
      [join("h.org", "anonymous"), outside],
      [join("h.org"), outside],
    ] as const) {
      const folder = await newFolder();
      await mkdir(join(folder, link, ".."), { recursive: true });
      await symlink(target, join(folder, link));
      if (link === "h.org") await symlink(outside, join(outside, "anonymous")).catch(() => {});
      const cache = createFileCache({ folder });
      const unsafe = { tag: "UnsafeFolderError" };
      await expect(cache.get(KEY)).rejects.toMatchObject(unsafe);
      await expect(cache.getStream(KEY)).rejects.toMatchObject(unsafe);
      if (link !== place) await expect(cache.set(KEY, bytes(1))).rejects.toMatchObject(unsafe);
      expect(await listOf(cache.keys())).toEqual([]);
      await cache.erase(`${PLACE}/`);
      await repair(cache);
      expect(await readFile(join(outside, "0/a/spimg_0a.png"), "utf8")).toBe("secret");
      expect(await readFile(join(outside, "secret"), "utf8")).toBe("secret");
    }
  });

  test("in place of a file are replaced by writing, not written through", async () => {
    const outside = await newFolder();
    await writeFile(join(outside, "secret"), "secret");
    const folder = await newFolder();
    const path = join(folder, fileNameOf(KEY));
    await mkdir(join(path, ".."), { recursive: true });
    await symlink(join(outside, "secret"), path);
    const cache = createFileCache({ folder });
    await cache.set(KEY, bytes(1));
    expect([...(await cache.get(KEY))!]).toEqual([1]);
    expect(await readFile(join(outside, "secret"), "utf8")).toBe("secret");
  });

  test("in place of the bookkeeping are not written through", async () => {
    for (const inside of [".isic", ".isic/journal", ".isic/tmp", ".isic/journal/0-a.jsonl"]) {
      const outside = await newFolder();
      const folder = await newFolder();
      await mkdir(join(folder, PLACE, inside, ".."), { recursive: true });
      await symlink(inside.endsWith(".jsonl") ? join(outside, "file") : outside, join(folder, PLACE, inside));
      await expect(createFileCache({ folder }).set(KEY, bytes(1)), inside).rejects.toThrow(/symbolic link/);
      expect(await readdir(outside), inside).toEqual([]);
    }
  });

  test("to the cache's folder itself are the caller's choice", async () => {
    const folder = await newFolder();
    const link = join(await newFolder(), "link");
    await symlink(folder, link);
    await createFileCache({ folder: link }).set(KEY, bytes(1));
    expect([...(await createFileCache({ folder }).get(KEY))!]).toEqual([1]);
  });
});

describe("one folder", () => {
  test("keeps the layout it was begun with", async () => {
    const folder = await newFolder();
    await createFileCache({ folder, layout: "one-level" }).set(KEY, bytes(1));
    const other = createFileCache({ folder, layout: "two-level" });
    expect([...(await other.get(KEY))!]).toEqual([1]);
    await other.set(`${PLACE}/spimg/0b`, bytes(1));
    expect(await entriesIn(folder)).toEqual([`${PLACE}/a/spimg_0a.png`, `${PLACE}/b/spimg_0b.png`]);
  });

  test("of an account is closed to other users, that of anonymous is not", async () => {
    const folder = await newFolder();
    const cache = createFileCache({ folder });
    await cache.set("h.org/jane/spimg/0a", bytes(1));
    await cache.set(KEY, bytes(1));
    expect((await stat(join(folder, "h.org/jane"))).mode & 0o077).toBe(0);
    expect((await stat(join(folder, PLACE))).mode & 0o500).toBe(0o500);
  });

  test("keeps journals short: lines that are out of date go", async () => {
    const folder = await newFolder();
    const cache = createFileCache({ folder });
    await cache.set(KEY, bytes(1), { validator: "v1" });
    const journal = join(folder, PLACE, ".isic/journal/0-a.jsonl");
    // As if it had been stored again and again.
    await writeFile(journal, (await readFile(journal, "utf8")).repeat(1500));
    await cache.pin(KEY);
    await cache.close();
    expect((await readFile(journal, "utf8")).split("\n").filter(Boolean).length).toBeLessThan(5);
    const info = await createFileCache({ folder }).stat(KEY);
    expect([info?.validator, info?.pinned]).toEqual(["v1", true]);
  });

  test("durable writes and truncated temporary files leave whole entries", async () => {
    const folder = await newFolder();
    const cache = createFileCache({ folder, durable: true });
    await cache.set(KEY, bytes(1, 2, 3));
    expect([...(await createFileCache({ folder }).get(KEY))!]).toEqual([1, 2, 3]);
    await truncate(join(folder, fileNameOf(KEY)), 1);
    expect([...(await createFileCache({ folder }).get(KEY))!]).toEqual([1]);
    expect((await verify(cache)).problems).toMatchObject([{ kind: "corrupt", repaired: false }]);
  });
});
