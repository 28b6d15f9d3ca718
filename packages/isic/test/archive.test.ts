// Both implementations of the one interface to the servers answer the same questions.
import { createSampleArchive } from "@isic/sample-archive";
import { describe, expect, test } from "vitest";
import { type Archive, archiveOf, isIsicError, isUnknown } from "../src/index.ts";
import { platformApi } from "./support/api.ts";

const server = createSampleArchive({ images: 60, smallPhotos: true });
const NAME = "ISIC_0000003";

async function archive(family: "v1" | "v2"): Promise<Archive> {
  const baseUrl = family === "v1" ? server.v1Url : server.v2Url;
  return (await platformApi({ family, baseUrl, fetch: server.fetch, cache: false, onWarning: () => {} })).archive;
}

const tagOf = async (failing: Promise<unknown>): Promise<string | undefined> => {
  const error = await failing.catch((each: unknown) => each);
  return isIsicError(error) ? error.tag : undefined;
};

describe.each(["v1", "v2"] as const)("an archive that speaks %s", (family) => {
  test("says who and where it is", async () => {
    const own = await archive(family);
    expect(own).toMatchObject({ family, account: "anonymous" });
    expect(own.address).toBe(`https://${own.server}/api/${family}/`);
    expect(own.isId(family === "v1" ? "5436e3abbae478396759f0cf" : NAME)).toBe(true);
    expect(own.isId("UDA-1")).toBe(false);
  });

  test("gives records by id and by name, and knows one that it is given", async () => {
    const own = await archive(family);
    const record = await own.image(NAME);
    const id = String(record.isic_id ?? record._id);
    expect(await own.image(id)).toEqual(record);
    expect(own.resolve(record)).toBe(record);
    expect(own.resolve({ record })).toBe(record);
    expect(own.resolve(NAME)).toBe(NAME);
    expect(await tagOf(own.image("ISIC_7777777"))).toBe("NotFoundError");
    expect(await tagOf(own.image("nonsense"))).toBe("NotFoundError");
    const both: unknown[] = [];
    for await (const each of own.images(["ISIC_7777777", id]))
      both.push(isUnknown(each) ? each.unknown : (each.isic_id ?? each._id));
    expect(both).toEqual(["ISIC_7777777", id]);
  });

  test("opens the files of an image, under addresses without signatures", async () => {
    const own = await archive(family);
    const record = await own.image(NAME);
    for (const part of ["image", "thumbnail"] as const) {
      const file = (await own.open(record, part))!;
      expect(file.url).not.toMatch(/[?#]/);
      expect(file.contentType).toBe("image/jpeg");
      const bytes = await file.bytes();
      expect([...bytes.subarray(0, 2)]).toEqual([0xff, 0xd8]);
      expect(bytes.length).toBeGreaterThanOrEqual(file.announcedBytes ?? 1);
    }
    for (const part of ["superpixels", "mask"] as const) {
      const file = await own.open(record, part);
      if (family === "v2") expect(file).toBeUndefined();
      else expect((await file!.bytes()).subarray(1, 4)).toEqual(new TextEncoder().encode("PNG"));
    }
    expect(own.servesSuperpixels).toBe(family === "v1");
  });

  test("says the terms of images: their own where the server tells them", async () => {
    const own = await archive(family);
    const records: Awaited<ReturnType<Archive["image"]>>[] = [];
    for await (const record of own.select({ limit: 10 })) if (!isUnknown(record)) records.push(record);
    const terms = await own.termsOf(records);
    expect(terms.size).toBe(10);
    for (const each of terms.values()) {
      expect(each.licence).toMatch(/^CC-/);
      expect(each.attribution).not.toBe("");
      expect(each.attributionOf).toBe(family === "v1" ? "group" : "image");
    }
    const text = await own.licenceText("CC-0");
    if (family === "v1") expect(text).toBeUndefined();
    else expect(text!.length).toBeGreaterThan(20);
  });

  test("names its groups, counts its values, and tells all metadata", async () => {
    const own = await archive(family);
    const groups = await own.groups();
    expect(groups.length).toBeGreaterThan(0);
    for (const { id, name } of groups) expect([typeof id, typeof name]).toEqual(["string", "string"]);
    expect(Object.keys(await own.valueCounts()).length).toBeGreaterThan(3);
    const ids = new Set<string>();
    for await (const { id, metadata } of own.metadata()) {
      ids.add(id);
      expect(metadata).toHaveProperty("clinical");
    }
    expect(ids.size).toBe(await own.select().count());
  });

  test("refuses what only the other API has, by name", async () => {
    const own = await archive(family);
    const other = family === "v1" ? own.collections("collectionList") : own.studies("studyList");
    expect(await tagOf(other)).toBe("UnsupportedByServerError");
    const foreign = family === "v1" ? { search: "sex:male" } : { dataset: "UDA-1" };
    expect(await tagOf(own.select(foreign).count())).toBe("UnsupportedByServerError");
    expect(await tagOf(own.select({ criteria: ["meta.clinical.sex", "=" as "==", "male"] }).count())).toBe(
      "CriteriaError",
    );
  });
});

test("an archive is made of a client too", async () => {
  const { client } = await platformApi({ baseUrl: server.v2Url, fetch: server.fetch, cache: false });
  expect(archiveOf(client)).toMatchObject({ family: "v2", account: "anonymous" });
});
