import { createSampleArchive } from "@isic/sample-archive";
import { toFilterTree } from "@isic/select/query";
import { describe, expect, test } from "vitest";
import type { Warning } from "../src/index.ts";
import { createV1Client, type Filter } from "../src/v1/index.ts";
import { createV2Client } from "../src/v2/index.ts";
import { imageRecord, QUICK, routes, SERVER } from "./support/handlers.ts";
import { pagingServer } from "./support/v2-pages.ts";

const many = (count: number, time: number): number[] => Array.from({ length: count }, () => time);

describe("more images of one moment than the server's pages pass", () => {
  const times = [...Array.from({ length: 130 }, (_, index) => index), ...many(450, 1000), 2000, 2001, 2002];
  const open = (warnings: Warning[] = []) => {
    const fetch = pagingServer(SERVER, times);
    const onWarning = (warning: Warning) => warnings.push(warning);
    return { fetch, images: createV2Client({ baseUrl: SERVER, fetch, retry: QUICK, onWarning }).images };
  };

  test.each(["list", "search"] as const)("come from the ZIP listing, each once, and it is said (%s)", async (way) => {
    const warnings: Warning[] = [];
    const { images } = open(warnings);
    const all = await (way === "list" ? images.list() : images.search({ query: "sex:male" })).all();
    expect(all.map(({ isic_id }) => isic_id).sort()).toEqual(times.map((_, index) => imageRecord(index).isic_id));
    expect(warnings).toMatchObject([{ type: "note" }]);
  });

  test.each([50, 200, 420, 560])("come after a walk that is resumed behind %d of them too", async (taken) => {
    const list = open().images.list();
    const seen: string[] = [];
    for await (const { isic_id } of list) if (seen.push(isic_id) === taken) break;
    const rest = await open()
      .images.list({ from: JSON.parse(JSON.stringify(list.position)) })
      .all();
    seen.push(...rest.map(({ isic_id }) => isic_id));
    expect(seen.sort()).toEqual(times.map((_, index) => imageRecord(index).isic_id));
  });

  test("that are asked for by ids need no listing", async () => {
    const { images, fetch } = open();
    const ids = times.map((_, index) => imageRecord(index).isic_id);
    expect(await images.search({ ids }).all()).toHaveLength(ids.length);
    expect(fetch.requests).toHaveLength(Math.ceil(ids.length / 100));
  });
});

describe("a count", () => {
  test("of a v2 list is one small request, and none when a walk has heard it", async () => {
    const archive = createSampleArchive({ images: 250, smallPhotos: true });
    const asked: URL[] = [];
    const onRequest = ({ url }: { url: string }) => asked.push(new URL(url));
    const { images, lesions, collections } = createV2Client({
      baseUrl: archive.origin,
      fetch: archive.fetch,
      onRequest,
    });
    for (const list of [images.list(), images.search({ query: "sex:male" }), lesions.list(), collections.list()]) {
      asked.length = 0;
      const count = await list.count();
      expect(await list.count()).toBe(count);
      expect(asked.map((url) => url.searchParams.get("limit"))).toEqual(["1"]);
      expect(await list.all()).toHaveLength(count);
    }
    const list = images.list();
    for await (const _page of list.pages()) break;
    asked.length = 0;
    const count = await list.count();
    expect(asked).toEqual([]);
    expect(await images.list().all()).toHaveLength(count);
    expect(await images.search({ ids: ["ISIC_0000000", "ISIC_0000001", "ISIC_9999999"] }).count()).toBe(2);
    expect(await images.search({ collections: [] }).count()).toBe(0);
    asked.length = 0;
    const ids = Array.from({ length: 240 }, (_, index) => imageRecord(index).isic_id);
    expect(await images.search({ ids }).count()).toBe((await images.search({ ids }).all()).length);
    expect(asked.map((url) => url.searchParams.get("limit"))).toEqual(["1", null, null, null]);
    expect(await images.size({ ids })).toBeGreaterThan(0);
  });

  test("of a v1 list is one request, filters included", async () => {
    const archive = createSampleArchive({ images: 120, smallPhotos: true });
    const asked: string[] = [];
    const onRequest = ({ url }: { url: string }) => asked.push(new URL(url).pathname);
    const { images, datasets, studies } = createV1Client({ baseUrl: archive.v1Url, fetch: archive.fetch, onRequest });
    const translated = toFilterTree([["meta.clinical.sex", "==", "female"]]).filter;
    // The tree of @isic/select is the tree of this package.
    const filter: Filter | undefined = translated;
    if (filter === undefined) throw new Error("the server can say this");
    for (const list of [
      images.list(),
      images.list({ filter }),
      images.list({ detail: false, filter }),
      datasets.list(),
      studies.list(),
    ]) {
      asked.length = 0;
      const count = await list.count();
      expect(asked).toHaveLength(1);
      const all: unknown[] = await list.all();
      expect(all).toHaveLength(count);
    }
    const females = await images.list({ filter }).all();
    expect(females.length).toBeGreaterThan(0);
    expect(females.every(({ meta }) => meta.clinical.sex === "female")).toBe(true);
    const ids = females.map(({ _id }) => _id);
    expect(await images.byIds([...ids, "0".repeat(24)]).count()).toBe(ids.length);
  });
});

test("the lesions of a list have the outcome that each of them has by itself", async () => {
  const archive = createSampleArchive({ images: 400, smallPhotos: true });
  const { lesions } = createV2Client({ baseUrl: archive.origin, fetch: archive.fetch });
  const listed = await lesions.list().all();
  const raw = await (await archive.fetch(new Request(`${archive.origin}/api/v2/lesions/`))).json();
  const wrong = (raw.results as typeof listed).filter(({ id, index_image_id }) => {
    return listed.find((lesion) => lesion.id === id)?.index_image_id !== index_image_id;
  });
  expect(wrong.length).toBeGreaterThan(0);
  for (const lesion of listed) expect(lesion).toEqual(await lesions.get(lesion.id));
});

test("an age of 0, which the archive's CSV leaves empty, is in all metadata", async () => {
  const record = (index: number, clinical: object) => ({
    ...imageRecord(index),
    metadata: { acquisition: { pixels_x: 1, pixels_y: 1 }, clinical },
  });
  const csv =
    "isic_id,attribution,copyright_license,age_approx\r\nISIC_0000000,x,CC-0,\r\nISIC_0000001,x,CC-0,\r\nISIC_0000002,x,CC-0,5\r\n";
  const fetch = routes({
    "/api/v2/images/search/": (_request: Request, url: URL) => {
      const results = url.searchParams.get("query") === "age_approx:0" ? [record(0, { age_approx: 0 })] : [];
      return Response.json({ results, count: 3, next: null });
    },
    "/api/v2/zip-download/url/": `${SERVER}/download?zsid=token`,
    "/api/v2/zip-download/metadata-file/": () => new Response(csv, { headers: { "content-type": "text/csv" } }),
  });
  const api = createV2Client({ baseUrl: SERVER, fetch, retry: QUICK });
  const ages: unknown[] = [];
  for await (const { metadata } of await api.fetchAllMetadata({ query: "sex:male" }))
    ages.push(metadata.clinical.age_approx);
  expect(ages).toEqual([0, undefined, 5]);
});
