// The facade over the browser's own storage, in whatever window the suite runs: WebKit's private ones store no Blobs.
import { createSampleArchive } from "@isic/sample-archive";
import { afterEach, expect, test } from "vitest";
import { IsicApi } from "../src/browser.ts";

const NAME = "facade";

afterEach(
  () =>
    new Promise<void>((resolve) => {
      const request = indexedDB.deleteDatabase(NAME);
      for (const kind of ["success", "error", "blocked"]) request.addEventListener(kind, () => resolve());
    }),
);

test.each(["v1", "v2"] as const)("what one session of %s fetched, the next one has", async (family) => {
  const archive = createSampleArchive({ images: 60, smallPhotos: true });
  const baseUrl = family === "v1" ? archive.v1Url : archive.v2Url;
  const warnings: string[] = [];
  const onWarning = (message: string): void => void warnings.push(message);
  const seen: object[] = [];
  for (const _ of ["first", "next"]) {
    const api = await IsicApi.connect({ family, baseUrl, fetch: archive.fetch, cacheName: NAME, onWarning });
    const { total, added } = await api.cacheImages();
    const image = await api.image("ISIC_0000000");
    const { data } = await image.loadImageData();
    const superpixels = await image.loadSuperpixels();
    seen.push({ total, added, data, labels: superpixels.idx.data, origins: image.origins });
  }
  const [first, next] = seen as [{ total: number; added: number; data: Uint8Array }, object];
  expect(first.added).toBe(first.total);
  expect(next).toEqual({ ...first, added: 0, origins: { record: "cache", data: "cache", superpixels: "cache" } });
  expect(warnings).toEqual([]);
});
