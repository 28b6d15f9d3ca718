// More images of one moment than the server's pages pass: whoever walks gets all of them, and is told how.
import { createSampleArchive } from "@isic/sample-archive";
import { describe, expect, test } from "vitest";
import { isUnknown } from "../src/index.ts";
import { downloadSource, IsicApi, selectRecords } from "../src/node.ts";

const archive = createSampleArchive({ images: 350, smallPhotos: true });

/** The archive, whose lists go round in circles behind their first page, as the real one's do. */
async function inCircles(request: Request): Promise<Response> {
  const url = new URL(request.url);
  const isList =
    /\/images\/(search\/)?$/.test(url.pathname) && !(url.searchParams.get("query") ?? "").includes("isic_id:");
  const rounds = Number(url.searchParams.get("round") ?? 0);
  if (!isList || url.searchParams.has("limit")) return archive.fetch(request);
  url.searchParams.delete("round");
  const page = (await (await archive.fetch(new Request(url, request))).json()) as { next: string | null };
  url.searchParams.set("round", String(rounds + 1));
  return Response.json({ ...page, next: page.next === null ? null : url.href });
}

async function session() {
  const warnings: string[] = [];
  const api = await IsicApi.connect({
    baseUrl: archive.v2Url,
    cache: false,
    fetch: inCircles,
    onWarning: (message) => warnings.push(message),
  });
  return { api, warnings };
}

const names = async (): Promise<string[]> => {
  const found: string[] = [];
  const api = await IsicApi.connect({ baseUrl: archive.v2Url, cache: false, fetch: archive.fetch });
  for await (const { isic_id } of api.imageList()) found.push(String(isic_id));
  return found.sort();
};

describe("the whole archive, and a search", () => {
  test("come to a list, a selection, a download and the image index", async () => {
    const all = await names();
    expect(all.length).toBeGreaterThan(300);
    const listed: string[] = [];
    const one = await session();
    for await (const record of await selectRecords(one.api.archive, {}))
      if (!isUnknown(record)) listed.push(String(record.isic_id));
    expect(listed.sort()).toEqual(all);
    expect(one.warnings).toEqual([expect.stringContaining("ZIP listing")]);

    const two = await session();
    const source = await downloadSource(two.api.archive, {});
    const images: string[] = [];
    for await (const { id } of source.images(new AbortController().signal)) images.push(id);
    expect(images.sort()).toEqual(all);
    expect(two.warnings).toEqual([expect.stringContaining("ZIP listing")]);

    const three = await session();
    expect((await three.api.cacheImages()).total).toBe(all.length);
    const searched = await selectRecords(three.api.archive, { search: "sex:female OR sex:male" });
    let found = 0;
    for await (const record of searched) if (!isUnknown(record)) found += 1;
    expect(found).toBe(await searched.count());
  });
});
