// A search that is too long for one request: the same images for whoever asks.
import { createSampleArchive } from "@isic/sample-archive";
import { beforeAll, describe, expect, test } from "vitest";
import { type ImageSelection, isUnknown } from "../src/index.ts";
import { downloadSource, IsicApi, selectRecords } from "../src/node.ts";

const archive = createSampleArchive({ images: 900, smallPhotos: true });
let api: IsicApi;
let longest = 0;
let names: string[];
let men: string[];

beforeAll(async () => {
  api = await IsicApi.connect({
    baseUrl: archive.v2Url,
    cache: false,
    onWarning: () => undefined,
    fetch: (request) => {
      longest = Math.max(longest, request.url.length);
      return archive.fetch(request);
    },
  });
  [names, men] = [[], []];
  for await (const { isic_id, metadata } of api.imageList()) {
    names.push(String(isic_id));
    if ((metadata as { clinical: { sex?: string } }).clinical.sex === "male") men.push(String(isic_id));
  }
});

async function found(selection: ImageSelection): Promise<{ records: string[]; images: string[]; count: number }> {
  const selected = await selectRecords(api.archive, selection);
  const records: string[] = [];
  for await (const record of selected) if (!isUnknown(record)) records.push(String(record.isic_id));
  const source = await downloadSource(api.archive, selection);
  const images: string[] = [];
  for await (const { id, attribution } of source.images(new AbortController().signal)) {
    expect(attribution).toBeDefined();
    images.push(id);
  }
  return { records: records.sort(), images: images.sort(), count: await selected.count() };
}

const anyOf = (ids: readonly string[]): string => ids.map((id) => `isic_id:${id}`).join(" OR ");

describe("400 ids in a search", () => {
  const some = () => names.slice(100, 500);
  const both = (ids: readonly string[]) => ids.filter((id) => men.includes(id));

  test.each([
    ["alone", () => ({ search: anyOf(some()) }), () => some()],
    ["beside another term", () => ({ search: `sex:male AND (${anyOf(some())})` }), () => both(some())],
    ["behind it", () => ({ search: `(${anyOf(some())}) AND sex:male` }), () => both(some())],
    [
      "with an alternative",
      () => ({ search: `${anyOf(some())} OR sex:male` }),
      () => [...new Set([...some(), ...men])],
    ],
    [
      "with criteria",
      () => ({ search: anyOf(some()), criteria: ["metadata.clinical.sex", "==", "male"] as const }),
      () => both(some()),
    ],
    [
      "with ids of its own",
      () => ({ search: `sex:male AND (${anyOf(some())})`, ids: names.slice(0, 300) }),
      () => both(names.slice(100, 300)),
    ],
  ] as const)("%s", async (_, selection, expected) => {
    longest = 0;
    const wanted = [...expected()].sort();
    expect(wanted.length).toBeGreaterThan(50);
    const { records, images, count } = await found(selection());
    expect(records).toEqual(wanted);
    expect(images).toEqual(wanted);
    expect(count).toBe(wanted.length);
    expect(longest).toBeLessThan(8_192);
  });
});
