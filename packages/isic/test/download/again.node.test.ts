/** What a further run into the same folder does about what is there. */
import { createHash } from "node:crypto";
import { chmodSync, readdirSync, readFileSync, statSync } from "node:fs";
import { mkdir, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Lock } from "@isic/cache-fs/files";
import { describe, expect, it, vi } from "vitest";
import { readCsvColumns } from "../../src/csv/index.ts";
import { download } from "../../src/download/download.ts";
import { ManifestFile } from "../../src/download/manifest-file.ts";
import { repair } from "../../src/download/repair.ts";
import type { DownloadImage } from "../../src/download/types.ts";
import { readManifest, verify } from "../../src/download/verify.ts";
import { FakeArchive, jpegLike, temporaryFolder, v2Image } from "./fake-archive.ts";

const images = (count: number): DownloadImage[] => Array.from({ length: count }, (_, n) => v2Image(n));

function changed(image: DownloadImage, over: Partial<DownloadImage>): DownloadImage {
  return { ...image, ...over };
}

async function table(folder: string, suffix = ""): Promise<Record<string, unknown[]>> {
  return readCsvColumns(await readFile(join(folder, `metadata${suffix}.csv`), "utf8"));
}

const records = (folder: string): Record<string, unknown>[] =>
  readFileSync(join(folder, "metadata.jsonl"), "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));

describe("a further run", () => {
  it("brings what changed of files that are there, fetches nothing, and says what", async () => {
    await using folder = await temporaryFolder();
    const before = images(5);
    await download(new FakeArchive(before), folder.path);
    const after = [
      before[0]!,
      changed(before[1]!, { licence: "CC-BY-NC" }),
      changed(before[2]!, { attribution: "Hospital C" }),
      changed(before[3]!, { record: { ...before[3]!.record, metadata: { clinical: { sex: "other" } } } }),
      // A signature is another one each time, which is no change.
      changed(before[4]!, { record: { ...before[4]!.record } }),
    ];
    const archive = new FakeArchive(after);
    const summary = await download(archive, folder.path);
    expect(archive.asked).toEqual([]);
    expect(summary).toMatchObject({ refreshed: 3, skipped: 5, fetched: 0, unselected: [], withdrawn: [] });
    expect(summary.changedLicences).toEqual([
      { id: "ISIC_0000001", name: "ISIC_0000001", before: "CC-BY", now: "CC-BY-NC" },
    ]);
    const entries = await readManifest(folder.path);
    expect(entries.map(({ licence }) => licence)).toEqual(["CC-0", "CC-BY-NC", "CC-BY", "CC-0", "CC-BY"]);
    expect(entries[2]?.attribution).toBe("Hospital C");
    expect(entries[0]?.refreshedAt).toBeUndefined();
    const columns = await table(folder.path);
    expect(columns.sex).toEqual(["female", "male", "female", "other", "female"]);
    expect(columns.copyright_license?.[1]).toBe("CC-BY-NC");
    expect(await readFile(join(folder.path, "attribution.txt"), "utf8")).toContain("Hospital C");
    expect(await readdir(join(folder.path, "licenses"))).toContain("CC-BY-NC.txt");
    expect((await verify(folder.path)).broken).toEqual([]);
    // And the same once more is no change.
    expect(await download(new FakeArchive(after), folder.path)).toMatchObject({ refreshed: 0, changedLicences: [] });
  });

  it("does not give up an image's own attribution for the default of its group", async () => {
    await using folder = await temporaryFolder();
    const own = { ...v2Image(1), attribution: "Own", attributionOf: "image" as const };
    await download(new FakeArchive([own]), folder.path);
    await download(new FakeArchive([{ ...own, attribution: "Default", attributionOf: "group" }]), folder.path);
    expect((await readManifest(folder.path))[0]?.attribution).toBe("Own");
    // The other way round it is better known now.
    await using other = await temporaryFolder();
    await download(new FakeArchive([{ ...own, attribution: "Default", attributionOf: "group" }]), other.path);
    expect((await readManifest(other.path))[0]).toMatchObject({ attribution: "Default", attributionOf: "group" });
    expect((await download(new FakeArchive([own]), other.path)).refreshed).toBe(1);
    expect((await readManifest(other.path))[0]).not.toHaveProperty("attributionOf");
  });

  it("says what the selection and the archive have no more, and removes it only when asked to", async () => {
    await using folder = await temporaryFolder();
    await download(new FakeArchive(images(6)), folder.path);
    // 4 is not selected any more, 5 is gone from the archive, and 3 was asked for by its id.
    const unknown = { id: "ISIC_0000003", name: "ISIC_0000003", record: { unknown: "ISIC_0000003" } };
    const after = (): FakeArchive =>
      Object.assign(new FakeArchive([...images(3), unknown]), {
        stillThere: vi.fn(async () => new Set(["ISIC_0000004"])),
      });
    const archive = after();
    const summary = await download(archive, folder.path);
    expect(summary).toMatchObject({
      unselected: ["ISIC_0000004"],
      withdrawn: ["ISIC_0000003", "ISIC_0000005"],
      pruned: 0,
      refreshed: 0,
    });
    expect(archive).toMatchObject({ stillThere: expect.toSatisfy((asked) => asked.mock.calls.length === 1) });
    expect(await readManifest(folder.path)).toHaveLength(6);

    const pruned = await download(after(), folder.path, { prune: true });
    expect(pruned.pruned).toBe(3);
    const names = ["ISIC_0000000", "ISIC_0000001", "ISIC_0000002"];
    expect((await readManifest(folder.path)).map(({ name }) => name)).toEqual(names);
    expect((await table(folder.path)).isic_id).toEqual(names);
    expect(readdirSync(folder.path).filter((name) => name.endsWith(".jpg"))).toHaveLength(3);
    expect((await verify(folder.path)).broken).toEqual([]);
    await expect(download(after(), folder.path, { prune: true, shard: { index: 1, count: 2 } })).rejects.toThrow(
      "prune",
    );
  });

  it("of nothing makes no folder", async () => {
    await using folder = await temporaryFolder();
    const target = join(folder.path, "nothing");
    expect(await download(new FakeArchive([]), target)).toMatchObject({ images: 0, target });
    expect(await readdir(folder.path)).toEqual([]);
  });
});

describe("attributions and addresses", () => {
  it("are the image's own in records, and say so where they are not", async () => {
    await using folder = await temporaryFolder();
    const record = (n: number) => ({ ...v2Image(n).record, attribution: "Default" });
    const list = [
      { ...v2Image(1), record: record(1), attribution: "Own", attributionOf: "image" as const },
      { ...v2Image(2), record: record(2), attribution: "Default", attributionOf: "group" as const },
    ];
    await download(new FakeArchive(list), folder.path);
    expect(records(folder.path)).toMatchObject([
      { attribution: "Own" },
      { attribution: "Default", attribution_of: "group" },
    ]);
    expect(records(folder.path)[0]).not.toHaveProperty("attribution_of");
    expect(await table(folder.path)).toMatchObject({
      attribution: ["Own", "Default"],
      attribution_of: [null, "group"],
    });
    expect(await readFile(join(folder.path, "attribution.txt"), "utf8")).toMatch(/Default \(the default of .*cohort/);
  });

  it("lose their signatures at every depth, those of earlier runs too", async () => {
    await using folder = await temporaryFolder();
    const address = (n: number): string => `https://files.test/${n}.jpg?X-Amz-Signature=secret${n}&Expires=9`;
    const record = (n: number): Record<string, unknown> => ({
      ...v2Image(n).record,
      files: { full: { url: address(n) }, more: [{ deep: address(n) }] },
    });
    const list = images(2).map((image, n) => ({ ...image, record: record(n) }));
    // As an earlier version wrote it.
    await download(new FakeArchive(list), folder.path);
    const path = join(folder.path, "manifest.jsonl");
    const lines = (await readFile(path, "utf8")).trim().split("\n");
    const signed = lines.map((line, n) => JSON.stringify({ ...JSON.parse(line), record: record(n) }));
    await writeFile(path, `${signed.join("\n")}\n`);
    const summary = await download(new FakeArchive(list.slice(0, 1)), folder.path);
    expect(summary.refreshed).toBe(0);
    for (const name of readdirSync(folder.path).filter((each) => /json|csv|parquet/.test(each)))
      expect(await readFile(join(folder.path, name), "latin1")).not.toContain("secret");
  });
});

describe("shards", () => {
  const shard = (index: number, count = 3) => ({ shard: { index, count } });

  it("have tables of their own rows, after a further run too, and a run of the whole removes them", async () => {
    await using folder = await temporaryFolder();
    for (const index of [1, 2, 3, 2, 1]) {
      const summary = await download(new FakeArchive(images(20)), folder.path, shard(index));
      expect(summary.shard).toEqual({ index, count: 3 });
    }
    const tables = await Promise.all([1, 2, 3].map((index) => table(folder.path, `-${index}-of-3`)));
    expect(tables.map(({ isic_id = [] }) => isic_id.length)).toEqual([7, 7, 6]);
    expect(new Set(tables.flatMap(({ isic_id = [] }) => isic_id)).size).toBe(20);

    await download(new FakeArchive(images(20)), folder.path);
    expect(readdirSync(folder.path).filter((name) => name.includes("-of-"))).toEqual([]);
    expect(await readManifest(folder.path)).toHaveLength(20);
    // Whoever takes up a share after that has its rows, and only those.
    await download(new FakeArchive(images(20)), folder.path, shard(2));
    expect((await table(folder.path, "-2-of-3")).isic_id).toHaveLength(7);
  });

  it("that are missing are named", async () => {
    await using folder = await temporaryFolder();
    for (const index of [1, 4]) await download(new FakeArchive(images(9)), folder.path, shard(index, 4));
    const { broken, missingShards } = await verify(folder.path);
    expect(broken).toEqual([]);
    expect(missingShards).toEqual([
      { index: 2, count: 4 },
      { index: 3, count: 4 },
    ]);
    await download(new FakeArchive(images(9)), folder.path);
    expect((await verify(folder.path)).missingShards).toEqual([]);
  });
});

describe("whose files they are", () => {
  const isOpen = (path: string): boolean => ((statSync(path, { throwIfNoEntry: false })?.mode ?? 0) & 0o077) !== 0;

  it("decides who may read them, from their creation and after every further run", async () => {
    await using parent = await temporaryFolder();
    const folder = join(parent.path, "private");
    const seen: string[] = [];
    const look = (): void => {
      for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
        const path = join(entry.parentPath, entry.name);
        if (isOpen(path)) seen.push(path);
      }
      if (isOpen(folder)) seen.push(folder);
    };
    const list = Array.from({ length: 60 }, (_, n) => v2Image(n));
    const archive = (): FakeArchive => Object.assign(new FakeArchive(list), { isPrivate: true });
    await download(archive(), folder, { onProgress: look });
    look();
    // A guest who goes on with the folder does not open its manifest.
    await rm(join(folder, "ISIC_0000001.jpg"));
    await download(new FakeArchive(list), folder);
    look();
    expect(seen).toEqual([]);
  });

  it("leaves the folders of others as they are", async () => {
    await using folder = await temporaryFolder();
    chmodSync(folder.path, 0o755);
    await download(Object.assign(new FakeArchive(images(2)), { isPrivate: true }), folder.path);
    expect((await stat(folder.path)).mode & 0o777).toBe(0o755);
    expect((await stat(join(folder.path, "ISIC_0000000.jpg"))).mode & 0o777).toBe(0o600);
  });
});

describe("who has lost the lock", () => {
  it("writes no line and no file more, and says why", async () => {
    await using folder = await temporaryFolder();
    let opened = 0;
    const archive = new FakeArchive(images(12), async (image) => {
      opened += 1;
      // Another process has taken over: its name is in the lock.
      if (opened === 6) {
        const lock = join(folder.path, ".manifest.jsonl.lock");
        await rm(lock, { recursive: true });
        await mkdir(lock);
        await writeFile(join(lock, "0123456789abcdef-1-1-01234567.0"), "");
      }
      return { url: `https://a.test/${image.id}`, body: jpegLike(Number(image.id.slice(-2))) };
    });
    const failure = await download(archive, folder.path, { concurrency: 1 }).catch((error: unknown) => error);
    expect(failure).toMatchObject({ tag: "LockLostError", message: expect.stringContaining("run it again") });
    const lines = (await readFile(join(folder.path, "manifest.jsonl"), "utf8")).trim().split("\n");
    expect(lines).toHaveLength(5);
    expect(readdirSync(folder.path).filter((name) => name.endsWith(".jpg"))).toHaveLength(5);
    expect(readdirSync(folder.path)).toContain(".manifest.jsonl.lock");
  });
});

describe("a manifest on a disk that takes no more", () => {
  it("keeps all its lines", async () => {
    await using folder = await temporaryFolder();
    await download(new FakeArchive(images(30)), folder.path);
    const path = join(folder.path, "manifest.jsonl");
    const text = await readFile(path, "utf8");
    await writeFile(path, text + text.split("\n")[0]);
    const full = Object.assign(new Error("ENOSPC: said the test"), { code: "ENOSPC" });
    let isFull = false;
    const lock: Lock = {
      path: "",
      holder: "",
      signal: new AbortController().signal,
      check: () => {
        if (isFull) throw full;
      },
      release: async () => undefined,
    };
    const manifest = await ManifestFile.open(folder.path, "manifest.jsonl", { lock });
    isFull = true;
    await expect(manifest.tidy()).rejects.toBe(full);
    await manifest.close();
    expect((await readFile(path, "utf8")).startsWith(text)).toBe(true);
    expect(readdirSync(folder.path).filter((name) => name.includes("partial"))).toEqual([]);
    expect(await readManifest(folder.path)).toHaveLength(30);
  });
});

describe("mending", () => {
  const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

  it("fetches what is wrong, looks again, and waits for who is at work", async () => {
    await using folder = await temporaryFolder();
    await download(new FakeArchive(images(4)), folder.path);
    await rm(join(folder.path, "ISIC_0000001.jpg"));
    await writeFile(join(folder.path, "ISIC_0000002.jpg"), "no photo");
    const { broken } = await verify(folder.path);
    expect(broken.map(({ trouble }) => trouble)).toEqual(["missing", "size"]);
    const archive = new FakeArchive(images(4).slice(1, 3));
    const onWait = vi.fn();
    // Its own download goes on beside it, for another image.
    const slow = new FakeArchive([...images(4), v2Image(7)], async (image) => {
      await new Promise((resolve) => setTimeout(resolve, 300));
      return { url: "x", body: jpegLike(Number(image.id.slice(-2))) };
    });
    const beside = download(slow, folder.path);
    await vi.waitFor(() => expect(slow.asked.length).toBeGreaterThan(0));
    const result = await repair(archive, folder.path, broken, { onWait });
    await beside;
    expect(onWait).toHaveBeenCalledOnce();
    expect(result.unmendable).toEqual([]);
    expect((await verify(folder.path)).broken).toEqual([]);
    expect(await readManifest(folder.path)).toHaveLength(5);
  });

  it("says of a file that comes with the same bytes that it cannot be mended", async () => {
    await using folder = await temporaryFolder();
    await download(new FakeArchive(images(3)), folder.path);
    const bad = sha256(jpegLike(1));
    const decode = async (bytes: Uint8Array): Promise<void> => {
      if (sha256(bytes) === bad) throw new Error("it does not decode");
    };
    const { broken } = await verify(folder.path, { decode });
    expect(broken).toMatchObject([{ trouble: "undecodable" }]);
    const result = await repair(new FakeArchive(images(3).slice(1, 2)), folder.path, broken, { decode });
    expect(result.mended).toBe(0);
    expect(result.unmendable).toMatchObject([{ reason: expect.stringContaining("cannot be mended") }]);
    expect(result.download).toMatchObject({ fetched: 1, unselected: [] });
    expect(await readManifest(folder.path)).toHaveLength(3);
  });
});
