import { Uint8ArrayReader, Uint8ArrayWriter, ZipWriter } from "@zip.js/zip.js/lib/zip-core-native.js";
import { downloadZip } from "client-zip";
import { describe, expect, test } from "vitest";
import {
  BoundsError,
  checkSubmission,
  filesInMemory,
  filesInZip,
  filesOfPage,
  type Progress,
  SourceError,
  scoreSubmission,
  writeMask,
} from "../src/index.ts";
import { bytes, files, mask } from "./drawn.ts";

async function zipOf(entries: { readonly [name: string]: Uint8Array<ArrayBuffer> | string }): Promise<Blob> {
  const lastModified = new Date(2017, 0, 1);
  const inputs = Object.entries(entries).map(([name, input]) =>
    name.endsWith("/") ? { name, lastModified } : { name, input, lastModified },
  );
  return downloadZip(inputs).blob();
}

const bytesOf = async (blob: Blob): Promise<Uint8Array<ArrayBuffer>> => new Uint8Array(await blob.arrayBuffer());

describe("ZIP files", () => {
  test("as a Blob, as bytes, as a File with its name", async () => {
    const zip = await zipOf({ "part/": "", "part/ISIC_0000001.json": "{}", "LICENSE.txt": "CC-0" });
    const file = new File([zip], "truth.zip");
    for (const source of [zip, await bytesOf(zip), file]) {
      const opened = await filesInZip(source);
      expect(opened.name).toBe(source === file ? "truth.zip" : "the ZIP file");
      expect(opened.files).toEqual([
        { name: "part/ISIC_0000001.json", size: 2 },
        { name: "LICENSE.txt", size: 4 },
      ]);
      expect(await opened.read("part/ISIC_0000001.json")).toEqual(bytes("{}"));
      await expect(opened.read("part/ISIC_0000002.json")).rejects.toThrow(SourceError);
    }
  });

  test("what is no ZIP, or cut off", async () => {
    await expect(filesInZip(bytes("no"), { name: "a.zip" })).rejects.toThrow(/a\.zip cannot be read as a ZIP file/);
    const whole = await bytesOf(await zipOf({ "ISIC_0000001.json": "{}" }));
    await expect(filesInZip(whole.slice(0, whole.length - 30))).rejects.toThrow(SourceError);
  });

  test("a damaged file in it is a mistake, and the others are scored on", async () => {
    const png = await writeMask(mask("10/01"));
    const whole = await bytesOf(await zipOf({ "ISIC_0000001.png": png, "ISIC_0000002.png": png }));
    const truth = files({ "ISIC_0000001_segmentation.png": png, "ISIC_0000002_segmentation.png": png });
    const sound = await scoreSubmission("2017-1", truth, await filesInZip(whole));
    expect(sound.overall).toBe(1);
    // A stored file: its first byte comes after a header of 30 bytes and its name.
    whole[30 + "ISIC_0000001.png".length] = 0;
    const mistakes = await checkSubmission("2017-1", truth, await filesInZip(whole));
    expect(mistakes).toMatchObject([{ kind: "unreadable", image: "ISIC_0000001", refused: true }]);
    expect(mistakes[0]?.message).toMatch(/"ISIC_0000001\.png" in the ZIP file cannot be unpacked/);
  });

  test("two entries of one name are two files", async () => {
    const zip = await zipOf({ "ISIC_0000001.jsan": "{}", "ISIC_0000001.json": "{}" });
    const whole = await bytesOf(zip);
    const text = Array.from(whole, (byte) => String.fromCharCode(byte)).join("");
    const same = Uint8Array.from(text.replaceAll("jsan", "json"), (each) => each.charCodeAt(0));
    const opened = await filesInZip(same);
    expect(opened.files.length).toBe(2);
    const mistakes = await checkSubmission("2016-2", undefined, opened);
    expect(mistakes.map(({ kind }) => kind)).toEqual(["two-files"]);
  });

  test("an entry that announces more than it has is refused before memory is spent", async () => {
    const whole = await bytesOf(await zipOf({ "ISIC_0000001.json": "{}" }));
    const view = new DataView(whole.buffer);
    // Every place where the size, 2, stands in the headers.
    for (let at = 0; at + 4 <= whole.length; at++) {
      const isHeader = view.getUint32(at, true) === 0x02014b50;
      if (isHeader) view.setUint32(at + 24, 400_000_000, true);
    }
    const opened = await filesInZip(whole);
    await expect(opened.read("ISIC_0000001.json")).rejects.toThrow(SourceError);
  });

  test("an entry that grows beyond what it announces is stopped there", async () => {
    const writer = new ZipWriter(new Uint8ArrayWriter(), { useWebWorkers: false });
    await writer.add("ISIC_0000001.json", new Uint8ArrayReader(new Uint8Array(5_000_000)), { dataDescriptor: false });
    const whole = new Uint8Array(await writer.close());
    expect(whole.length).toBeLessThan(10_000);
    expect((await (await filesInZip(whole)).read("ISIC_0000001.json")).length).toBe(5_000_000);
    const view = new DataView(whole.buffer);
    for (let at = 0; at + 28 <= whole.length; at++) {
      if (view.getUint32(at, true) === 0x04034b50) view.setUint32(at + 22, 1000, true);
      if (view.getUint32(at, true) === 0x02014b50) view.setUint32(at + 24, 1000, true);
    }
    const opened = await filesInZip(whole);
    expect(opened.files).toEqual([{ name: "ISIC_0000001.json", size: 1000 }]);
    await expect(opened.read("ISIC_0000001.json")).rejects.toThrow(SourceError);
  });

  test("bounds: entries, one file, all that is read", async () => {
    const zip = await zipOf({ "a.json": "12345", "b.json": "12345" });
    await expect(filesInZip(zip, { maxEntries: 1 })).rejects.toThrow(BoundsError);
    await expect(filesInZip(await bytesOf(zip), { maxEntries: 1 })).rejects.toThrow(BoundsError);
    const folders = await zipOf({ "a/": "", "b/": "", "c/": "" });
    await expect(filesInZip(folders, { maxEntries: 2 })).rejects.toThrow(BoundsError);
    const small = await filesInZip(zip, { maxFileBytes: 4 });
    await expect(small.read("a.json")).rejects.toThrow(
      /"a\.json" in the ZIP file has 5 bytes, more than maxFileBytes, 4/,
    );
    const few = await filesInZip(zip, { maxTotalBytes: 9 });
    await few.read("a.json");
    await expect(few.read("b.json")).rejects.toThrow(/have 10 bytes, more than maxTotalBytes, 9/);
    await expect(filesInZip(zip, { maxEntry: 1 } as object)).rejects.toThrow(/no option "maxEntry"/);
    await expect(filesInZip(zip, { maxEntries: 0 })).rejects.toThrow(/maxEntries to be above 0/);
    expect(() =>
      filesInMemory(
        [
          ["a", bytes("")],
          ["b", bytes("")],
        ],
        { maxEntries: 1 },
      ),
    ).toThrow(BoundsError);
  });
});

test("what is no files is told how to open", async () => {
  const none = "truth.zip" as unknown as ReturnType<typeof files>;
  await expect(scoreSubmission("2017-1", none, files({}))).rejects.toThrow(
    /truth to be files, got string: open it with/,
  );
  await expect(checkSubmission("2017-1", undefined, new Blob() as unknown as typeof none)).rejects.toThrow(
    /got a Blob/,
  );
  await expect(filesInZip("a.zip" as unknown as Blob)).rejects.toThrow(/a Blob or a Uint8Array, got string/);
  expect(() => filesInMemory([], { maxFiles: 1 } as object)).toThrow(/no option "maxFiles". Did you mean maxFileBytes/);
});

test("files that somebody chose in a page", async () => {
  const chosen = filesOfPage([new File(["ISIC_0000001,0.5\n"], "answer.csv")]);
  expect(chosen.files).toEqual([{ name: "answer.csv", size: 17 }]);
  const truth = files({ "truth.csv": "ISIC_0000001,1.0\n" });
  const { groups } = await scoreSubmission("2016-3", truth, chosen);
  expect(groups.malignant).toMatchObject({ accuracy: 0, averagePrecision: 1, auc: null });
});

describe("a long score", () => {
  const many = async () => {
    const png = await writeMask(mask("10/01"));
    const names = Array.from({ length: 40 }, (_, i) => `ISIC_${String(i).padStart(7, "0")}_segmentation.png`);
    return files(Object.fromEntries(names.map((name) => [name, png])));
  };

  test("tells how far it is", async () => {
    const told: Progress[] = [];
    const source = await many();
    await scoreSubmission("2017-1", source, source, { onProgress: (progress) => told.push(progress) });
    expect(told.map(({ done }) => done)).toEqual(Array.from({ length: 40 }, (_, i) => i + 1));
    expect(told.every(({ total }) => total === 40)).toBe(true);
    expect(told.at(-1)?.bytes).toBe(2 * source.files.reduce((sum, { size }) => sum + size, 0));
  });

  test("holds few files at a time, and ends when it is told to", async () => {
    const source = await many();
    let reads = 0;
    const counted = {
      ...source,
      read: (name: string) => {
        reads++;
        return source.read(name);
      },
    };
    const stop = new AbortController();
    const onProgress = ({ done }: Progress) => {
      expect(reads).toBeLessThanOrEqual(done + 4);
      if (done === 10) stop.abort(new Error("enough"));
    };
    await expect(scoreSubmission("2017-1", source, counted, { onProgress, signal: stop.signal })).rejects.toThrow(
      "enough",
    );
    expect(reads).toBeLessThan(16);
  });
});
