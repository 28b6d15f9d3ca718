import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { decodeRgb, writeSuperpixelPng } from "@isic/core-wasm";
import { createSampleArchive } from "@isic/sample-archive";
import { openFolder } from "@isic/sample-archive/node";
import { downloadZip } from "client-zip";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { imageRecord } from "../src/import/records.ts";
import {
  drawFeature,
  filesAt,
  filesInMemory,
  importChallenge,
  readFeatureArrays,
  readMask,
  SourceError,
  scoreSubmission,
  type TaskName,
  TruthError,
  taskOf,
  writeMask,
} from "../src/node.ts";
import { bytes, json, mask } from "./drawn.ts";

let base: string;
beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), "isic-challenge-"));
});
afterEach(() => rm(base, { recursive: true }));

type Files = { readonly [name: string]: string | Uint8Array };

async function folderOf(name: string, files: Files): Promise<string> {
  const folder = join(base, name);
  await mkdir(folder, { recursive: true });
  for (const [each, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, each)), { recursive: true });
    await writeFile(join(folder, each), content);
  }
  return folder;
}

async function zipAt(name: string, files: Files): Promise<string> {
  const inputs = Object.entries(files).map(([each, input]) => ({ name: each, input: input as BlobPart as string }));
  await writeFile(join(base, name), new Uint8Array(await downloadZip(inputs).arrayBuffer()));
  return join(base, name);
}

/** Two superpixels in 4 x 2 pixels, as wide as the photo of {@link jpeg}. */
const labels = decodeRgb(
  new Uint8Array([0, 0, 0, 0, 0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0, 0, 1, 0, 0, 1, 0, 0]),
  4,
  2,
);
/** The header of a JPEG file, which is all that is looked at. */
const jpeg = (width: number, height: number) =>
  Uint8Array.of(
    0xff,
    0xd8,
    0xff,
    0xe0,
    0,
    4,
    0,
    0,
    0xff,
    0xff,
    0xc0,
    0,
    11,
    8,
    0,
    height,
    0,
    width,
    1,
    1,
    17,
    0,
    0xff,
    0xd9,
  );

const list = async (folder: string) =>
  (await readdir(folder, { recursive: true, withFileTypes: true }))
    .filter((each) => each.isFile())
    .map((each) => join(each.parentPath, each.name).slice(folder.length + 1))
    .sort();

describe("where files come from", () => {
  test("a folder with folders in it, a ZIP file, a table by itself: the same scores", async () => {
    const png = await writeMask(mask("10/01"));
    const answer = await writeMask(mask("11/01"));
    const truth = await folderOf("truth", { "part/ISIC_0000001_segmentation.png": png, "LICENSE.txt": "CC-0" });
    const zip = await zipAt("answer.zip", { "ISIC_0000001.png": answer });
    const score = await scoreSubmission("2017-1", await filesAt(truth), await filesAt(zip));
    expect(score.overall).toBeCloseTo(2 / 3, 12);
    const table = await folderOf("table", { "a.csv": "ISIC_0000001,1.0\n" });
    const alone = await filesAt(join(table, "a.csv"));
    expect(alone.files).toEqual([{ name: "a.csv", size: 17 }]);
    expect((await scoreSubmission("2016-3", alone, await filesAt(table))).images).toBe(1);
  });

  test("what is not there, and bounds", async () => {
    await expect(filesAt(join(base, "nowhere"))).rejects.toThrow(SourceError);
    const two = await folderOf("two", { "a.csv": "12345", "b.csv": "" });
    await expect(filesAt(two, { maxEntries: 1 })).rejects.toThrow(/more than maxEntries, 1/);
    const small = await filesAt(two, { maxFileBytes: 4 });
    await expect(small.read("a.csv")).rejects.toThrow(/has 5 bytes, more than maxFileBytes, 4/);
    await expect(small.read("../two/a.csv")).rejects.toThrow(/has no file/);
  });
});

describe("readMask by zlib", () => {
  test("reads and refuses as the other one does", async () => {
    const file = await writeMask(mask("0110/1001"));
    expect(await readMask(file)).toEqual(mask("0110/1001"));
    for (let at = 0; at < file.length; at++) {
      const damaged = file.slice();
      damaged[at] = (damaged[at] ?? 0) ^ 4;
      await expect(readMask(damaged)).rejects.toMatchObject({ tag: "MaskFileError" });
    }
  });
});

describe("an import", () => {
  const images = async () =>
    filesAt(
      await folderOf("images", {
        "ISIC_0000001.jpg": jpeg(4, 2),
        "ISIC_0000002.JPG": jpeg(4, 2),
        "ISIC_0000001_superpixels.png": await writeSuperpixelPng(labels),
        "ISIC_0000002_superpixels.png": await writeSuperpixelPng(labels),
        "ISIC_0000009.jpg": jpeg(4, 2),
      }),
    );

  test("of masks, then of arrays, then of classes: a folder that an archive is served from", async () => {
    const lesion = await writeMask(mask("0110/0110"));
    const part1 = await zipAt("part1.zip", {
      "Part1/ISIC_0000001_segmentation.png": lesion,
      "Part1/ISIC_0000002_segmentation.png": lesion,
      "Part1/ISIC_0000003_segmentation.png": lesion,
    });
    const folder = join(base, "box");
    const first = await importChallenge("2017-1", await filesAt(part1), folder, { images: await images() });
    expect(first).toEqual({ images: 3, photos: 2, superpixels: 2, masks: 3, features: 0, mistakes: [] });

    const features = { pigment_network: [0, 1], negative_network: [0, 0], milia_like_cyst: [0, 0], streaks: [1, 0] };
    const part2 = await folderOf("part2", {
      "ISIC_0000001_features.json": json(features),
      "ISIC_0000002_features.json": json({ ...features, streaks: [1, 0, 0] }),
      "ISIC_0000003_features.json": json(features),
    });
    const second = await importChallenge("2017-2", await filesAt(part2), folder);
    expect(second).toMatchObject({ images: 3, photos: 0, superpixels: 0, masks: 0, features: 1 });
    expect(second.mistakes.map(({ kind, image }) => `${kind} ${image}`).sort()).toEqual([
      "missing-image ISIC_0000003",
      "wrong-length ISIC_0000002",
    ]);

    const part3 = await folderOf("part3", {
      "t.csv": "image_id,melanoma,seborrheic_keratosis\nISIC_0000001,1.0,0.0\nISIC_0000002,0.0,0.0\n",
    });
    await importChallenge("2017-3", await filesAt(part3), folder);

    expect(await list(folder)).toEqual([
      "features/2017-2/ISIC_0000001_features.json",
      "images/ISIC_0000001.jpg",
      "images/ISIC_0000002.jpg",
      `imcache_${"0".repeat(24)}.json.gz`,
      "masks/ISIC_0000001_segmentation.png",
      "masks/ISIC_0000002_segmentation.png",
      "masks/ISIC_0000003_segmentation.png",
      `sgcache_${"0".repeat(24)}.json.gz`,
      "studies.json",
      "superpixels/ISIC_0000001_superpixels.png",
      "superpixels/ISIC_0000002_superpixels.png",
    ]);

    const archive = createSampleArchive({ source: await openFolder(folder) });
    const ask = (path: string) => archive.fetch(new Request(`${archive.v1Url}/${path}`));
    const [found] = (await (await ask("image?name=ISIC_0000001&detail=true")).json()) as [
      { _id: string; meta: object },
    ];
    expect(found.meta).toMatchObject({
      acquisition: { pixelsX: 4, pixelsY: 2 },
      clinical: { diagnosis: "melanoma" },
      unstructured: { "challenge 2017-3": "melanoma" },
    });
    const [segmentation] = (await (await ask(`segmentation?imageId=${found._id}`)).json()) as [{ _id: string }];
    const served = await ask(`segmentation/${segmentation._id}/mask`);
    expect(new Uint8Array(await served.arrayBuffer())).toEqual(lesion);
    const superpixels = await ask(`image/${found._id}/superpixels`);
    expect(new Uint8Array(await superpixels.arrayBuffer())).toEqual(await writeSuperpixelPng(labels));

    const [study] = (await (await ask("study")).json()) as [{ _id: string; name: string }];
    expect(study.name).toBe("ISIC Challenge 2017-2");
    const { studies, annotations, markup } = await openFolder(folder);
    expect(studies[0]?.features).toEqual(["pigment_network", "negative_network", "milia_like_cyst", "streaks"]);
    expect(annotations).toMatchObject([{ imageId: found._id, state: "complete" }]);
    expect(await markup(annotations[0] as (typeof annotations)[0], "streaks")).toEqual([1, 0]);
    expect(JSON.parse(await readFile(join(folder, "studies.json"), "utf8")).studies).toEqual([
      {
        name: "ISIC Challenge 2017-2",
        description: expect.stringContaining("2017-2"),
        features: ["pigment_network", "negative_network", "milia_like_cyst", "streaks"],
        images: ["ISIC_0000001"],
        readers: [{ login: "challenge", firstName: "ISIC", lastName: "Challenge" }],
        annotations: [
          {
            image: "ISIC_0000001",
            reader: "challenge",
            markups: {
              pigment_network: { definite: [1] },
              negative_network: { definite: [] },
              milia_like_cyst: { definite: [] },
              streaks: { definite: [0] },
            },
          },
        ],
      },
    ]);

    const file = await readFile(join(folder, "features/2017-2/ISIC_0000001_features.json"));
    const arrays = readFeatureArrays("2017-2", new Uint8Array(file));
    expect(drawFeature(labels, arrays.features.streaks ?? [])).toEqual(mask("1100/1000"));
  });

  test("has the licence that the challenge's page names, and of several tasks the stricter", async () => {
    const folder = join(base, "box");
    const table = async (task: TaskName, text: string) => {
      const truth = await filesAt(await folderOf(`truth ${task}`, { "t.csv": text }));
      await importChallenge(task, truth, folder);
    };
    const facts = async () => {
      const { images, datasets } = await openFolder(folder);
      const licences = new Map(datasets.map(({ id, license }) => [id, license]));
      return images
        .map(({ name, datasetId, acquisition }) => [name, licences.get(datasetId), acquisition.image_type])
        .sort();
    };
    await table("2016-3", "ISIC_0000001,benign\nISIC_0000002,malignant\n");
    expect(await facts()).toEqual([
      ["ISIC_0000001", "CC-0", "dermoscopic"],
      ["ISIC_0000002", "CC-0", "dermoscopic"],
    ]);
    await table("2020", "image_name,target\nISIC_0000002,1\n");
    await table("2016-3b", "ISIC_0000002,malignant\n");
    await table("2024", "isic_id,target\nISIC_0000003,0\n");
    expect(await facts()).toEqual([
      ["ISIC_0000001", "CC-0", "dermoscopic"],
      ["ISIC_0000002", "CC-BY-NC", "dermoscopic"],
      ["ISIC_0000003", "CC-BY-NC", "clinical"],
    ]);
  });

  test.each<[string, readonly TaskName[]]>([
    ["CC-0", ["2016-1", "2016-2", "2016-2b", "2016-3", "2016-3b", "2017-1", "2017-2", "2017-3", "2018-1", "2018-2"]],
    ["CC-BY-NC", ["2018-3", "2019", "2020", "2024"]],
  ])("%s is the licence of %j", (licence, tasks) => {
    for (const task of tasks)
      expect(imageRecord(taskOf(task), "ISIC_0000001", undefined, {}).dataset.license).toBe(licence);
  });

  test("keeps the studies of others, and adds to its own", async () => {
    const own = { name: "Class of 2026", images: ["ISIC_0000001"], readers: ["anna"] };
    const box = await folderOf("box", { "studies.json": JSON.stringify({ studies: [own] }) });
    for (const image of ["ISIC_0000002", "ISIC_0000001", "ISIC_0000002"]) {
      const features = { globules: [0, 1], streaks: [1, 1] };
      const truth = await folderOf(`truth ${image}`, { [`${image}.json`]: json(features) });
      await importChallenge("2016-2", await filesAt(truth), box, { images: await images() });
    }
    const { studies } = JSON.parse(await readFile(join(box, "studies.json"), "utf8"));
    expect(studies).toMatchObject([own, { name: "ISIC Challenge 2016-2", images: ["ISIC_0000001", "ISIC_0000002"] }]);
    expect(studies[1].annotations).toHaveLength(2);

    await writeFile(join(box, "studies.json"), "no JSON");
    const truth = await filesAt(join(base, "truth ISIC_0000001"));
    await expect(importChallenge("2016-2", truth, box)).rejects.toThrow(/studies\.json" cannot be read/);
  });

  test("leaves out what does not fit, and says so", async () => {
    const truth = await folderOf("truth", {
      "ISIC_0000001_attribute_streaks.png": await writeMask(mask("1111/0000")),
      "ISIC_0000001_attribute_globules.png": await writeMask(mask("111/000")),
      "ISIC_0000002_attribute_streaks.png": "no mask",
    });
    const folder = join(base, "box");
    const report = await importChallenge("2018-2", await filesAt(truth), folder, { images: await images() });
    expect(report).toMatchObject({ images: 2, photos: 2, masks: 0, features: 1 });
    expect(report.mistakes.map(({ kind, image, feature }) => `${kind} ${image} ${feature}`).sort()).toEqual([
      "other-size ISIC_0000001 globules",
      "unreadable ISIC_0000002 streaks",
    ]);
    expect(report.mistakes.map(({ message }) => message).join("\n")).toMatch(/has 3 x 2 pixels, the image 4 x 2/);
  });

  test("holds masks against the photos of an earlier import too", async () => {
    const folder = join(base, "box");
    const table = await folderOf("table", { "t.csv": "ISIC_0000001,benign\n" });
    await importChallenge("2016-3", await filesAt(table), folder, { images: await images() });
    const masks = await folderOf("masks", { "ISIC_0000001_segmentation.png": await writeMask(mask("11/00")) });
    const report = await importChallenge("2016-1", await filesAt(masks), folder);
    expect(report).toMatchObject({ masks: 0, mistakes: [{ kind: "other-size", image: "ISIC_0000001" }] });
  });

  test("names of the ground truth never become paths", async () => {
    const lesion = await writeMask(mask("0110/0110"));
    const evil = {
      "../../../ISIC_0000001_segmentation.png": lesion,
      "/etc/ISIC_0000002_..segmentation.png": lesion,
      "C:\\ISIC_0000003_segmentation.png": lesion,
      "../ISIC_0000001.jpg": jpeg(4, 2),
    };
    // A ZIP file with such names is refused as a whole.
    await expect(filesAt(await zipAt("evil.zip", evil))).rejects.toThrow(/Unsafe filename/);
    const truth = filesInMemory(Object.entries(evil));
    const folder = join(base, "box");
    const report = await importChallenge("2017-1", truth, folder);
    expect(report).toMatchObject({ images: 3, masks: 3, photos: 1 });
    const outside = (await list(base)).filter((file) => !file.startsWith("box/"));
    expect(outside).toEqual(["evil.zip"]);
    expect((await list(folder)).filter((file) => file.startsWith("masks/"))).toEqual(
      [1, 2, 3].map((i) => `masks/ISIC_000000${i}_segmentation.png`),
    );
  });

  test("twice gives the same files", async () => {
    const truth = await folderOf("truth", { "t.csv": "ISIC_0000001,benign\nISIC_0000002,malignant\n" });
    const contents = async (folder: string) => {
      await importChallenge("2016-3", await filesAt(truth), folder, { images: await images() });
      return Promise.all((await list(folder)).map(async (file) => [file, await readFile(join(folder, file))] as const));
    };
    const once = await contents(join(base, "a"));
    expect(await contents(join(base, "a"))).toEqual(once);
    expect(await contents(join(base, "b"))).toEqual(once);
  });

  test("of the wrong task, or into a download, writes nothing", async () => {
    const truth = await folderOf("truth", { "ISIC_0000001_segmentation.png": "x", "t.csv": "x" });
    await expect(importChallenge("2016-2", await filesAt(truth), join(base, "box"))).rejects.toThrow(TruthError);
    await expect(importChallenge("2020", await filesAt(truth), join(base, "box"))).rejects.toThrow(TruthError);
    expect(await list(join(base, "box"))).toEqual([]);
    const download = await folderOf("photos", { "manifest.jsonl": bytes("{}") });
    await expect(importChallenge("2017-1", await filesAt(truth), download)).rejects.toThrow(/is a download of photos/);
    expect(await list(download)).toEqual(["manifest.jsonl"]);
  });

  test("stops when it is told to, and leaves no half file", async () => {
    const lesion = await writeMask(mask("0110/0110"));
    const names = Array.from({ length: 30 }, (_, i) => `ISIC_00000${String(i).padStart(2, "0")}_segmentation.png`);
    const truth = await folderOf("truth", Object.fromEntries(names.map((name) => [name, lesion])));
    const stop = new AbortController();
    const onProgress = ({ done }: { done: number }) => done === 5 && stop.abort(new Error("enough"));
    const folder = join(base, "box");
    const options = { onProgress, signal: stop.signal };
    await expect(importChallenge("2017-1", await filesAt(truth), folder, options)).rejects.toThrow("enough");
    expect((await list(folder)).filter((file) => !/^masks\/ISIC_\d{7}_segmentation\.png$/.test(file))).toEqual([]);
    const again = await importChallenge("2017-1", await filesAt(truth), folder);
    expect(again.masks).toBe(30);
  });
});
