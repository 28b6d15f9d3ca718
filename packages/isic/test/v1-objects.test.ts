import type { Bytes } from "@isic/cache";
import type { Color } from "@isic/core-wasm";
import { createSampleArchive } from "@isic/sample-archive";
import { beforeAll, describe, expect, test } from "vitest";
import { isIsicError } from "../src/errors.ts";
import { featureColor } from "../src/features/color.ts";
import type { ConnectOptions, IsicApi, Superpixels } from "../src/index.ts";
import type { Annotation } from "../src/studies/annotation.ts";
import { heatMapOf } from "../src/studies/heat-map.ts";
import { platformApi } from "./support/api.ts";

const archive = createSampleArchive({ images: 21, smallPhotos: true });
const warnings: string[] = [];
const cache = new Map<string, Bytes>();
let paths: string[] = [];
let api: IsicApi;

function connect(options: ConnectOptions = {}): Promise<IsicApi> {
  return platformApi({
    family: "v1",
    baseUrl: archive.v1Url,
    cache,
    onWarning: (message) => warnings.push(message),
    fetch: (request) => {
      paths.push(new URL(request.url).pathname.replace("/api/v1/", ""));
      return archive.fetch(request);
    },
    ...options,
  });
}

/** The sentence of the error that a call throws; fails for anything but the tag. */
function errorOf(tag: string, call: () => unknown): string {
  try {
    call();
  } catch (error) {
    if (isIsicError(error, tag)) return error.message;
    throw error;
  }
  throw new Error(`expected a ${tag}`);
}

beforeAll(async () => {
  api = await connect();
});

describe("datasets", () => {
  test("by name and by id, with licence and attribution", async () => {
    const [first] = await api.datasetList();
    const dataset = await api.dataset(first!.name);
    expect(dataset.id).toBe(first!.id);
    expect((await api.dataset(first!.id)).name).toBe(first!.name);
    expect(dataset.license).toMatch(/^CC/);
    expect(dataset.attribution).not.toBe("");
  });

  test("what an anonymous account may not see is absent, never an error body", async () => {
    const [dataset] = await api.datasetList();
    expect(await dataset!.accessList()).toBeUndefined();
    expect(await dataset!.metadataFiles()).toBeUndefined();
    expect(await dataset!.imagesForReview()).toBeUndefined();
  });

  test("its images are those of the index", async () => {
    const dataset = await api.dataset("UDA-1");
    const images = await dataset.loadImages();
    expect(images.map((image) => image.name)).toContain("ISIC_0000000");
    expect(images.length).toBeLessThanOrEqual(dataset.record.count);
    const names = images.map((image) => (image.record as { dataset: { name: string } }).dataset.name);
    expect(new Set(names)).toEqual(new Set(["UDA-1"]));
  });

  test("an unknown one is one kind sentence", async () => {
    const [first] = await api.datasetList();
    const error = await api.dataset(first!.name.toLowerCase()).catch((e: unknown) => e);
    expect(isIsicError(error, "NotFoundError") && error.nearMatches).toContain(first!.name);
  });
});

describe("the study of the original README", () => {
  const NAME = "ISBI 2016: 100 Lesion Classification";

  test("by name: features, questions, images, users", async () => {
    const study = await api.study(NAME);
    expect(study.features.length).toBeGreaterThan(0);
    expect(study.questions.length).toBeGreaterThan(0);
    expect(study.images.length).toBeGreaterThan(0);
    expect(study.imageNames()[0]).toMatch(/^ISIC_\d{7}$/);
    const image = await api.image(study.images[0]!);
    expect(image.name).toBe(study.images[0]!.name);
  });

  test("loadAnnotations works for guests, keeps one file, and asks for nothing twice", async () => {
    const study = await api.study(NAME);
    const annotations = await study.loadAnnotations();
    expect(annotations.length).toBeGreaterThan(0);
    const marked = annotations.filter((annotation) => annotation.markedFeatures.length > 0);
    expect(marked.length).toBeGreaterThan(0);
    for (const annotation of marked) {
      for (const feature of annotation.markedFeatures) {
        const { idx, lst, num } = annotation.features.get(feature)!;
        expect([idx.length, lst.length]).toEqual([num, num]);
        expect(lst.every((value) => value === 0.5 || value === 1)).toBe(true);
      }
    }
    expect(study.featureList().length).toBeGreaterThan(0);
    expect([...cache.keys()].filter((key) => key.includes("/stann/"))).toHaveLength(1);

    paths = [];
    const again = await connect();
    const second = await (await again.study(NAME)).loadAnnotations();
    expect(second.map((each) => [...each.features])).toEqual(annotations.map((each) => [...each.features]));
    expect(paths.filter((path) => path.includes("/markup/"))).toEqual([]);
  });

  test("a poisoned annotation file is said and fetched again", async () => {
    const study = await api.study(NAME);
    const key = [...cache.keys()].find((each) => each.includes("/stann/"))!;
    cache.set(key, new Uint8Array(new TextEncoder().encode('{"message":"no"}')));
    warnings.length = 0;
    await study.loadAnnotations();
    expect(warnings.join()).toContain("is not usable");
    expect(cache.get(key)!.length).toBeGreaterThan(100);
  });

  test("annotations that cannot be stored are there all the same, and it is said", async () => {
    const study = await api.study(NAME);
    const { length } = await study.loadAnnotations();
    const { set } = cache;
    for (const key of cache.keys()) if (key.includes("/stann/")) cache.delete(key);
    warnings.length = 0;
    cache.set = () => {
      throw new Error("the quota is exceeded");
    };
    try {
      expect(await study.loadAnnotations()).toHaveLength(length);
    } finally {
      cache.set = set;
    }
    expect(warnings.join("\n")).toContain("annotations could not be stored (the quota is exceeded)");
  });

  test("annotations: filters, masks like the server's, areas, Dice, drawing", async () => {
    const study = await api.study(NAME);
    await study.loadAnnotations();
    const complete = study.selectAnnotations();
    expect(complete.length).toBeGreaterThan(0);
    const annotation = complete.find((each) => each.markedFeatures.length > 0)!;
    const feature = annotation.markedFeatures[0]!;
    const byUser = study.selectAnnotations({ users: [annotation.record.user.name], features: [feature] });
    expect(byUser).toContain(annotation);
    for (const given of [annotation.id, annotation, annotation.record])
      expect(study.annotation(given)).toBe(annotation);
    expect(study.annotation(-1)).toBe(study.annotations.at(-1));
    expect(errorOf("ArgumentError", () => study.annotation(null as never))).toContain("a record of an annotation");
    expect((await api.annotation(annotation.id)).responses).toEqual(annotation.responses);

    const image = await api.image(annotation.imageId);
    await image.loadImageData();
    const superpixels = await image.loadSuperpixels();
    const served = await annotation.loadMask(feature);
    const made = annotation.maskOf(feature, superpixels);
    expect(made.data).toEqual(served.data);

    const areas = annotation.areasOf(feature, superpixels);
    expect(areas.tarea).toBe(made.data.reduce((sum, value) => sum + (value > 0 ? 1 : 0), 0));
    expect(annotation.overlap(feature, annotation, feature)).toBe(1);

    annotation.draw(image, { features: [feature], color: [0, 255, 255], alpha: 1 });
    const at = made.data.indexOf(255);
    if (at >= 0) expect([...image.data!.data.subarray(at * 3, at * 3 + 3)]).toEqual([0, 255, 255]);
  });

  test("a heat map counts each reader once per superpixel, and paints the more opaque the more readers agree", async () => {
    const study = await api.study(NAME);
    await study.loadAnnotations();
    const marked = study.selectAnnotations().filter((each) => each.markedFeatures.length > 0);
    const image = await api.image(marked[0]!.imageId);
    expect(() => study.heatMap(image)).toThrow("image.loadSuperpixels()");
    const { idx } = await image.loadSuperpixels();
    const mine = marked.filter(({ imageId }) => imageId === image.id);
    const heatMap = study.heatMap(image);
    expect([...heatMap.readers].sort()).toEqual([...new Set(mine.map(({ userId }) => userId))].sort());
    for (const [feature, { counts, heat }] of heatMap.features) {
      for (let superpixel = 0; superpixel < idx.count; superpixel++) {
        const readers = mine.filter((each) => each.features.get(feature)?.idx.includes(superpixel));
        const number = new Set(readers.map(({ userId }) => userId)).size;
        expect(counts[superpixel]).toBe(number);
        expect(heat[superpixel]).toBeCloseTo(Math.sqrt(number / heatMap.readers.length), 12);
      }
    }

    const [feature, { counts }] = [...heatMap.features][0]!;
    const superpixel = counts.indexOf(Math.max(...counts));
    const one = study.heatMap(image, { features: [feature], maxReaders: counts[superpixel]! });
    expect([...one.features.keys()]).toEqual([feature]);
    await image.loadImageData();
    one.draw(image, { colorOf: () => [1, 2, 3] });
    const at = idx.data.indexOf(superpixel);
    expect([...image.data!.data.subarray(at * 3, at * 3 + 3)]).toEqual([1, 2, 3]);
    one.draw(image);
    expect([...image.data!.data.subarray(at * 3, at * 3 + 3)]).toEqual([...featureColor(feature)]);
    expect(() => study.heatMap(image, { features: [feature.toUpperCase()] })).toThrow(`"${feature}"`);
  });

  test("a heat map mixes the colours of several features by their heat, or stripes them", async () => {
    const image = await api.image("ISIC_0000000");
    const { idx } = await image.loadSuperpixels();
    const marks = (user: string, features: Record<string, number[]>) =>
      ({
        userId: user,
        features: new Map(
          Object.entries(features).map(([name, idx]) => [name, { idx, lst: idx.map(() => 1), num: idx.length }]),
        ),
      }) as unknown as Annotation;
    const annotations = [marks("a", { x: [5], y: [5] }), marks("b", { x: [5] })];
    const heatMap = heatMapOf(
      image,
      annotations,
      undefined,
      { alphaScale: "linear" },
      { users: [], warn: () => undefined, codecs: api.codecs },
    );
    expect([heatMap.features.get("x")!.heat[5], heatMap.features.get("y")!.heat[5]]).toEqual([1, 0.5]);
    const colorOf = (feature: string): Color => (feature === "x" ? [90, 0, 0] : [0, 90, 0]);
    const at = idx.data.indexOf(5);
    const pixels = Array.from(idx.data.keys()).filter((i) => idx.data[i] === 5);
    image.data = { width: idx.width, height: idx.height, channels: 3, data: new Uint8Array(idx.data.length * 3) };
    expect(() => heatMap.draw(image, { colorOf: () => "red" as never })).toThrow("expected a colour (");
    heatMap.draw(image, { colorOf });
    // (1 red + 0.5 green) / 1.5, three quarters opaque over black.
    expect([...image.data.data.subarray(at * 3, at * 3 + 3)]).toEqual([45, 22, 0]);
    image.data.data.fill(0);
    heatMap.draw(image, { colorOf, mixColors: false });
    const seen = new Set(pixels.map((i) => image.data!.data.subarray(i * 3, i * 3 + 3).join()));
    expect(seen).toEqual(new Set(["90,0,0", "0,45,0"]));
    const other = await api.image("ISIC_0000001");
    await other.loadImageData();
    expect(() => heatMap.draw(other)).toThrow(/expected the image/);
  });

  test("what needs the annotations says so before they are loaded", async () => {
    const study = await api.study(NAME);
    const image = await api.image(study.images[0]!);
    await image.loadSuperpixels();
    for (const [what, call] of [
      ["selectAnnotations", () => study.selectAnnotations()],
      ["featureList", () => study.featureList()],
      ["annotation", () => study.annotation(0)],
      ["heatMap", () => study.heatMap(image)],
    ] as const) {
      expect(errorOf("NotLoadedError", call), what).toBe(`${what} of ${NAME} needs loadAnnotations() first.`);
    }
  });

  test("annotations are chosen by names, ids, records and objects alike, one or a list of them", async () => {
    const study = await api.study(NAME);
    await study.loadAnnotations();
    const marked = study.selectAnnotations().find((each) => each.markedFeatures.length > 0)!;
    const summary = study.images.find(({ _id }) => _id === marked.imageId)!;
    const image = await api.image(summary);
    const user = study.users.find(({ _id }) => _id === marked.userId)!;
    const feature = study.features.find(({ id }) => id === marked.markedFeatures[0])!;
    const wanted = study.selectAnnotations({ images: [summary.name], users: [user._id], features: [feature.id] });
    expect(wanted).toContain(marked);
    for (const images of [summary, image, image.record, summary._id, [image, summary.name]]) {
      expect(study.selectAnnotations({ images, users: user, features: feature })).toEqual(wanted);
    }
    const { idx } = marked.features.get(feature.id)!;
    expect(study.selectAnnotations({ superpixels: idx[0]!, states: "complete", statuses: "ok" })).toContain(marked);
    expect(errorOf("ArgumentError", () => study.selectAnnotations({ users: [{} as never] }))).toBe(
      "expected an id, a name or a record of a user, got an object without an id",
    );
    await image.loadSuperpixels();
    expect([...study.heatMap(image, { features: feature }).features.keys()]).toEqual([feature.id]);
  });

  test("an annotation is painted whole and on its own image, or not at all", async () => {
    const study = await api.study(NAME);
    await study.loadAnnotations();
    const marked = study.selectAnnotations().find((each) => each.markedFeatures.length > 0)!;
    const other = await api.image(study.images.find(({ _id }) => _id !== marked.imageId)!);
    await other.loadImageData();
    await other.loadSuperpixels();
    const own = await api.image(marked.imageId);
    await own.loadImageData();
    await own.loadSuperpixels();
    const before = [own.data!.data.slice(), other.data!.data.slice()];
    expect(errorOf("ArgumentError", () => marked.draw(other))).toBe(
      `expected the image ${own.id}, got ${other.id} (${other.name})`,
    );
    for (const none of [undefined, own.record, own.name]) {
      const sentence = `expected the image ${own.id}, got no object of api.image()`;
      expect(errorOf("ArgumentError", () => marked.draw(none as never))).toBe(sentence);
      expect(errorOf("ArgumentError", () => study.heatMap(own).draw(none as never))).toBe(sentence);
    }
    expect(errorOf("NotLoadedError", () => study.heatMap(own.name as never))).toContain(`heatMap of ${own.name} needs`);
    expect(errorOf("ArgumentError", () => study.heatMap(undefined as never))).toContain("a record of an image");
    const bare = await api.annotation(marked.id);
    expect(errorOf("NotLoadedError", () => bare.draw(own))).toContain("needs loadData() first");
    expect(errorOf("NotFoundError", () => marked.draw(own, { features: [marked.markedFeatures[0]!, "no"] }))).toContain(
      `"no"`,
    );
    expect([own.data!.data, other.data!.data]).toEqual(before);
    await bare.loadData();
    bare.draw(own);
    expect(own.data!.data).not.toEqual(before[0]);
  });

  test("cacheImageData without a cache says so at once", async () => {
    const study = await (await connect({ cache: false })).study(NAME);
    paths = [];
    const error = await study.cacheImageData().catch((e: unknown) => e);
    expect(isIsicError(error, "NotLoadedError") && error.message).toContain(`cacheImageData of ${NAME} needs a cache`);
    expect(paths).toEqual([]);
  });

  test("cacheImageData brings photos and superpixels in once", async () => {
    const study = await api.study(NAME);
    const seen: number[] = [];
    const first = await study.cacheImageData({ onProgress: ({ done }) => seen.push(done) });
    expect(first.failed).toEqual([]);
    expect(first.done.length + first.hidden.length).toBe(study.images.length);
    expect(seen.at(-1)).toBe(first.done.length);
    paths = [];
    await study.cacheImageData();
    expect(paths.filter((path) => /download|superpixels/.test(path))).toEqual([]);
  });

  test("mistakes are one kind sentence each", async () => {
    const study = await api.study(NAME);
    await study.loadAnnotations();
    const feature = study.features[0]!.id;
    const wrong = () => study.selectAnnotations({ features: [feature.toLowerCase()] });
    expect(wrong).toThrow(`Did you mean ${JSON.stringify(feature)}?`);
    const error = await api.study("ISBI 2016").catch((e: unknown) => e);
    expect(isIsicError(error, "NotFoundError") && error.nearMatches).toEqual([NAME]);
    await expect(api.annotation("nope")).rejects.toThrow("expected the id of an annotation");
  });
});

describe("segmentations", () => {
  test("of an image: mask, area, superpixels in it, shares", async () => {
    const image = await api.image("ISIC_0000000");
    const superpixels = await image.loadSuperpixels();
    const segmentation = await image.loadSegmentation();
    expect(segmentation).toBeDefined();
    const mask = segmentation!.mask!;
    expect(segmentation!.area).toBe(mask.data.reduce((sum, value) => sum + (value > 0 ? 1 : 0), 0));
    const inside = segmentation!.superpixelsInMask(superpixels, 1);
    const half = segmentation!.superpixelsInMask(superpixels, 0.5);
    expect(inside.length).toBeGreaterThan(0);
    expect(half.length).toBeGreaterThan(inside.length);
    expect(superpixels.szp!.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 10);
    const info = await image.metaInfo();
    expect(info.segmentation?.pixelsInMask).toBe(segmentation!.area);
    expect(info.superpixels?.number).toBe(superpixels.max + 1);
  });

  test("the shares of superpixels do not depend on what was loaded first", async () => {
    const first = await api.image("ISIC_0000000");
    const { szp: none } = await first.loadSuperpixels();
    expect(none).toBeUndefined();
    await first.loadSegmentation();
    const second = await api.image("ISIC_0000000");
    await second.loadSegmentation();
    expect((await second.loadSuperpixels()).szp).toEqual(first.superpixels!.szp);
    const other = await second.loadSuperpixels({ compute: { segments: 50 } });
    expect(other.szp!.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 10);
  });

  test("superpixels that are not there yet are said to be", async () => {
    const study = await api.study("ISBI 2016: 100 Lesion Classification");
    const annotation = (await study.loadAnnotations()).find(({ markedFeatures }) => markedFeatures.length > 0)!;
    const [feature] = annotation.markedFeatures;
    const segmentation = await api.segmentation("ISIC_0000000");
    await segmentation.loadMaskData();
    const superpixels = (await api.image("ISIC_0000000")).superpixels as Superpixels;
    for (const [what, call] of [
      ["maskOf", () => annotation.maskOf(feature!, superpixels)],
      ["areasOf", () => annotation.areasOf(feature!, superpixels)],
      ["superpixelsInMask", () => segmentation.superpixelsInMask(superpixels)],
    ] as const) {
      expect(errorOf("NotLoadedError", call)).toBe(`${what} needs superpixels: await image.loadSuperpixels() first.`);
    }
  });

  test("an empty mask gives shares of 0", async () => {
    const image = await api.image("ISIC_0000000");
    const { idx } = await image.loadSuperpixels();
    const { id } = await api.segmentation(image);
    const black = { width: idx.width, height: idx.height, channels: 1 as const, data: new Uint8Array(idx.data.length) };
    const kept = new Map(cache);
    const key = [...cache.keys()].find((each) => each.includes(`/smask/${id}/`))!;
    kept.set(key, await api.codecs.encodePng(black));
    const own = await (await connect({ cache: kept })).image("ISIC_0000000");
    const superpixels = await own.loadSuperpixels();
    expect((await own.loadSegmentation())!.area).toBe(0);
    expect(superpixels.szp).toEqual(new Float64Array(idx.count));
  });

  test("what is let go of has no origin and no area any more", async () => {
    const image = await api.image("ISIC_0000000");
    await image.loadImageData({ keepRawData: true });
    await image.loadSuperpixels();
    const segmentation = await image.loadSegmentation();
    image.clearData({ data: false, superpixels: false });
    expect(Object.keys(image.origins)).toEqual(["record", "data", "superpixels"]);
    image.clearData();
    expect(Object.keys(image.origins)).toEqual(["record"]);
    expect([segmentation!.mask, segmentation!.area]).toEqual([undefined, 0]);
  });

  test("by its own id, by image id, by name: the same", async () => {
    const byName = await api.segmentation("ISIC_0000000");
    expect((await api.segmentation(byName.id)).id).toBe(byName.id);
    expect((await api.segmentation(byName.imageId)).id).toBe(byName.id);
    const all = await api.segmentationList("ISIC_0000000");
    expect(all.map((each) => each.id)).toContain(byName.id);
  });
});

describe("what a server has not", () => {
  test("says what to use instead", async () => {
    const today = await platformApi({ baseUrl: archive.v2Url, fetch: archive.fetch, cache: false });
    const error = await today.study("x").catch((e: unknown) => e);
    expect(isIsicError(error, "UnsupportedByServerError") && error.message).toMatch(
      /^study: the archive's v2 API has none\./,
    );
    await expect(api.collection(1)).rejects.toThrow("Images are grouped into datasets: api.dataset(name).");
    const image = await today.image("ISIC_0000000");
    await expect(image.loadSegmentation()).rejects.toThrow("the archive's v2 API has none");
  });

  test("collections and lesions are today's", async () => {
    const today = await platformApi({ baseUrl: archive.v2Url, fetch: archive.fetch, cache: false });
    const [collection] = await today.collectionList();
    expect((await today.collection(collection!.name)).id).toBe(collection!.id);
    const names: string[] = [];
    for (const { id } of await today.collectionList()) {
      for await (const record of today.imageList({ collections: [id], limit: 3 })) names.push(String(record.isic_id));
    }
    expect(names.length).toBeGreaterThan(0);
    for await (const lesion of today.lesionList()) {
      expect((await today.lesion(lesion.id)).images_count).toBe(lesion.images_count);
      break;
    }
  });
});
