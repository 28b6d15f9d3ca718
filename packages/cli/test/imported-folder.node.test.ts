import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  drawFeature,
  filesAt,
  importChallenge,
  readFeatureArrays,
  writeFeatureArrays,
  writeMask,
} from "@isic/challenge/node";
import { LabelCountError, type LabelImage, type Raster, writeSuperpixelPng } from "@isic/core-wasm";
import { createSampleArchive } from "@isic/sample-archive";
import { openFolder } from "@isic/sample-archive/node";
import { type Annotation, type Image, IsicApi, type Study } from "isic/node";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { temporaryFolder } from "./folder.ts";

const NAME = "ISIC_0000001";
const FEATURES = ["pigment_network", "negative_network", "milia_like_cyst", "streaks"];

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
/** What the challenge's files say of the image. */
let truth: { readonly labels: LabelImage; readonly mask: Raster; readonly streaks: Float64Array };
let api: IsicApi;
let heard: string[];

beforeAll(async () => {
  folder = await temporaryFolder();
  const { fetch, v1Url } = createSampleArchive({ images: 3, smallPhotos: true });
  const archive = await IsicApi.connect({ family: "v1", baseUrl: v1Url, fetch, cache: false });
  const image = await archive.image(NAME);
  // As many as are computed, under other numbers: what may not be taken for the same.
  const { idx: computed } = await image.loadSuperpixels({ compute: {} });
  const labels = { ...computed, data: computed.data.map((label) => computed.count - 1 - label) };
  const { width, height } = labels;
  const mask: Raster = { width, height, channels: 1, data: new Uint8Array(width * height) };
  mask.data.fill(255, 0, width * Math.floor(height / 2));
  const streaks = Float64Array.from({ length: labels.count }, (_, i) => (i % 7 === 3 ? 1 : 0));
  const none = Object.fromEntries(FEATURES.map((feature) => [feature, new Float64Array(labels.count)]));
  const arrays = { length: labels.count, features: { ...none, streaks }, keys: "scorer" } as const;
  truth = { labels, mask, streaks };
  const files: Record<string, string | Uint8Array> = {
    [`data/${NAME}.jpg`]: await image.loadRawData(),
    [`data/${NAME}_superpixels.png`]: await writeSuperpixelPng(labels),
    [`part1/${NAME}_segmentation.png`]: await writeMask(mask),
    [`part2/${NAME}_features.json`]: writeFeatureArrays("2017-2", arrays),
  };
  for (const each of ["data", "part1", "part2"]) await mkdir(join(folder.path, each));
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder.path, name), content);
  const images = await filesAt(join(folder.path, "data"));
  const box = join(folder.path, "box");
  await importChallenge("2017-1", await filesAt(join(folder.path, "part1")), box, { images });
  await importChallenge("2017-2", await filesAt(join(folder.path, "part2")), box);
});
afterAll(() => folder[Symbol.asyncDispose]());

beforeEach(async () => {
  heard = [];
  const { fetch, v1Url } = createSampleArchive({ source: await openFolder(join(folder.path, "box")) });
  const onWarning = (message: string) => heard.push(message);
  api = await IsicApi.connect({ family: "v1", baseUrl: v1Url, fetch, cache: new Map(), onWarning });
});

/** The image with its photo, and the one annotation of it. */
async function annotated(): Promise<{ image: Image; study: Study; annotation: Annotation }> {
  const image = await api.image(NAME);
  await image.loadImageData();
  const [study] = await api.studyList();
  await study!.loadAnnotations();
  const [annotation, ...others] = study!.selectAnnotations({ images: image });
  expect(others).toEqual([]);
  return { image, study: study!, annotation: annotation! };
}

describe("an image of an imported challenge", () => {
  it("has its lesion's mask, and the archive's own superpixels", async () => {
    const image = await api.image(NAME);
    const superpixels = await image.loadSuperpixels();
    expect(superpixels.origin).toBe("served");
    expect(superpixels.idx).toEqual(truth.labels);
    const segmentation = await image.loadSegmentation();
    expect(segmentation?.mask).toEqual(truth.mask);
    expect(superpixels.szp?.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 9);
    expect(heard).toEqual([]);
  });

  it("has annotations: the study's one reader marked what the arrays say", async () => {
    const { study, annotation } = await annotated();
    expect([study.name, study.features.map(({ id }) => id)]).toEqual(["ISIC Challenge 2017-2", FEATURES]);
    expect(annotation.markedFeatures).toEqual(["streaks"]);
    const marked = [...truth.streaks.keys()].filter((superpixel) => truth.streaks[superpixel] === 1);
    expect(annotation.features.get("streaks")).toMatchObject({ idx: marked, num: marked.length });
  });

  it("is painted where its arrays say, and nowhere else", async () => {
    const { image, annotation } = await annotated();
    const superpixels = await image.loadSuperpixels();
    const before = image.data!.data.slice();
    annotation.draw(image, { features: "streaks", color: [255, 0, 255] });
    const { data } = truth.labels;
    const painted = Uint8Array.from({ length: data.length }, (_, i) => (truth.streaks[data[i]!] === 1 ? 255 : 0));
    image.data!.data.forEach((value, i) => {
      const expected = painted[Math.floor(i / 3)] === 0 ? before[i] : [255, 0, 255][i % 3];
      if (value !== expected) throw new Error(`byte ${i} is ${value}, not ${expected}`);
    });
    // The array of the challenge's own file, and the mask that the server makes of the marks, are the same picture.
    const features = await filesAt(join(folder.path, "box", "features", "2017-2"));
    const arrays = readFeatureArrays("2017-2", await features.read(`${NAME}_features.json`));
    const drawn = drawFeature(superpixels, arrays.features.streaks!);
    expect(drawn.data).toEqual(painted);
    expect(annotation.maskOf("streaks", superpixels)).toEqual(drawn);
    expect(await annotation.loadMask("streaks")).toEqual(drawn);
    expect(heard).toEqual([]);
  });

  it("is not painted on superpixels of another number: both numbers are said", async () => {
    const { image, study, annotation } = await annotated();
    const superpixels = await image.loadSuperpixels({ compute: { segments: 40 } });
    const { count } = superpixels.idx;
    const own = truth.labels.count;
    expect(count).not.toBe(own);
    const before = image.data!.data.slice();
    for (const draw of [
      () => annotation.draw(image),
      () => annotation.maskOf("streaks", superpixels),
      () => annotation.areasOf("streaks", superpixels),
      () => study.heatMap(image),
      () => drawFeature(superpixels, truth.streaks),
    ]) {
      expect(draw).toThrow(LabelCountError);
      expect(draw).toThrow(expect.objectContaining({ expected: count, got: own }));
    }
    expect(image.data!.data).toEqual(before);
  });

  it("is painted on as many computed superpixels with a warning", async () => {
    const { image, annotation } = await annotated();
    const superpixels = await image.loadSuperpixels({ compute: {} });
    expect([superpixels.origin, superpixels.idx.count]).toEqual(["computed", truth.labels.count]);
    annotation.draw(image);
    annotation.maskOf("streaks", superpixels);
    drawFeature(superpixels, truth.streaks, { onWarning: (message) => heard.push(message) });
    expect(heard).toHaveLength(3);
    for (const message of heard) expect(message).toMatch(/computed/);
  });
});
