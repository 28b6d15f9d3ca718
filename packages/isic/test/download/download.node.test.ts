import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { processName } from "@isic/cache-fs/files";
import { describe, expect, it, vi } from "vitest";
import { download } from "../../src/download/download.ts";
import { parseEntry } from "../../src/download/manifest.ts";
import type { ManifestEntry } from "../../src/download/types.ts";
import { readManifest, verify } from "../../src/download/verify.ts";
import { FakeArchive, jpegLike, plainAnswer, streamOf, temporaryFolder, v2Image } from "./fake-archive.ts";

const images = (count: number) => Array.from({ length: count }, (_, n) => v2Image(n));

async function manifest(folder: string, name = "manifest.jsonl"): Promise<ManifestEntry[]> {
  const text = await readFile(join(folder, name), "utf8");
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => parseEntry(line)!);
}

describe("a download", () => {
  it("writes images, manifest, tables, attribution and licences", async () => {
    await using folder = await temporaryFolder();
    const archive = new FakeArchive(images(20));
    const summary = await download(archive, folder.path);
    expect(summary).toMatchObject({ images: 20, fetched: 20, skipped: 0, absent: 0, failed: [], changed: [] });
    expect(summary.bytes).toBe(20 * 2000);

    const entries = await manifest(folder.path);
    expect(entries.map((entry) => entry.name)).toEqual(archive.list.map((image) => image.name));
    for (const [n, entry] of entries.entries()) {
      const bytes = await readFile(join(folder.path, entry.file!));
      expect(bytes.equals(jpegLike(n))).toBe(true);
      expect(entry).toMatchObject({
        state: "done",
        part: "image",
        bytes: 2000,
        sha256: createHash("sha256").update(bytes).digest("hex"),
        licence: n % 3 === 0 ? "CC-0" : "CC-BY",
        url: `https://archive.test/${entry.id}/image`,
      });
    }
    expect((await readdir(folder.path)).sort()).toEqual(
      [
        ...archive.list.map((image) => `${image.name}.jpg`),
        "attribution.txt",
        "licenses",
        "manifest.jsonl",
        "metadata.csv",
        "metadata.jsonl",
        "metadata.parquet",
      ].sort(),
    );
    expect(await readdir(join(folder.path, "licenses"))).toEqual(["CC-0.txt", "CC-BY.txt"]);
    expect(await readFile(join(folder.path, "attribution.txt"), "utf8")).toBe("Hospital A\n\nAnonymous\n");
    const lines = (await readFile(join(folder.path, "metadata.csv"), "utf8")).split("\r\n");
    expect(lines[0]).toBe("isic_id,attribution,copyright_license,file,age_approx,mel_thick_mm,pixels_x,pixels_y,sex");
    expect(lines[1]).toBe("ISIC_0000000,Hospital A,CC-0,ISIC_0000000.jpg,0,0.80,10,8,female");
    expect(lines).toHaveLength(22);
  });

  it("keeps at most `concurrency` requests under way", async () => {
    await using folder = await temporaryFolder();
    const archive = new FakeArchive(images(40));
    await download(archive, folder.path, { concurrency: 5 });
    expect(archive.most).toBe(5);
  });

  it("asks for nothing that is there, and again for what is missing or has another size", async () => {
    await using folder = await temporaryFolder();
    await download(new FakeArchive(images(10)), folder.path);
    const again = new FakeArchive(images(10));
    const second = await download(again, folder.path);
    expect(again.asked).toEqual([]);
    expect(second).toMatchObject({ images: 10, fetched: 0, skipped: 10 });

    await rm(join(folder.path, "ISIC_0000003.jpg"));
    await writeFile(join(folder.path, "ISIC_0000007.jpg"), "cut");
    const third = new FakeArchive(images(10));
    await download(third, folder.path);
    expect(third.asked.sort()).toEqual(["ISIC_0000003/image", "ISIC_0000007/image"]);
    expect(await manifest(folder.path)).toHaveLength(10);
  });

  it("lists exactly the images that failed, and fetches them the next time", async () => {
    await using folder = await temporaryFolder();
    const gone = new Set(["ISIC_0000002", "ISIC_0000005"]);
    const archive = new FakeArchive(images(8), (image, part, context) => {
      if (gone.has(image.id)) throw Object.assign(new Error(`GET ${image.id} answered 404.`), { status: 404 });
      return plainAnswer(image, part, context);
    });
    const summary = await download(archive, folder.path);
    expect(summary.failed.map((entry) => [entry.id, entry.error])).toEqual([
      ["ISIC_0000002", "GET ISIC_0000002 answered 404."],
      ["ISIC_0000005", "GET ISIC_0000005 answered 404."],
    ]);
    expect(archive.asked).toHaveLength(8);
    const failed = (await manifest(folder.path)).filter((entry) => entry.state === "failed");
    expect(new Set(failed.map((entry) => entry.id))).toEqual(gone);
    const rows = (await readFile(join(folder.path, "metadata.csv"), "utf8")).trim().split("\r\n");
    expect(rows).toHaveLength(1 + 6);

    const later = new FakeArchive(images(8));
    expect((await download(later, folder.path)).failed).toEqual([]);
    expect(later.asked.sort()).toEqual([...gone].map((id) => `${id}/image`).sort());
    expect((await manifest(folder.path)).map((entry) => entry.state)).toEqual(Array(8).fill("done"));
  });

  it("never writes a page under an image's name", async () => {
    await using folder = await temporaryFolder();
    const page = new TextEncoder().encode("<!doctype html><title>Server Error (500)</title>");
    const archive = new FakeArchive(images(2), (image) => ({
      url: `https://archive.test/${image.id}`,
      contentType: "image/jpeg",
      body: image.id.endsWith("0") ? page : streamOf(page),
    }));
    const summary = await download(archive, folder.path, { retries: 0 });
    expect(summary.failed).toHaveLength(2);
    expect(summary.failed[0]!.error).toBe(
      "Expected an image from https://archive.test/ISIC_0000000, but it is an HTML or XML page, probably an error page of the server (image/jpeg).",
    );
    expect((await readdir(folder.path)).filter((name) => name.endsWith(".jpg") || name.startsWith(".isic"))).toEqual(
      [],
    );
  });

  it("tries again after a cut body, and leaves nothing half-written", async () => {
    await using folder = await temporaryFolder();
    let tries = 0;
    const archive = new FakeArchive(images(1), (image) => {
      tries += 1;
      if (tries === 3) return { url: image.id, body: jpegLike(0) };
      const cut = new ReadableStream<Uint8Array>({
        start(controller) {
          controller.enqueue(jpegLike(0).subarray(0, 700));
        },
        pull(controller) {
          controller.error(new TypeError("terminated"));
        },
      });
      return { url: image.id, body: cut };
    });
    const summary = await download(archive, folder.path);
    expect(tries).toBe(3);
    expect(summary).toMatchObject({ fetched: 1, failed: [] });
    expect((await readdir(folder.path)).filter((name) => name.startsWith("."))).toEqual([]);
  });

  it("streams a long body to the disk", async () => {
    await using folder = await temporaryFolder();
    const long = jpegLike(3, 9 << 20);
    const chunks = Array.from({ length: 9 }, (_, i) => long.subarray(i << 20, (i + 1) << 20));
    const archive = new FakeArchive(images(1), () => ({ url: "x", body: streamOf(...chunks) }));
    await download(archive, folder.path);
    const [entry] = await manifest(folder.path);
    expect(entry).toMatchObject({ bytes: 9 << 20, sha256: createHash("sha256").update(long).digest("hex") });
    expect((await readFile(join(folder.path, "ISIC_0000000.jpg"))).equals(long)).toBe(true);
  });

  it("gives up a connection from which nothing comes", async () => {
    await using folder = await temporaryFolder();
    const archive = new FakeArchive(images(1), (_image, _part, { signal }) => ({
      url: "https://archive.test/slow",
      body: new ReadableStream<Uint8Array>({
        start(controller) {
          controller.enqueue(jpegLike(0).subarray(0, 10));
          signal.addEventListener("abort", () => controller.error(signal.reason));
        },
      }),
    }));
    const summary = await download(archive, folder.path, { stallSeconds: 0.05, retries: 1 });
    expect(archive.asked).toHaveLength(2);
    expect(summary.failed[0]!.error).toBe("Nothing came from https://archive.test/slow for 0.05 seconds.");
  });

  it("says how many images keep the names of an earlier run; two that would share one name are none of them", async () => {
    await using folder = await temporaryFolder();
    const list = [...images(3), v2Image(7, { id: "ISIC_0000007", name: "isic_0000001" })];
    const run = (pattern: string) => download(new FakeArchive(list), folder.path, { pattern });
    expect((await run("$name$")).keptNames).toBe(0);
    expect((await run("$name$")).keptNames).toBe(0);
    expect(await run("other/$name$")).toMatchObject({ keptNames: 4, fetched: 0, skipped: 4 });
  });

  it("can be stopped, keeps what is there, and goes on where it was", async () => {
    await using folder = await temporaryFolder();
    const controller = new AbortController();
    const archive = new FakeArchive(images(50), (image, part, context) => {
      if (image.id === "ISIC_0000020") controller.abort(new Error("enough"));
      return plainAnswer(image, part, context);
    });
    const stopped = download(archive, folder.path, { signal: controller.signal, concurrency: 4 });
    await expect(stopped).rejects.toThrow("enough");
    const before = await manifest(folder.path);
    expect(before.length).toBeGreaterThanOrEqual(16);
    expect(before.every((entry) => entry.state === "done")).toBe(true);
    const rest = new FakeArchive(images(50));
    const summary = await download(rest, folder.path);
    expect(summary.fetched).toBe(50 - before.length);
    expect(rest.asked).toHaveLength(50 - before.length);
  });

  it("passes over the torn line of a killed process", async () => {
    await using folder = await temporaryFolder();
    await download(new FakeArchive(images(5)), folder.path);
    const path = join(folder.path, "manifest.jsonl");
    const text = await readFile(path, "utf8");
    await writeFile(path, text.slice(0, -300));
    const again = new FakeArchive(images(6));
    await download(again, folder.path);
    expect(again.asked.sort()).toEqual(["ISIC_0000004/image", "ISIC_0000005/image"]);
    expect((await manifest(folder.path)).map((entry) => entry.id)).toEqual(images(6).map((image) => image.id));
  });

  it("passes by lines that are too long, without an end, or nested too deep, and reads the others", async () => {
    await using folder = await temporaryFolder();
    await download(new FakeArchive(images(3)), folder.path);
    const path = join(folder.path, "manifest.jsonl");
    const [first, second, third] = (await readFile(path, "utf8")).trim().split("\n");
    const deep = `${third!.slice(0, -1)},"more":${"[".repeat(50_000)}${"]".repeat(50_000)}}`;
    const long = `${second!.slice(0, -1)},"more":"${"x".repeat(2_000_000)}"}`;
    // As long as the reader's limit to the byte, and longer than several of its pieces.
    const bounds = [2 ** 20, 2 ** 20 + 1, 2 ** 18, 3_000_000].map((length) => "y".repeat(length));
    await writeFile(
      path,
      [...bounds, long, first, "z".repeat(5_000_000), second, deep, third, "w".repeat(4_000_000)].join("\n"),
    );
    const again = new FakeArchive(images(3));
    await download(again, folder.path);
    expect(again.asked).toEqual([]);
    expect((await manifest(folder.path)).map((entry) => entry.id)).toEqual(images(3).map((image) => image.id));
    expect((await readFile(path, "utf8")).length).toBeLessThan(10_000);
  });

  it("leaves out of a line the record that makes it too long to be read again", async () => {
    await using folder = await temporaryFolder();
    const [image] = images(1);
    const large = { ...image!, record: { ...(image!.record as object), notes: "n".repeat(2_000_000) } };
    await download(new FakeArchive([large as never]), folder.path);
    const [entry] = await manifest(folder.path);
    expect(entry).toMatchObject({ id: image!.id, state: "done" });
    expect(entry?.record).toBeUndefined();
    const again = new FakeArchive([large as never]);
    await download(again, folder.path);
    expect(again.asked).toEqual([]);
  });

  it("sweeps away the partial files of dead processes only", async () => {
    await using folder = await temporaryFolder();
    await download(new FakeArchive(images(1)), folder.path);
    const alive = `.isic-partial.${process.ppid}.0badcafe-00000000-1`;
    await writeFile(join(folder.path, alive), "somebody else's");
    await download(new FakeArchive(images(2)), folder.path);
    expect(await readdir(folder.path)).toContain(alive);
  });

  it("brings superpixels, masks and thumbnails, and remembers what the archive has not", async () => {
    await using folder = await temporaryFolder();
    const archive = new FakeArchive(images(3), async (image, part, context) => {
      if (part === "mask" && image.id !== "ISIC_0000001") return undefined;
      if (part === "superpixels") expect(await context.imageBytes()).toEqual(jpegLike(Number(image.id.slice(-7))));
      return plainAnswer(image, part, context);
    });
    const parts = ["image", "superpixels", "mask", "thumbnail"] as const;
    const summary = await download(archive, folder.path, { parts });
    expect(summary).toMatchObject({ images: 3, fetched: 10, absent: 2, failed: [] });
    expect((await readdir(folder.path)).filter((name) => name.startsWith("ISIC_0000001"))).toEqual([
      "ISIC_0000001.jpg",
      "ISIC_0000001_segmentation.jpg",
      "ISIC_0000001_superpixels.jpg",
      "ISIC_0000001_thumbnail.jpg",
    ]);
    const again = new FakeArchive(images(3));
    await download(again, folder.path, { parts });
    expect(again.asked).toEqual([]);
    expect((await manifest(folder.path)).filter((entry) => entry.record !== undefined)).toHaveLength(3);
  });

  it("says what differs from another manifest", async () => {
    await using folder = await temporaryFolder();
    const hashes = new Map(
      images(3).map((image, n) => [image.id, createHash("sha256").update(jpegLike(n)).digest("hex")] as const),
    );
    hashes.set("ISIC_0000001", "0".repeat(64));
    const summary = await download(new FakeArchive(images(3)), folder.path, { expected: (id) => hashes.get(id) });
    expect(summary.changed.map((entry) => entry.id)).toEqual(["ISIC_0000001"]);
    expect(summary.changed[0]).toMatchObject({ state: "changed", expectedSha256: "0".repeat(64) });
  });

  it("writes smaller copies, and what they were made from", async () => {
    await using folder = await temporaryFolder();
    const small = jpegLike(9, 50);
    const resize = { longerSide: 64, convert: async () => small };
    await download(new FakeArchive(images(1)), folder.path, { resize });
    const [entry] = await manifest(folder.path);
    const original = createHash("sha256").update(jpegLike(0)).digest("hex");
    expect(entry).toMatchObject({ bytes: 50, resized: { longerSide: 64, bytes: 2000, sha256: original } });
  });
});

it("keeps tables, attribution and licences current while it runs", async () => {
  await using folder = await temporaryFolder();
  const now = Date.now;
  let later = 0;
  const clock = vi.spyOn(Date, "now").mockImplementation(() => now() + later);
  const seen: string[][] = [];
  try {
    const archive: FakeArchive = new FakeArchive(images(6), async (image, part, context) => {
      if (image === archive.list[2]) later = 6_000;
      if (image !== archive.list[5]) return plainAnswer(image, part, context);
      // Until the last one comes, the tables of those before it have been written.
      await vi.waitFor(async () => expect(await readdir(join(folder.path, "licenses"))).not.toEqual([]), 5_000);
      seen.push(await readdir(folder.path));
      return plainAnswer(image, part, context);
    });
    await download(archive, folder.path, { concurrency: 1 });
  } finally {
    clock.mockRestore();
  }
  for (const name of ["metadata.csv", "metadata.jsonl", "metadata.parquet", "attribution.txt", "licenses"]) {
    expect(seen[0]).toContain(name);
  }
});

describe("shards", () => {
  it("share a selection without overlap, and one run after them folds their manifests", async () => {
    await using folder = await temporaryFolder();
    const asked: string[] = [];
    await Promise.all(
      [1, 2, 3].map(async (index) => {
        const archive = new FakeArchive(images(20));
        const summary = await download(archive, folder.path, { shard: { index, count: 3 } });
        expect(summary.images).toBe(index === 3 ? 6 : 7);
        asked.push(...archive.asked);
      }),
    );
    expect(new Set(asked).size).toBe(20);
    expect(asked).toHaveLength(20);
    const whole = new FakeArchive(images(20));
    await download(whole, folder.path);
    expect(whole.asked).toEqual([]);
    expect((await manifest(folder.path)).map((entry) => entry.id)).toEqual(images(20).map((image) => image.id));
    const rows = (await readFile(join(folder.path, "metadata.csv"), "utf8")).trim().split("\r\n");
    expect(rows).toHaveLength(21);
  });
});

describe("two downloads on one target", () => {
  it("do not harm each other, and fetch nothing twice", async () => {
    await using folder = await temporaryFolder();
    const first = new FakeArchive(images(40));
    const second = new FakeArchive(images(40));
    let waited = 0;
    const summaries = await Promise.all([
      download(first, folder.path, { onWait: () => (waited += 1) }),
      download(second, folder.path, { onWait: () => (waited += 1) }),
    ]);
    expect(waited).toBe(1);
    expect(first.asked.length + second.asked.length).toBe(40);
    expect(summaries.map((summary) => summary.fetched).sort()).toEqual([0, 40]);
    expect(await manifest(folder.path)).toHaveLength(40);
  });

  it("takes over at once from a process that died", async () => {
    await using folder = await temporaryFolder();
    const lock = join(folder.path, ".manifest.jsonl.lock");
    await mkdir(lock);
    const dead = processName()
      .next()
      .replace(`-${process.pid}-`, `-${2 ** 22 - 3}-`);
    await writeFile(join(lock, dead), "");
    const started = Date.now();
    await download(new FakeArchive(images(2)), folder.path);
    expect(Date.now() - started).toBeLessThan(2000);
    expect((await readdir(folder.path)).filter((name) => name.startsWith("."))).toEqual([]);
  });
});

describe("a folder asked for again with other options", () => {
  it("gets copies of another size, and the full images, anew", async () => {
    await using folder = await temporaryFolder();
    const copies = (longerSide: number) => ({
      resize: { longerSide, convert: async () => jpegLike(longerSide, 100 + longerSide) },
    });
    await download(new FakeArchive(images(3)), folder.path, copies(50));
    expect((await download(new FakeArchive(images(3)), folder.path, copies(50))).skipped).toBe(3);
    expect((await download(new FakeArchive(images(3)), folder.path, copies(60))).fetched).toBe(3);
    expect((await readFile(join(folder.path, "ISIC_0000001.jpg"))).length).toBe(160);
    expect((await download(new FakeArchive(images(3)), folder.path)).fetched).toBe(3);
    expect((await readFile(join(folder.path, "ISIC_0000001.jpg"))).length).toBe(2000);
  });

  it("gets its new shares and classes into manifest and tables, and fetches nothing", async () => {
    await using folder = await temporaryFolder();
    await download(new FakeArchive(images(4)), folder.path);
    const archive = new FakeArchive(images(4));
    const splitOf = ({ id }: { readonly id: string }) => (id.endsWith("1") ? "train" : "test");
    const { skipped } = await download(archive, folder.path, { splitOf, labelOf: () => "MEL" });
    expect([skipped, archive.asked]).toEqual([4, []]);
    const entries = await readManifest(folder.path);
    expect(entries.map(({ id, split, label }) => [split === splitOf({ id }), label])).toEqual(
      entries.map(() => [true, "MEL"]),
    );
    expect(await readFile(join(folder.path, "metadata.csv"), "utf8")).toMatch(/,file,split,label,/);
    await download(new FakeArchive(images(4)), folder.path);
    expect((await readManifest(folder.path)).every(({ label }) => label === "MEL")).toBe(true);
  });
});

describe("targets and options that cannot be", () => {
  it("a file to verify", async () => {
    await using folder = await temporaryFolder();
    await download(new FakeArchive(images(2)), folder.path);
    const manifest = join(folder.path, "manifest.jsonl");
    await expect(verify(manifest)).rejects.toMatchObject({
      tag: "DownloadTargetError",
      message: `${manifest} is a file: name a folder that \`isic image download\` made.`,
    });
    expect((await verify(folder.path)).files).toBe(2);
  });

  it("a file as target", async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, "file");
    await writeFile(path, "");
    await expect(download(new FakeArchive(images(1)), path)).rejects.toMatchObject({
      tag: "DownloadTargetError",
      message: `${path} is a file, or lies below one: choose another target.`,
    });
    await expect(download(new FakeArchive(images(1)), join(path, "below"))).rejects.toMatchObject({
      message: `${join(path, "below")} is a file, or lies below one: choose another target.`,
    });
  });

  it.runIf(process.platform === "linux")("a place that takes no folders", async () => {
    await expect(download(new FakeArchive(images(1)), "/proc/isic/photos")).rejects.toMatchObject({
      tag: "DownloadTargetError",
      message: "/proc/isic/photos cannot be made: there can be no folder in that place.",
    });
  });

  it("a server that has gone ends the run after some files, and the next run fetches all", async () => {
    await using folder = await temporaryFolder();
    let isGone = true;
    const archive = Object.assign(
      new FakeArchive(images(200), async (...asked) => {
        if (!isGone) return plainAnswer(...asked);
        if (asked[1] === "superpixels") await asked[2].imageBytes();
        if (asked[1] === "mask") return undefined;
        throw new TypeError("fetch failed", { cause: Object.assign(new Error("refused"), { code: "ECONNREFUSED" }) });
      }),
      { server: "archive.test" },
    );
    // Superpixels that cannot be computed without the image, and masks that nobody has, are no answers.
    const options = { concurrency: 4, retries: 0, parts: ["image", "superpixels", "mask"] } as const;
    await expect(download(archive, folder.path, options)).rejects.toThrow(
      "archive.test gave no answer for 10 files in a row. What is there stays: run the same download again",
    );
    expect(archive.asked.length).toBeLessThan(60);
    const states = new Set((await manifest(folder.path)).map(({ part, state }) => `${part} ${state}`));
    expect([...states].sort()).toEqual(["image failed", "mask absent", "superpixels failed"]);
    isGone = false;
    expect(await download(archive, folder.path)).toMatchObject({ fetched: 200, failed: [] });
  });

  it("files that fail with an answer, or between others, do not end it", async () => {
    await using folder = await temporaryFolder();
    const archive = new FakeArchive(images(60), (image, ...rest) => {
      const number = Number(image.id.slice(-7));
      if (number % 3 === 0) return plainAnswer(image, ...rest);
      throw number % 3 === 1
        ? Object.assign(new Error("gone"), { status: 410 })
        : Object.assign(new Error("cut"), { tag: "NetworkError", retryable: false });
    });
    const { fetched, failed } = await download(archive, folder.path, { concurrency: 1, retries: 0 });
    expect([fetched, failed.length]).toEqual([20, 40]);
  });

  it("a full disk ends the run at once, in words", async () => {
    await using folder = await temporaryFolder();
    const archive = new FakeArchive(images(200), () => {
      throw Object.assign(new Error("ENOSPC: no space left on device"), { code: "ENOSPC" });
    });
    const failing = download(archive, folder.path, { concurrency: 2 });
    await expect(failing).rejects.toThrow(/^The disk of .* is full\. Make room and run the same command again/);
    expect(archive.asked.length).toBeLessThan(5);
  });

  it.each([
    [{ concurrency: 0 }, RangeError],
    [{ parts: [] }, RangeError],
    [{ pattern: "all" }, TypeError],
    [{ shard: "1/2" }, TypeError],
    [{ shard: { index: 3, count: 2 } }, TypeError],
    [{ parts: ["photo"] }, RangeError],
    [{ tables: ["xlsx"] }, RangeError],
    [{ stallSeconds: "60" }, TypeError],
    [{ retries: -1 }, RangeError],
    [{ resize: { longerSide: 10 } }, TypeError],
    [{ onProgress: true }, TypeError],
    [{ signal: {} }, TypeError],
    [{ paralel: 4 }, TypeError],
    [5, TypeError],
  ])("%o", async (options, kind) => {
    await using folder = await temporaryFolder();
    const archive = new FakeArchive(images(1));
    await expect(download(archive, folder.path, options as never)).rejects.toThrow(kind);
    expect([archive.asked, await readdir(folder.path)]).toEqual([[], []]);
  });

  it("names the option, and what it may be", async () => {
    const start = (options: object) => download(new FakeArchive(images(1)), "never-made", options);
    await expect(start({ shard: "1/2" })).rejects.toThrow(
      'expected `shard` of a download to be { index, count } with 1 <= index <= count (parseShard("1/4") gives one), got "1/2"',
    );
    await expect(start({ paralel: 4 })).rejects.toThrow(
      /^download: unknown option "paralel"; its options are parts, pattern, /,
    );
  });
});
