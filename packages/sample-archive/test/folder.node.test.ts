import { createHash } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readSuperpixelPng } from "@isic/core-wasm";
import { hasRealData, real, realJson, withoutRealData } from "@isic/fixtures";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { createSampleArchive, type SampleArchive } from "../src/index.ts";
import { FolderError, openFolder } from "../src/node.ts";

interface Entry {
  readonly name: string;
  readonly id: string;
  readonly labels: number;
  readonly labels_int32le_sha256: string;
  readonly segmentations: readonly string[];
}

/** Byte by byte; the matchers of the test runner take minutes for files. */
function same(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}

describe.skipIf(!hasRealData)(`a folder of real data ${hasRealData ? "" : withoutRealData}`, () => {
  let archive: SampleArchive;
  let manifest: readonly Entry[];
  let records: Record<string, { readonly name: string }>;
  const get = (url: string) => archive.fetch(new Request(url));
  const bytes = async (url: string) => new Uint8Array(await (await get(url)).arrayBuffer());
  beforeAll(async () => {
    archive = createSampleArchive({ source: await openFolder(inject("realDataFolder")) });
    manifest = await realJson<readonly Entry[]>("manifest.json");
    records = await realJson("imcache_000000000000000000000000.json.gz");
  });

  test("v1 shows all 4010 records exactly as they were", async () => {
    const shown: { _id: string }[] = await (await get(`${archive.v1Url}/image?detail=true&limit=0&sort=_id`)).json();
    expect(shown).toHaveLength(4010);
    expect(Object.fromEntries(shown.map((record) => [record._id, record]))).toEqual(records);
  });

  test("photos, superpixels and masks are the folder's files", async () => {
    for (const { name, id, labels, labels_int32le_sha256 } of manifest) {
      expect(same(await bytes(`${archive.v1Url}/image/${id}/download`), await real(`images/${name}.jpg`))).toBe(true);
      expect(same(await bytes(`${archive.fileOrigin}/images/${name}.jpg`), await real(`images/${name}.jpg`))).toBe(
        true,
      );
      const map = await readSuperpixelPng(await bytes(`${archive.v1Url}/image/${id}/superpixels`));
      expect(map.count, name).toBe(labels);
      expect(createHash("sha256").update(Buffer.from(map.data.buffer)).digest("hex")).toBe(labels_int32le_sha256);
    }
  });

  test("each photo's best segmentation has the folder's mask", async () => {
    for (const { name, id, segmentations } of manifest) {
      const listed: { _id: string }[] = await (await get(`${archive.v1Url}/segmentation?imageId=${id}&limit=0`)).json();
      expect(listed.map((segmentation) => segmentation._id).sort()).toEqual([...segmentations].sort());
      const answers = await Promise.all(segmentations.map((s) => get(`${archive.v1Url}/segmentation/${s}/mask`)));
      const good = answers.filter((answer) => answer.status === 200);
      expect(good).toHaveLength(1);
      const mask = new Uint8Array(await good[0]!.arrayBuffer());
      expect(same(mask, await real(`masks/${name}_segmentation.png`))).toBe(true);
    }
  });

  test("a photo that is not there is a 404 on both", async () => {
    const have = new Set(manifest.map((entry) => entry.name));
    const { id, name } = archive.images.find((image) => !have.has(image.name))!;
    for (const url of [
      `${archive.v1Url}/image/${id}/download`,
      `${archive.v1Url}/image/${id}/superpixels`,
      `${archive.fileOrigin}/images/${name}.jpg`,
    ]) {
      expect((await get(url)).status, url).toBe(404);
    }
    expect((await get(`${archive.v2Url}images/${name}/`)).status).toBe(200);
  });

  test("v2 says of these records what is certain", async () => {
    const count = async (query: string) =>
      (await (await get(`${archive.v2Url}images/search/?query=${encodeURIComponent(query)}`)).json()).count;
    const clinical = Object.values(records).map(
      (record) => (record as unknown as { meta: { clinical: Record<string, unknown> } }).meta.clinical,
    );
    const having = (test: (c: Record<string, unknown>) => boolean) => clinical.filter(test).length;
    expect(await count("")).toBe(4010);
    expect(await count("sex:male")).toBe(having((c) => c.sex === "male"));
    expect(await count('diagnosis_3:"Nevus"')).toBe(having((c) => c.diagnosis === "nevus"));
    expect(await count("-age_approx:*")).toBe(having((c) => c.age_approx === null || c.age_approx === undefined));
    expect(await count("melanocytic:false")).toBe(having((c) => c.melanocytic === false));
    expect(await count('anatom_site_1:"Head and neck"')).toBe(having((c) => c.anatom_site_general === "head/neck"));
    const image = await (await get(`${archive.v2Url}images/ISIC_0000000/`)).json();
    expect(image.metadata).toEqual({
      acquisition: { pixels_x: 1022, pixels_y: 767, image_type: "dermoscopic" },
      clinical: {
        age_approx: 55,
        anatom_site_1: "Trunk",
        anatom_site_2: "Anterior trunk",
        diagnosis_1: "Benign",
        diagnosis_2: "Benign melanocytic proliferations",
        diagnosis_3: "Nevus",
        melanocytic: true,
        sex: "female",
      },
    });
  });

  test("thumbnails are made from the photos", async () => {
    const thumbnail = await bytes(`${archive.fileOrigin}/thumbnails/ISIC_0000000_thumbnail.jpg`);
    const { decode } = (await import("jpeg-js")).default;
    expect(decode(thumbnail)).toMatchObject({ width: 256, height: 192 });
  });
});

describe("openFolder", () => {
  let dir: string;
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), "isic-folder-"));
  });
  afterAll(() => rm(dir, { recursive: true }));

  test("a folder without records is refused in one sentence", async () => {
    const error = await openFolder(dir).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(FolderError);
    expect((error as FolderError).message).toBe(
      `${dir}: neither imcache_000000000000000000000000.json.gz nor manifest.jsonl in it, which hold the records of the images.`,
    );
  });

  test("broken records too", async () => {
    await writeFile(join(dir, "imcache_000000000000000000000000.json.gz"), "not gzip");
    await expect(openFolder(dir)).rejects.toThrow("cannot be read; it should be gzipped JSON.");
    await expect(openFolder(join(dir, "none"))).rejects.toThrow("none: it does not exist.");
    const file = join(dir, `imcache_${"0".repeat(24)}.json.gz`);
    await expect(openFolder(file)).rejects.toThrow("it is a file.");
  });

  test("files of records are read up to a bound, expanded or not, and other options do not exist", async () => {
    const { gzipSync } = await import("node:zlib");
    const { mkdir } = await import("node:fs/promises");
    const [zipped, plain] = [join(dir, "bomb"), join(dir, "long")];
    await Promise.all([mkdir(zipped), mkdir(plain)]);
    await writeFile(join(zipped, `imcache_${"0".repeat(24)}.json.gz`), gzipSync(Buffer.alloc(3_000_000, " ")));
    await writeFile(join(plain, "manifest.jsonl"), "x".repeat(3_000_000));
    await expect(openFolder(zipped, { maxBytes: 1_000_000 })).rejects.toThrow(
      /imcache_0{24}\.json\.gz expands to more than 1000000 bytes, which is the most that is read; maxBytes raises it\.$/,
    );
    await expect(openFolder(plain, { maxBytes: 1_000_000 })).rejects.toThrow("manifest.jsonl has more than 1000000");
    await expect(openFolder(plain, { maxbytes: 5 } as never)).rejects.toThrow('did you mean "maxBytes"?');
  });

  describe("of a download", () => {
    const record = {
      isic_id: "ISIC_0000007",
      metadata: { acquisition: { pixels_x: 8, pixels_y: 6 }, clinical: { sex: "male" } },
    };
    const line = {
      id: "ISIC_0000007",
      name: "ISIC_0000007",
      part: "image",
      state: "done",
      fetchedAt: "2026-01-01T00:00:00Z",
    };
    const manifest = async (...lines: object[]) => {
      const folder = await mkdtemp(join(dir, "download-"));
      await writeFile(
        join(folder, "manifest.jsonl"),
        `${lines.map((each) => JSON.stringify(each)).join("\n")}\n{"id":"IS`,
      );
      return folder;
    };

    test("has the images that are there, with their terms; a photo that was removed is lost", async () => {
      const terms = { licence: "CC-BY", attribution: "Hospital A" };
      const failed = { ...line, id: "ISIC_0000008", state: "failed", record: { ...record, isic_id: "ISIC_0000008" } };
      const folder = await manifest({ ...line, ...terms, file: "ISIC_0000007.jpg", record }, failed);
      await writeFile(join(folder, "ISIC_0000007.jpg"), "a photo");
      const served = createSampleArchive({ source: await openFolder(folder) });
      const get = (url: string) => served.fetch(new Request(url));
      const page = await (await get(`${served.v2Url}images/`)).json();
      expect(page.count).toBe(1);
      expect(page.results[0]).toMatchObject({ ...record, copyright_license: "CC-BY", attribution: "Hospital A" });
      const photo = page.results[0].files.full.url as string;
      expect(await (await get(photo)).text()).toBe("a photo");
      await rm(join(folder, "ISIC_0000007.jpg"));
      expect((await get(photo)).status).toBe(404);
      const [old] = await (await get(`${served.v1Url}/image?detail=true`)).json();
      expect(old).toMatchObject({
        name: "ISIC_0000007",
        meta: { clinical: { sex: "male" }, acquisition: { pixelsX: 8 } },
      });
    });

    test("numbers are written as v2 writes them, in JSON and in the CSV", async () => {
      const clinical = { clin_size_long_diam_mm: 4, mel_thick_mm: "0.8", age_approx: 55, melanocytic: true, sex: null };
      const measured = { ...record, metadata: { acquisition: record.metadata.acquisition, clinical } };
      const folder = await manifest({ ...line, file: "ISIC_0000007.jpg", record: measured });
      const served = createSampleArchive({ source: await openFolder(folder) });
      const page = await (await served.fetch(new Request(`${served.v2Url}images/`))).text();
      expect(page).toContain('"age_approx": 55, "clin_size_long_diam_mm": "4.00", "mel_thick_mm": "0.80"');
      expect(page).not.toContain('"sex"');
      const old = await (await served.fetch(new Request(`${served.v1Url}/image?detail=true`))).text();
      expect(old).toContain('"clin_size_long_diam_mm": 4.0, "mel_thick_mm": 0.8, "melanocytic": true');
      const ordered = await served.fetch(
        new Request(`${served.v2Url}zip-download/url/`, { method: "POST", body: JSON.stringify({}) }),
      );
      const token = new URL(await ordered.json()).searchParams.get("zsid")!;
      const csv = await served.fetch(
        new Request(`${served.v2Url}zip-download/metadata-file/?token=${encodeURIComponent(token)}`),
      );
      expect((await csv.text()).split("\r\n")).toEqual([
        "isic_id,attribution,copyright_license,age_approx,clin_size_long_diam_mm,mel_thick_mm,melanocytic",
        "ISIC_0000007,Anonymous,CC-0,55,4.00,0.80,True",
        "",
      ]);
    });

    test("what is announced of a file is its size, or less where it is not there; its bytes are not touched", async () => {
      const folder = await manifest({ ...line, file: "ISIC_0000007.jpg", record });
      const size = async () => {
        const served = createSampleArchive({ source: await openFolder(folder) });
        const image = await (await served.fetch(new Request(`${served.v2Url}images/ISIC_0000007/`))).json();
        const file = await served.fetch(new Request(image.files.full.url));
        return [image.files.full.size, file.status, (await file.arrayBuffer()).byteLength];
      };
      expect((await size()).slice(0, 2)).toEqual([1, 404]);
      await writeFile(join(folder, "ISIC_0000007.jpg"), "four");
      expect(await size()).toEqual([4, 200, 4]);
    });

    test("a pipe in the place of a photo is no photo, and a damaged one spoils only itself", async () => {
      const { execFileSync } = await import("node:child_process");
      const second = { ...record, isic_id: "ISIC_0000008" };
      const folder = await manifest(
        { ...line, file: "ISIC_0000007.jpg", record },
        { ...line, id: "ISIC_0000008", file: "ISIC_0000008.jpg", record: second },
      );
      execFileSync("mkfifo", [join(folder, "ISIC_0000007.jpg")]);
      await writeFile(join(folder, "ISIC_0000008.jpg"), Uint8Array.of(0xff, 0xd8, 0xff, 0xda, 1, 2, 3));
      const served = createSampleArchive({ source: await openFolder(folder) });
      const status = async (path: string) => (await served.fetch(new Request(served.fileOrigin + path))).status;
      expect(await status("/images/ISIC_0000007.jpg")).toBe(404);
      expect(await status("/thumbnails/ISIC_0000008_thumbnail.jpg")).toBe(404);
      expect(await status("/images/ISIC_0000008.jpg")).toBe(200);
      const { id } = served.images.find(({ name }) => name === "ISIC_0000008")!;
      expect((await served.fetch(new Request(`${served.v1Url}/image/${id}/thumbnail`))).status).toBe(404);
    });

    test("a name that v2 could not show is refused by the record's id", async () => {
      const girder = {
        ...{ _id: "5436e3abbae478396759f0cf", name: "my mole", created: "", updated: "" },
        creator: { _id: "0", name: "User AAAA" },
        dataset: { _id: "1", name: "d", description: "", license: "CC-0", updated: "" },
        meta: { acquisition: {}, clinical: {} },
        notes: { reviewed: null, tags: [] },
      };
      const folder = await manifest({ ...line, id: girder._id, file: "a.jpg", record: girder });
      await expect(openFolder(folder)).rejects.toThrow(
        'record 5436e3abbae478396759f0cf: "my mole" is no image name (ISIC_ and seven digits).',
      );
    });

    test("no name in a manifest leads out of it", async () => {
      await writeFile(join(dir, "secret.jpg"), "secret");
      const folder = await manifest({ ...line, file: "../secret.jpg", record });
      await expect(openFolder(folder)).rejects.toThrow("no line of its manifest is of an image that was downloaded.");
    });
  });
});
