import { createSampleArchive } from "@isic/sample-archive";
import { beforeEach, describe, expect, test } from "vitest";
import { isIsicError } from "../src/errors.ts";
import type { ImageReference, IsicApi } from "../src/index.ts";
import { platformApi } from "./support/api.ts";

const archive = createSampleArchive({ images: 21, smallPhotos: true });
const NAME = "ISIC_0000000";
const STUDY = "ISBI 2016: 100 Lesion Classification";
let v1: IsicApi;
let v2: IsicApi;

beforeEach(async () => {
  v1 = await platformApi({ family: "v1", baseUrl: archive.v1Url, fetch: archive.fetch, cache: false });
  v2 = await platformApi({ baseUrl: archive.v2Url, fetch: archive.fetch, cache: false });
});

/** The sentence of the error; fails for anything but the tag. */
async function refused(work: Promise<unknown>, tag: string): Promise<string> {
  const error = await work.then(
    () => undefined,
    (e: unknown) => e,
  );
  if (!isIsicError(error, tag)) throw new Error(`expected a ${tag}, got ${String(error)}`);
  return error.message;
}

describe("an image", () => {
  test.each(["v1", "v2"] as const)("of %s by a stub with its id is the server's record", async (family) => {
    const api = family === "v1" ? v1 : v2;
    const { record, id } = await (family === "v1" ? v1 : v2).image(NAME);
    const fresh = await platformApi({ family, baseUrl: api.client.api.baseUrl, fetch: archive.fetch, cache: false });
    const stub = family === "v1" ? { _id: id, meta: {} } : { isic_id: id, metadata: {} };
    expect((await fresh.image(stub)).record).toEqual(record);
    expect(fresh.imageCache.get(id)).toEqual(record);
    expect((await fresh.image({ record: stub } as unknown as ImageReference)).record).toEqual(record);
  });

  test("of the other API is refused, whole or not, and not remembered", async () => {
    const old = await v1.image(NAME);
    const today = await v2.image(NAME);
    const sentence = `expected an image of the archive's v2 API, got a record of v1: give its name ("${NAME}"), or ask a server of that API.`;
    expect(await refused(v2.image(old.record), "ArgumentError")).toBe(sentence);
    expect(await refused(v2.image(old), "ArgumentError")).toBe(sentence);
    expect(await refused(v2.image({ _id: old.id }), "ArgumentError")).toContain("give its name, or ask");
    expect(await refused(v1.image(today), "ArgumentError")).toContain("expected an image of the archive's v1 API");
    expect(await refused(v1.image({ isic_id: NAME }), "ArgumentError")).toContain(`give its name ("${NAME}")`);
    expect([...v1.images.keys(), ...v2.images.keys()]).toEqual([NAME, NAME]);
  });

  test.each([
    [null, "null"],
    [undefined, "undefined"],
    [7, "7"],
    ["", "an empty text"],
    [[NAME], "a list"],
    [{}, "an object without an id"],
    [{ image: 1, path: 2 }, "an object without an id (with image, path)"],
  ])("by nonsense (%j) is refused with a sentence, a TypeError too", async (given, what) => {
    for (const api of [v1, v2]) {
      const error = await api.image(given as never).catch((e: unknown) => e);
      expect(isIsicError(error, "ArgumentError") && error.message).toBe(
        `expected an id, a name or a record of an image, got ${what}`,
      );
      expect(error).toBeInstanceOf(TypeError);
    }
  });
});

describe("objects of v1", () => {
  test("are found by their summaries", async () => {
    const { record } = await v1.image(NAME);
    const { _id, name } = record.dataset as { _id: string; name: string };
    const dataset = await v1.dataset({ _id, name });
    expect(dataset.attribution).not.toBe("");
    const whole = await v1.study(STUDY);
    const study = await v1.study({ _id: whole.id, name: STUDY });
    expect(study.record).toEqual(whole.record);
    const [annotation] = await v1.annotationList({ _id: whole.id });
    const summary = { _id: annotation!.id, imageId: annotation!.imageId, state: annotation!.state };
    expect((await v1.annotation(summary)).record).toEqual(annotation!.record);
    const segmentation = await v1.segmentation(NAME);
    const listed = { _id: segmentation.id, failed: segmentation.failed, skill: segmentation.skill };
    expect((await v1.segmentation(listed)).record).toEqual(segmentation.record);
    expect((await v1.segmentation({ _id: idOf(record), name: NAME, updated: "" })).id).toBe(segmentation.id);
  });

  test("are taken as they are, whole records and objects, without a request", async () => {
    const study = await v1.study(STUDY);
    const [annotation] = await v1.annotationList(study);
    const [dataset] = await v1.datasetList();
    const segmentation = await v1.segmentation(NAME);
    const fetch = (): Promise<Response> => Promise.reject(new Error("nothing should be asked for"));
    const quiet = await platformApi({ family: "v1", baseUrl: archive.v1Url, fetch, cache: false });
    for (const given of [study, study.record]) expect((await quiet.study(given)).record).toBe(study.record);
    for (const given of [annotation!, annotation!.record]) {
      expect((await quiet.annotation(given)).record).toBe(annotation!.record);
    }
    for (const given of [dataset!, dataset!.record]) expect((await quiet.dataset(given)).record).toBe(dataset!.record);
    for (const given of [segmentation, segmentation.record]) {
      expect((await quiet.segmentation(given)).record).toBe(segmentation.record);
    }
  });

  test.each(["dataset", "study", "annotation", "segmentation"] as const)("%s: nonsense is refused", async (kind) => {
    const call = v1[kind].bind(v1) as (given: unknown) => Promise<unknown>;
    const what = kind === "segmentation" ? "segmentation or image" : kind;
    const article = kind === "annotation" ? "an" : "a";
    for (const given of [null, 7, {}, { record: {} }]) {
      expect(await refused(call(given), "ArgumentError")).toContain(
        `expected an id, a name or a record of ${article} ${what}`,
      );
    }
    expect(await refused(call({ _id: "5436e3abbae478396759ffff" }), "NotFoundError")).toContain(
      `There is no ${what} "`,
    );
  });

  test("that are unknown are compared with those that were listed", async () => {
    const [annotation] = await v1.annotationList(STUDY);
    const [segmentation] = await v1.segmentationList(NAME);
    for (const [kind, { id }] of [["annotation", annotation!] as const, ["segmentation", segmentation!] as const]) {
      const wrong = id.slice(0, -1) + (id.endsWith("0") ? "1" : "0");
      const error = await v1[kind](wrong).catch((e: unknown) => e);
      expect(isIsicError(error, "NotFoundError") && error.nearMatches, kind).toContain(id);
    }
  });
});

describe("objects of v2", () => {
  test("collections by number, its digits, name and record", async () => {
    const [collection] = await v2.collectionList();
    for (const reference of [collection!.id, String(collection!.id), collection!.name, collection!]) {
      expect(await v2.collection(reference)).toBe(collection);
    }
    const error = await v2.collection(collection!.name.toLowerCase()).catch((e: unknown) => e);
    expect(isIsicError(error, "NotFoundError") && error.nearMatches).toContain(collection!.name);
    expect(await refused(v2.collection(null as never), "ArgumentError")).toBe(
      "expected an id, a name or a record of a collection, got null",
    );
  });

  test("lesions by id and record, unknown ones compared with those that were listed", async () => {
    const [lesion] = await firstOf(v2.lesionList(), 1);
    expect((await v2.lesion(lesion!)).id).toBe(lesion!.id);
    expect((await v2.lesion(lesion!.id)).id).toBe(lesion!.id);
    const near = async (wanted: string, api = v2): Promise<unknown> => {
      const error = await api.lesion(wanted).catch((e: unknown) => e);
      return isIsicError(error, "NotFoundError") && error.nearMatches;
    };
    expect(await near(lesion!.id.slice(0, -1))).toEqual([lesion!.id]);
    const fresh = await platformApi({ baseUrl: archive.v2Url, fetch: archive.fetch, cache: false });
    expect(await near("il_42", fresh)).toEqual(["IL_0000042"]);
    expect(await near("IL_9999999", fresh)).toEqual([]);
    expect(await near("nevus", fresh)).toEqual([]);
    expect(await refused(v2.lesion({} as never), "ArgumentError")).toContain("a record of a lesion");
  });
});

async function firstOf<T>(items: AsyncIterable<T>, number: number): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) if (found.push(item) === number) break;
  return found;
}

function idOf(record: object): string {
  return (record as { _id: string })._id;
}
