import { describe, expect, test } from "vitest";
import { isApiError, type Warning } from "../src/index.ts";
import { createV2Client } from "../src/v2/index.ts";
import { imageRecord, jpeg, page, QUICK, routes, SERVER } from "./support/handlers.ts";

describe("images", () => {
  test("are listed across pages, `next` as it is, without a limit, repeats dropped", async () => {
    const next = `${SERVER}/api/v2/images/?cursor=abc%3D&pin=1`;
    const fetch = routes({
      "/api/v2/images/": (_request: Request, url: URL) =>
        url.search === ""
          ? Response.json({ results: [imageRecord(0), imageRecord(1)], count: 3, next, previous: null })
          : Response.json({ results: [imageRecord(1), imageRecord(2)], count: null, next: null, previous: null }),
    });
    const client = createV2Client({ baseUrl: SERVER, fetch });
    const ids: string[] = [];
    for await (const image of client.images.list()) ids.push(image.isic_id);
    expect(ids).toEqual(["ISIC_0000000", "ISIC_0000001", "ISIC_0000002"]);
    expect(fetch.requests.map((request) => request.url)).toEqual([`${SERVER}/api/v2/images/`, next]);
  });

  test("give decimals as numbers and keep what is not known yet", async () => {
    const clinical = { mel_thick_mm: "0.80", clin_size_long_diam_mm: 5.1, sex: "other", new_field: [1] };
    const record = { ...imageRecord(0), metadata: { acquisition: { pixels_x: 1, pixels_y: 2 }, clinical } };
    const client = createV2Client({ baseUrl: SERVER, fetch: routes({ "/api/v2/images/ISIC_0000000/": record }) });
    const image = await client.images.get("ISIC_0000000");
    expect(image.metadata.clinical).toEqual({ ...clinical, mel_thick_mm: 0.8 });
  });

  test("that do not exist are an error with the server's words", async () => {
    const answer = () => Response.json({ detail: "Not Found" }, { status: 404 });
    const client = createV2Client({ baseUrl: SERVER, fetch: routes({ "/api/v2/images/ISIC_9999999/": answer }) });
    const error = await client.images.get("ISIC_9999999").catch((thrown) => thrown);
    expect(isApiError(error, "HttpNotFoundError")).toBe(true);
    expect(error).toMatchObject({ status: 404, serverMessage: "Not Found", endpoint: "GET images/ISIC_9999999/" });
  });

  test("of unknown shape are an error, or a warning with the raw record", async () => {
    const record = imageRecord(0, { public: "yes" });
    const fetch = routes({ "/api/v2/images/": { results: [record], count: 1, next: null } });
    const strict = createV2Client({ baseUrl: SERVER, fetch });
    await expect(strict.images.list().all()).rejects.toMatchObject({
      tag: "ValidationError",
      path: "results[0].public",
      excerpt: '"yes"',
    });
    const warnings: Warning[] = [];
    const lenient = createV2Client({ baseUrl: SERVER, fetch, validation: "warn", onWarning: (w) => warnings.push(w) });
    expect(await lenient.images.list().all()).toEqual([record]);
    expect(warnings).toMatchObject([{ type: "validation", record }]);
  });

  test("are downloaded, and a page of HTML is not one", async () => {
    const bytes = jpeg(5000);
    const image = imageRecord(0);
    const fetch = routes({
      "/images/ISIC_0000000.jpg": () => new Response(bytes, { headers: { "content-type": "image/jpeg; x=y" } }),
      "/images/ISIC_0000001.jpg": () => page(200, "Sign in"),
    });
    const client = createV2Client({ baseUrl: SERVER, fetch, retry: QUICK });
    const file = await client.images.download(image as never);
    expect(file.contentType).toBe("image/jpeg");
    expect(await file.bytes()).toEqual(bytes);
    await expect(client.images.download(imageRecord(1).files.full)).rejects.toMatchObject({
      tag: "ContentError",
      problem: "kind",
    });
  });
});

test("collections are listed and found", async () => {
  const collection = {
    id: 1,
    name: "A",
    description: "",
    public: true,
    pinned: true,
    locked: true,
    doi: null,
    doi_url: null,
  };
  const fetch = routes({
    "/api/v2/collections/": { results: [collection], count: 1, next: null },
    "/api/v2/collections/1/": collection,
    "/api/v2/autocomplete/collection/": [collection],
  });
  const client = createV2Client({ baseUrl: SERVER, fetch });
  expect(await client.collections.list({ pinned: true, sort: "name" }).all()).toEqual([collection]);
  expect(new URL(fetch.requests[0]?.url ?? "").search).toBe("?pinned=true&sort=name");
  expect(await client.collections.get(1)).toEqual(collection);
  expect(await client.collections.find("abc")).toEqual([collection]);
  await expect(client.collections.find("ab")).rejects.toThrow(RangeError);
});
