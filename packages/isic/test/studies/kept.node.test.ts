import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createFileCache } from "@isic/cache-fs";
import { createSampleArchive } from "@isic/sample-archive";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { decodeGzipJson, encodeGzipJson } from "../../src/codecs/gzip-json.ts";
import { encodeIndexNpz } from "../../src/codecs/npz.ts";
import { IsicApi } from "../../src/node.ts";

const archive = createSampleArchive({ images: 24, smallPhotos: true });
const STUDY = "Reader agreement: five readers";
const ALL = "0".repeat(24);
const HOST = new URL(archive.v1Url).host;

let folder: string;
let paths: string[];
let isOnline: boolean;
let warnings: string[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "isic-kept-"));
  paths = [];
  warnings = [];
  isOnline = true;
});
afterEach(() => rm(folder, { recursive: true }));

function connect(): Promise<IsicApi> {
  return IsicApi.connect({
    family: "v1",
    baseUrl: archive.v1Url,
    cacheFolder: folder,
    retry: { limit: 0 },
    onWarning: (message) => warnings.push(message),
    fetch: async (request) => {
      paths.push(new URL(request.url).pathname.replace("/api/v1/", ""));
      if (!isOnline) throw new TypeError("fetch failed");
      return archive.fetch(request);
    },
  });
}

async function kept<T>(type: string, id: string): Promise<T> {
  const cache = createFileCache({ folder, identity: { server: HOST, account: "anonymous" } });
  const bytes = await cache.get(`${HOST}/anonymous/${type}/${id}`);
  return decodeGzipJson<T>(bytes!);
}

type Kept = Record<string, Record<string, Record<string, unknown>>>;

describe("stann_ files", () => {
  test("get the areas that can be computed without asking the server, and say how many superpixels there were", async () => {
    const api = await connect();
    const study = await api.study(STUDY);
    await study.loadAnnotations();
    const before = Object.values(Object.values(await kept<Kept>("stann", study.id))[0]!)[0]!;
    // the Python client counts an annotation without these fields as a problem, and computes what is null
    const unknown = { area: null, area_pct: null, area_mpct: null, tarea: null, tarea_pct: null, tarea_mpct: null };
    expect(before).toMatchObject(unknown);
    expect(Object.keys(before).sort()).toEqual([...Object.keys(unknown), "idx", "lst", "num", "count"].sort());

    const image = await api.image(study.images[0]!);
    const superpixels = await image.loadSuperpixels();
    await study.loadAnnotations();
    const [some] = study.selectAnnotations({ images: image }).filter(({ features }) => features.size > 0);
    const withoutMask = Object.values((await kept<Kept>("stann", study.id))[some!.id]!);
    for (const feature of withoutMask) {
      expect(feature).toMatchObject({ area: expect.any(Array), area_mpct: null, tarea_mpct: null });
    }
    const segmentation = await image.loadSegmentation();
    paths = [];
    await study.loadAnnotations();
    expect(paths).toEqual([expect.stringMatching(/^annotation$/)]);
    const file = await kept<Kept>("stann", study.id);
    const mine = study.selectAnnotations({ images: image });
    expect(mine.length).toBeGreaterThan(2);
    for (const annotation of mine) {
      for (const [feature, { idx, count, area, area_pct, area_mpct, tarea }] of Object.entries(file[annotation.id]!)) {
        const areas = annotation.areasOf(feature, superpixels);
        expect(count).toBe(superpixels.idx.count);
        expect((idx as number[]).map((superpixel) => superpixels.szs[superpixel])).toEqual(area);
        expect([area, area_pct, area_mpct, tarea]).toEqual([areas.area, areas.areaPct, areas.areaMpct, areas.tarea]);
      }
    }
    expect(segmentation).toBeDefined();
    const all = mine.flatMap((each) => Object.values(file[each.id]!).flatMap(({ area_mpct }) => area_mpct as number[]));
    expect(all.some((share) => share > 0)).toBe(true);
  });

  test("keep every field that others wrote, and annotations that are no longer listed", async () => {
    const api = await connect();
    const study = await api.study(STUDY);
    const [first] = await study.loadAnnotations();
    const file = await kept<Kept>("stann", study.id);
    const feature = first!.markedFeatures[0]!;
    file[first!.id]![feature] = { ...file[first!.id]![feature], area: [1], note: "by hand" };
    file.gone = { x: { idx: [1], lst: [1], num: 1 } };
    const second = study.annotations.find((each) => each !== first && each.markedFeatures.length > 0)!;
    delete file[second.id];
    const cache = createFileCache({ folder, identity: { server: HOST, account: "anonymous" } });
    await cache.set(`${HOST}/anonymous/stann/${study.id}`, await encodeGzipJson(file));
    await study.loadAnnotations();
    const after = await kept<Kept>("stann", study.id);
    expect(after[first!.id]![feature]).toMatchObject({ area: [1], note: "by hand" });
    expect(after.gone).toMatchObject(file.gone);
    expect(Object.keys(after[second.id]!)).toEqual(second.markedFeatures);
  });
});

describe("segmentations", () => {
  test("are kept in the Python client's file, those that there are not too, and not asked for again", async () => {
    const api = await connect();
    await api.cacheImages();
    const names = [...api.images.keys()];
    const report = await api.cacheSegmentations();
    expect(report.failed).toEqual([]);
    expect([...report.done, ...report.without].sort()).toEqual(names.sort());
    const file = await kept<Record<string, { _id: string; imageId: string; failed: boolean; skill: string }>>(
      "sgcache",
      ALL,
    );
    for (const [id, record] of Object.entries(file)) {
      expect(record._id).toBe(id);
      expect(record.skill).toMatch(/^(novice|expert|none)$/);
      expect(record.failed).toBe(id.startsWith("ffffffff"));
    }
    for (const name of report.without) {
      const id = api.images.get(name)!;
      expect(
        Object.values(file)
          .filter(({ imageId }) => imageId === id)
          .map(({ failed }) => failed),
      ).toEqual([true]);
    }
    paths = [];
    const again = await connect();
    expect(await again.cacheSegmentations(report.done.slice(0, 5))).toEqual({
      done: report.done.slice(0, 5),
      without: [],
      failed: [],
    });
    const image = await again.image(report.done[0]!);
    expect((await image.loadSegmentation())!.area).toBeGreaterThan(0);
    for (const name of report.without.slice(0, 1))
      expect(await (await again.image(name)).loadSegmentation()).toBeUndefined();
    expect(paths.filter((path) => path === "segmentation")).toEqual([]);
    expect(await again.cacheSegmentations([report.done[0]!], { refresh: true })).toMatchObject({
      done: [report.done[0]],
    });
    expect(paths.filter((path) => path === "segmentation")).toHaveLength(1);
    const unknown = await again.cacheSegmentations(["ISIC_9999999", report.done[0]!]);
    expect([unknown.done, unknown.failed.map(({ name }) => name)]).toEqual([[report.done[0]], ["ISIC_9999999"]]);
    await expect(again.cacheSegmentations([], { refesh: true } as never)).rejects.toThrow("refresh");
  });

  test("an entry that says there is none is believed for 30 days", async () => {
    const api = await connect();
    const image = await api.image("ISIC_0000000");
    const seconds = Math.floor(Date.now() / 1000) - 31 * 86_400;
    const id = `ffffffff${seconds.toString(16).padStart(8, "0")}00000000`;
    const cache = createFileCache({ folder, identity: { server: HOST, account: "anonymous" } });
    const entry = { _id: id, failed: true, imageId: image.id, reviews: [], skill: "none" };
    await cache.set(`${HOST}/anonymous/sgcache/${ALL}`, await encodeGzipJson({ [id]: entry }));
    expect(await image.loadSegmentation()).toBeDefined();
  });
});

describe("without a connection", () => {
  test("all that was kept is there: images by name, photos, superpixels, masks, studies, datasets", async () => {
    const api = await connect();
    await api.cacheImages();
    await api.datasetList();
    const study = await api.study(STUDY);
    await study.cacheImageData();
    await study.loadAnnotations();
    const name = study.imageNames()[0]!;
    await (await api.image(name)).loadSegmentation();

    isOnline = false;
    const offline = await connect();
    const image = await offline.image(name);
    expect(image.name).toBe(name);
    await image.loadImageData();
    await image.loadSuperpixels();
    expect((await image.loadSegmentation())!.area).toBeGreaterThan(0);
    expect((await offline.datasetList()).length).toBeGreaterThan(0);
    const same = await offline.study(STUDY);
    expect(await same.loadImages()).toHaveLength(study.images.length);
    expect(await same.loadAnnotations()).toHaveLength(study.annotations.length);
    same.heatMap(image).draw(image);
    expect(warnings.join()).toContain("that were kept");
    await expect(offline.image("ISIC_9999999")).rejects.toMatchObject({ tag: "NetworkError" });
  });

  test("records by id and whole lists are there too, each in a session of its own; of what is not kept that is said", async () => {
    const api = await connect();
    await api.cacheImages();
    await api.loadMetaHist();
    const dataset = (await api.datasetList())[0]!.name;
    const study = await api.study(STUDY);
    const marked = (await study.loadAnnotations()).find(({ features }) => features.size > 0)!;
    const { done } = await api.cacheSegmentations();
    const mask = await api.segmentation(done[0]!);
    isOnline = false;
    expect((await (await connect()).allImages()).size).toBe(api.images.size);
    expect(await (await connect()).loadMetaHist()).toEqual(api.metaHist);
    expect(await (await connect()).annotationList(STUDY)).toHaveLength(study.annotations.length);
    const annotation = await (await connect()).annotation(marked.id);
    expect([...(await annotation.loadData())]).toEqual([...marked.features]);
    expect((await (await connect()).segmentation(mask.id)).record).toEqual(mask.record);
    expect((await (await connect()).segmentationList(done[0]!)).map(({ id }) => id)).toContain(mask.id);
    expect(await (await (await connect()).dataset(dataset)).loadImages()).toBeInstanceOf(Array);
    const unkept = { tag: "NetworkError", message: expect.stringContaining(" is not kept, and nobody answers. GET ") };
    const offline = await connect();
    for (const call of [
      () => offline.cacheImages(),
      () => offline.imageList().next(),
      () => offline.image("ISIC_9999999"),
      async () => (await offline.dataset(dataset)).accessList(),
      async () => (await offline.image("ISIC_0000003")).loadThumbnail(),
      async () => (await offline.image("ISIC_0000003")).loadImageData(),
      async () => (await offline.image("ISIC_0000003")).loadSuperpixels(),
      async () => (await offline.image(done[1]!)).loadSegmentation(),
      () => offline.annotation("0123456789abcdef01234567"),
      () => offline.segmentation("0123456789abcdef01234567"),
    ])
      await expect(call()).rejects.toMatchObject(unkept);
  });

  test("superpixels are read from the labels that the Python client of 2019 kept, where their picture is missing", async () => {
    const { id } = await (await connect()).image("ISIC_0000000");
    const { idx } = await (await (await connect()).image(id)).loadSuperpixels();
    const cache = createFileCache({ folder, identity: { server: HOST, account: "anonymous" } });
    await cache.set(`${HOST}/anonymous/spidx/${id}`, await encodeIndexNpz(idx));
    await cache.delete(`${HOST}/anonymous/spimg/${id}`);
    paths = [];
    const again = await (await (await connect()).image(id)).loadSuperpixels();
    expect([again.idx, again.origin]).toEqual([idx, "served"]);
    expect(paths).toEqual([`image/${id}`]);
    expect(await cache.get(`${HOST}/anonymous/spimg/${id}`)).toBeDefined();
  });

  test("lists are kept for seven days; what they lack is asked for", async () => {
    const api = await connect();
    await api.studyList();
    paths = [];
    const again = await connect();
    await again.studyList();
    await again.study(STUDY);
    expect(paths).toEqual([]);
    await expect(again.study("a new one")).rejects.toMatchObject({ tag: "NotFoundError" });
    expect(paths).toEqual(["study"]);
    await again.studyList({ refresh: true });
    expect(paths).toEqual(["study", "study"]);

    paths = [];
    const later = Date.now() + 8 * 86_400_000;
    const clock = vi.spyOn(Date, "now").mockImplementation(() => later);
    await (await connect()).studyList();
    expect(paths).toEqual(["study"]);
    clock.mockRestore();
    isOnline = false;
    expect((await (await connect()).studyList()).length).toBeGreaterThan(0);
  });
});

describe("a list of images that is not what was kept", () => {
  const records = (cut: (all: [string, unknown][]) => [string, unknown][]) => async (hasState: boolean) => {
    const api = await connect();
    const { total } = await api.cacheImages();
    const cache = createFileCache({ folder, identity: { server: HOST, account: "anonymous" } });
    const file = await kept<Record<string, unknown>>("imcache", ALL);
    await cache.set(
      `${HOST}/anonymous/imcache/${ALL}`,
      await encodeGzipJson(Object.fromEntries(cut(Object.entries(file)))),
    );
    if (!hasState) await cache.delete(`${HOST}/anonymous/imstate/${ALL}/v1`);
    const again = await connect();
    expect(await again.selectImages([])).toHaveProperty("size", hasState ? total : expect.any(Number));
    expect((await again.cacheImages()).total).toBe(total);
    expect((await (await connect()).cacheImages()).total).toBe(total);
  };

  test.each([
    ["an older copy", records((all) => all.slice(0, 9))],
    ["the end alone", records((all) => all.slice(9))],
    ["one with a hole", records((all) => [...all.slice(0, 5), ...all.slice(9)])],
    ["one without its last", records((all) => all.slice(0, -1))],
  ])("%s, is asked for again, so that no image is missed", async (_, attack) => {
    await attack(true);
    expect(warnings).toEqual([expect.stringContaining("shorter than what was kept there")]);
    warnings = [];
    await attack(false);
    expect(warnings).toEqual([]);
  });
});

describe("files that are damaged in one place", () => {
  test("keep the rest: marks of a study, segmentations", async () => {
    const api = await connect();
    const study = await api.study(STUDY);
    const marked = (await study.loadAnnotations()).filter(({ features }) => features.size > 0);
    const names = ["ISIC_0000000", "ISIC_0000001", "ISIC_0000002"];
    await api.cacheSegmentations(names);
    const cache = createFileCache({ folder, identity: { server: HOST, account: "anonymous" } });
    for (const [type, id] of [
      ["stann", study.id],
      ["sgcache", ALL],
    ] as const) {
      const file = await kept<Record<string, unknown>>(type, id);
      const [first, second] = type === "stann" ? [marked[0]!.id, marked[1]!.id] : Object.keys(file);
      await cache.set(
        `${HOST}/anonymous/${type}/${id}`,
        await encodeGzipJson({ ...file, [first!]: null, [second!]: "x" }),
      );
    }
    paths = [];
    const again = await connect();
    const same = await (await again.study(STUDY)).loadAnnotations();
    expect(same.map(({ id, features }) => [id, [...features]])).toEqual(
      study.annotations.map(({ id, features }) => [id, [...features]]),
    );
    const asked = new Set(paths.filter((path) => path.startsWith("annotation/")).map((path) => path.split("/")[1]));
    expect(asked).toEqual(new Set([marked[0]!.id, marked[1]!.id]));
    expect(warnings).toEqual([expect.stringContaining("is damaged in 2 places")]);
    for (const name of names) expect(await (await again.image(name)).loadSegmentation()).toBeDefined();
    const lists = paths.filter((path) => path === "segmentation").length;
    expect(lists).toBeGreaterThan(0);
    expect(lists).toBeLessThan(names.length);
  });

  test("a list with records that are none is asked for again", async () => {
    const cache = createFileCache({ folder, identity: { server: HOST, account: "anonymous" } });
    for (const list of [[null], [1], [{}], [{ _id: 7, name: "x" }], { message: "Internal error" }]) {
      for (const type of ["dscache", "stcache"])
        await cache.set(`${HOST}/anonymous/${type}/${ALL}`, await encodeGzipJson(list));
      const api = await connect();
      expect((await api.datasetList()).length).toBeGreaterThan(1);
      expect((await api.study(STUDY)).name).toBe(STUDY);
    }
  });
});

describe("a folder of the Python client that a guest of ours used", () => {
  test("then that client as an account, then ours: the account goes on with its own list, not with the guest's state", async () => {
    const admin = archive.users.find(({ login }) => login === "admin")!;
    const connectAs = (login?: string) =>
      IsicApi.connect({
        family: "v1",
        baseUrl: archive.v1Url,
        cacheFolder: folder,
        fetch: archive.fetch,
        onWarning: (message) => warnings.push(message),
        ...(login === undefined ? {} : { username: login, password: admin.password }),
      });
    await mkdir(join(folder, "0", "0"), { recursive: true });
    const guest = await connectAs();
    const { total } = await guest.cacheImages();
    const list = join(folder, "0", "0", `imcache_${ALL}`);
    const records = Object.entries(await decodeGzipJson<object>(new Uint8Array(await readFile(`${list}.json.gz`))));
    // That client's file for the account lacks some; the guest's state says that all have been seen.
    const some = Object.fromEntries(records.filter((_, i) => i !== 3 && i !== 4));
    await writeFile(`${list}_admin.json.gz`, await encodeGzipJson(some));
    const account = await connectAs("admin");
    expect(await account.loadCache()).toBe(true);
    expect((await account.cacheImages()).total).toBeGreaterThanOrEqual(total);
    expect([...account.imageCache.keys()]).toEqual(expect.arrayContaining(records.map(([id]) => id)));
    expect(warnings).toEqual([]);
  });
});
