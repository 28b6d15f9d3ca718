import type { Bytes } from "@isic/cache";
import { createSampleArchive } from "@isic/sample-archive";
import { expect, test } from "vitest";
import { platformApi } from "./support/api.ts";
import { platformCodecs } from "./support/codecs.ts";

/** A cache that remembers which keys it was asked for. */
class AskedMap extends Map<string, Bytes> {
  readonly asked: string[] = [];

  override get(key: string): Bytes | undefined {
    this.asked.push(key.split("/")[2] ?? key);
    return super.get(key);
  }
}

// A v1 record does not name its photo's extension: there the three others are looked for too, in caches without `stat`.
test.each([
  ["v1", 4],
  ["v2", 1],
] as const)("a cold photo on %s takes %i looks into the cache, one request and one decoding", async (family, looks) => {
  const archive = createSampleArchive({ images: 12, smallPhotos: true });
  const platform = await platformCodecs();
  let decoded = 0;
  const codecs = {
    ...platform,
    decode: (...given: Parameters<typeof platform.decode>) => {
      decoded += 1;
      return platform.decode(...given);
    },
  };
  const paths: string[] = [];
  const fetch = (request: Request) => {
    paths.push(new URL(request.url).pathname);
    return archive.fetch(request);
  };
  const cache = new AskedMap();
  const baseUrl = family === "v1" ? archive.v1Url : archive.v2Url;
  const api = await platformApi({ family, baseUrl, fetch, cache, codecs });
  const image = await api.image("ISIC_0000000");
  paths.length = cache.asked.length = 0;
  await image.loadImageData();
  expect(cache.asked).toEqual(Array(looks).fill("image"));
  expect(paths).toHaveLength(1);
  await image.loadSuperpixels();
  expect(decoded).toBe(1);
  // What somebody has painted into is not the photo any more: then the file is decoded for the superpixels.
  image.clearData({ data: false, rawData: false });
  image.data?.data.fill(7, 0, 30);
  await image.loadSuperpixels({ compute: { segments: 50 } });
  expect(decoded).toBe(2);
});
