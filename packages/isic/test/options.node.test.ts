/** No option is ignored: every public function that takes options refuses one that it does not have, and names the right one. */
import { readdirSync, readFileSync } from "node:fs";
import { createSampleArchive } from "@isic/sample-archive";
import { beforeAll, describe, expect, test } from "vitest";
import { createBrowserCodecs } from "../src/codecs/browser.ts";
import * as isic from "../src/node.ts";

const archive = createSampleArchive({ images: 30, smallPhotos: true });
const { fetch } = archive;
const none = { nonsense: 1 } as object;

/** What takes options, by the name it has in the sources; called with one that nobody has. */
const calls: Record<string, () => unknown> = {};

beforeAll(async () => {
  const common = { fetch, cache: new Map(), onWarning: () => undefined };
  const v1 = await isic.IsicApi.connect({ ...common, family: "v1", baseUrl: archive.v1Url });
  const v2 = await isic.IsicApi.connect({ ...common, baseUrl: archive.v2Url });
  const image = await v1.image("ISIC_0000000");
  const dataset = (await v1.datasetList())[0]!;
  const studies = await v1.studyList();
  const study = studies.find(({ images }) => images.length > 0)!;
  const annotation = (await v1.annotationList(study))[0]!;
  const photo = await image.loadImageData();
  await image.loadSuperpixels();
  const segmentation = (await image.loadSegmentation())!;
  const source = await isic.downloadSource(v2.archive, { limit: 1 });
  const iterated = (items: AsyncIterable<unknown>) => items[Symbol.asyncIterator]().next();
  Object.assign(calls, {
    "IsicApi.connect": () => isic.IsicApi.connect(none),
    openClient: () => isic.openClient(none),
    IsicApi: () => new isic.IsicApi({ client: v1.client, account: "anonymous", ...none }),
    image: () => v1.image("ISIC_0000000", none),
    imageList: () => iterated(v2.imageList(none)),
    cacheImages: () => v2.cacheImages(none),
    allImages: () => v2.allImages(none),
    selectImages: () => v2.selectImages([], none),
    selectedMetadata: () => v2.selectedMetadata(none),
    loadMetaHist: () => v2.loadMetaHist(none),
    datasetList: () => v1.datasetList(none),
    dataset: () => v1.dataset(dataset.id, none),
    studyList: () => v1.studyList(none),
    study: () => v1.study(study.id, none),
    annotation: () => v1.annotation(annotation.id, none),
    annotationList: () => v1.annotationList(study, none),
    segmentation: () => v1.segmentation(segmentation.id, none),
    segmentationList: () => v1.segmentationList("ISIC_0000000", none),
    collectionList: () => v2.collectionList(none),
    collection: () => v2.collection(1, none),
    lesionList: () => iterated(v2.lesionList(none)),
    lesion: () => v2.lesion("IL_0000000", none),
    logout: () => v2.logout(none),
    download: () => v2.download({ limit: 1 }, "nowhere", none),
    select: () => v2.archive.select(none),
    images: () => v2.archive.images([], none),
    "archive.image": () => v2.archive.image("ISIC_0000000", none),
    open: () => v2.archive.open(image.record, "image", none),
    termsOf: () => v2.archive.termsOf([], none),
    licenceText: () => v2.archive.licenceText("CC-0", none),
    groups: () => v2.archive.groups(none),
    valueCounts: () => v2.archive.valueCounts(none),
    metadata: () => iterated(v2.archive.metadata(none)),
    "archive.logout": () => v2.archive.logout(none),
    loadImageData: () => image.loadImageData(none),
    loadRawData: () => image.loadRawData(none),
    loadThumbnail: () => image.loadThumbnail(none),
    loadSuperpixels: () => image.loadSuperpixels(none),
    loadSegmentation: () => image.loadSegmentation(none),
    clearData: () => image.clearData(none),
    loadMaskData: () => segmentation.loadMaskData(none),
    accessList: () => dataset.accessList(none),
    metadataFiles: () => dataset.metadataFiles(none),
    imagesForReview: () => dataset.imagesForReview(none),
    loadImages: () => dataset.loadImages(none),
    "study.loadImages": () => study.loadImages(none),
    cacheImageData: () => study.cacheImageData(none),
    loadAnnotations: () => study.loadAnnotations(none),
    selectAnnotations: () => study.selectAnnotations(none),
    heatMap: () => study.heatMap(image, none),
    loadData: () => annotation.loadData(none),
    loadMask: () => annotation.loadMask("any", none),
    draw: () => annotation.draw(image, none),
    cacheSegmentations: () => v1.cacheSegmentations([], none),
    overlap: () => annotation.overlap("a", annotation, "b", none),
    loadMetaData: () => study.loadMetaData("", none),
    montage: () => study.montage(image, none),
    overlapStats: () => study.overlapStats(none),
    agreement: () => study.agreement(none),
    superpixelOutlines: () => image.superpixelOutlines("osvgp", none as never),
    loadKeptMask: () => segmentation.loadKeptMask(none),
    outline: () => segmentation.outline("osvg", none),
    writeCsv: () => isic.writeCsv([], none),
    readCsv: () => isic.readCsv("", none),
    readCsvColumns: () => isic.readCsvColumns("", none),
    decodeIndexNpz: () => isic.decodeIndexNpz(new Uint8Array(), none),
    encodeImage: () => isic.encodeImage(photo, "png", { codecs: isic.nodeCodecs, ...none }),
    writeImage: () => isic.writeImage(photo, "nowhere.png", none),
    decode: () => isic.nodeCodecs.decode(new Uint8Array(), none),
    readSuperpixels: () => isic.nodeCodecs.readSuperpixels(new Uint8Array(), none),
    computeSuperpixels: () => isic.nodeCodecs.computeSuperpixels(photo, none),
    createBrowserCodecs: () => createBrowserCodecs(none),
    downloadSource: () => isic.downloadSource(v2.archive, none),
    selectRecords: () => isic.selectRecords(v2.archive, none),
    planDownload: () => isic.planDownload(source, "nowhere", none),
    verify: () => isic.verify("nowhere", none),
    repair: () => isic.repair(source, "nowhere", [], none),
  });
});

/** What has a parameter of options in the public sources; inner folders call each other. */
function takers(): string[] {
  const folders = ["", "groups/", "studies/", "image/", "csv/", "download/", "node/"];
  const inner =
    /^(photoFile|decodedPhoto|heatMapOf|filterAnnotations|bestSegmentation|lockTarget|askPassword|write|saveImage|open|compute|parse|update\w+|downloadAgain|readMetaData|find|add|byId|ofImage|annotationRecords|outlinesOf|superpixelColors|legend|stats|checkDownloadOptions|openTarget|constructor|writeTables|writeLicences|passwordFor)$/;
  const found = new Set<string>();
  for (const folder of folders) {
    const url = new URL(`../src/${folder}`, import.meta.url);
    for (const file of readdirSync(url).filter((name) => name.endsWith(".ts"))) {
      const text = readFileSync(new URL(file, url), "utf8");
      const pattern =
        /^(?:export (?:async )?function\*? | {2}(?:static )?(?:async )?\*?)([A-Za-z]\w*)\((?:[^()]|\([^()]*\))*?\boptions\??: /gm;
      for (const [, name = ""] of text.matchAll(pattern)) if (!inner.test(name)) found.add(name);
    }
  }
  return [...found];
}

describe("an option that there is not", () => {
  test("is refused by all that takes options", async () => {
    for (const [name, call] of Object.entries(calls)) {
      const failure = await (async () => call())().then(
        () => undefined,
        (error: unknown) => error,
      );
      expect(failure, name).toBeInstanceOf(Error);
      expect((failure as Error).message, name).toContain("nonsense");
    }
  });

  test("and this list has all of them", () => {
    const known = Object.keys(calls).map((name) => name.replace(/^.*\./, ""));
    expect(takers().filter((name) => !known.includes(name))).toEqual([]);
    expect(takers().length).toBeGreaterThan(30);
  });

  test.each([
    [{ server: "https://girder.example.org" }, "baseUrl"],
    [{ url: "https://girder.example.org" }, "baseUrl"],
    [{ baseURL: "https://girder.example.org" }, "baseUrl"],
    [{ cache_folder: "x" }, "cacheFolder"],
    [{ cacheDir: "x" }, "cacheFolder"],
    [{ user: "creator" }, "username"],
    [{ accessToken: "x" }, "token"],
    [{ api: "v1" }, "family"],
  ])("of connect (%j) is never the public archive: it names %s", async (options, meant) => {
    const failure = await isic.IsicApi.connect(options as object).catch((error: unknown) => error);
    expect(failure).toMatchObject({
      tag: "ArgumentError",
      message: expect.stringContaining(`did you mean "${meant}"?`),
    });
  });

  test.each(["creator", null, 7, ["creator"]])("options that are none are an error: %j", async (options) => {
    const failure = await isic.IsicApi.connect(options as object).catch((error: unknown) => error);
    expect(failure).toMatchObject({ tag: "ArgumentError", message: expect.stringContaining("an object of options") });
  });
});
