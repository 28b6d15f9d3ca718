// Folders that an earlier version (commit ecec2ee) has written: `golden/ecec2ee`. They open, and are carried on.
import { cp, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createSampleArchive } from "@isic/sample-archive";
import { describe, expect, test } from "vitest";
import {
  download,
  downloadSource,
  IsicApi,
  type ManifestEntry,
  parseEntry,
  readManifest,
  verify,
} from "../src/node.ts";

const GOLDEN = fileURLToPath(new URL("golden/ecec2ee/", import.meta.url));

/** A copy of one of the folders, to be changed. */
async function copyOf(name: string): Promise<{ path: string; [Symbol.asyncDispose](): Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), "isic-golden-"));
  await cp(join(GOLDEN, name), path, { recursive: true });
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

async function session(family: "v1" | "v2", cacheFolder?: string) {
  const archive = createSampleArchive({ images: 24, smallPhotos: true });
  archive.grow(3);
  const requests: string[] = [];
  const warnings: string[] = [];
  const api = await IsicApi.connect({
    family,
    baseUrl: family === "v1" ? archive.v1Url : archive.v2Url,
    ...(cacheFolder === undefined ? { cache: false } : { cacheFolder }),
    onWarning: (message) => warnings.push(message),
    fetch: (request) => {
      requests.push(request.url);
      return archive.fetch(request);
    },
  });
  requests.length = 0;
  return { api, requests, warnings };
}

describe.each(["v1", "v2"] as const)("a cache of ecec2ee on %s", (family) => {
  test("has its image index, photo and superpixels, without a request", async () => {
    await using folder = await copyOf(`cache-${family}`);
    const { api, requests, warnings } = await session(family, folder.path);
    expect(await api.loadCache()).toBe(true);
    expect(api.images.size).toBe(26);
    const image = await api.image("ISIC_0000005");
    const photo = await image.loadImageData();
    const { idx, origin } = await image.loadSuperpixels();
    expect([idx.width, idx.height]).toEqual([photo.width, photo.height]);
    expect(origin).toBe(family === "v1" ? "served" : "computed");
    expect(image.origins).toEqual({ record: "cache", data: "cache", superpixels: "cache" });
    expect(requests).toEqual([]);
    expect(warnings).toEqual([]);
  });

  test("is carried on: the index goes on from where it was", async () => {
    await using folder = await copyOf(`cache-${family}`);
    const { api, requests, warnings } = await session(family, folder.path);
    const report = await api.cacheImages();
    expect(report.total).toBe(26 + report.added);
    expect(requests).toHaveLength(1);
    expect(warnings).toEqual([]);
  });
});

test("annotations that were stored are taken from there", async () => {
  await using folder = await copyOf("cache-v1");
  const { api, requests } = await session("v1", folder.path);
  const [study] = await api.studyList();
  const annotations = await study!.loadAnnotations();
  expect(annotations.some(({ features }) => features.size > 0)).toBe(true);
  expect(requests.filter((url) => url.includes("/markup/"))).toEqual([]);
});

describe.each([
  ["v1", ["image", "superpixels", "mask"]],
  ["v2", ["image", "thumbnail"]],
] as const)("a download of ecec2ee on %s", (family, parts) => {
  test("is read, found whole but for the file that failed, and carried on", async () => {
    await using folder = await copyOf(`download-${family}`);
    const before = await readManifest(folder.path);
    const done = before.filter(({ state }) => state === "done");
    const failed = before.filter(({ state }) => state === "failed");
    expect(done).toHaveLength(3 * parts.length);
    expect((await verify(folder.path)).broken.map(({ entry }) => [entry.id, entry.part])).toEqual(
      failed.map(({ id, part }) => [id, part]),
    );

    const { api } = await session(family);
    const ids = [...new Set(before.map(({ id }) => id))];
    const summary = await download(await downloadSource(api.client, { ids }), folder.path, { parts });
    expect(summary).toMatchObject({
      images: 4,
      skipped: done.length,
      fetched: failed.length,
      failed: [],
      keptNames: 0,
    });
    const lines = (await readFile(join(folder.path, "manifest.jsonl"), "utf8")).split("\n");
    // What the archive says of an image is that of today; the files, and what was done with them, are those that were there.
    const own = (entry: ManifestEntry | undefined): string =>
      JSON.stringify({ ...entry, record: undefined, refreshedAt: undefined });
    const kept = new Set(lines.map((line) => own(parseEntry(line))));
    for (const entry of done) expect(kept).toContain(own(entry));
    expect((await verify(folder.path)).broken).toEqual([]);
  });
});
