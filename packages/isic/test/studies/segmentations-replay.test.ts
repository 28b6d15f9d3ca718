/** The Python client's `cache_segmentations`, replayed: the same questions (but for failed ones), the same file, the same choice for each image. */
import { goldenJson } from "@isic/fixtures";
import { createSampleArchive } from "@isic/sample-archive";
import { beforeAll, describe, expect, test } from "vitest";
import type { SegmentationRecord } from "../../src/archive/archive.ts";
import { decodeGzipJson } from "../../src/codecs/gzip-json.ts";
import { platformApi } from "../support/api.ts";

type Kept = SegmentationRecord & { readonly skill: string };

interface Golden {
  /** Paths with queries, in order. */
  readonly requests: readonly string[];
  /** By id; those that say that an image has none have `#` for time and chance. */
  readonly segmentation_cache: Readonly<Record<string, Kept>>;
  /** Image id and image name to segmentation id. */
  readonly image_segmentations: Readonly<Record<string, string>>;
}

const archive = createSampleArchive({ images: 4, smallPhotos: true });
let golden: Golden;
beforeAll(async () => {
  golden = await goldenJson<Golden>("study/cache_segmentations.json");
});

/** `segmentation?imageId=X` and `segmentation/X`, without how many are asked for and in which order. */
const plain = (path: string): string => {
  const url = new URL(path, "https://x/");
  const image = url.searchParams.get("imageId");
  return url.pathname.slice(1) + (image === null ? "" : `?imageId=${image}`);
};

async function replay(concurrency: number) {
  const order = golden.requests.map(plain);
  // After its list, each segmentation of an image; it forgets failed ones again.
  const listed = (imageId: string): string[] => {
    const rest = order.slice(order.indexOf(`segmentation?imageId=${imageId}`) + 1);
    const end = rest.findIndex((path) => path.includes("?"));
    return rest.slice(0, end < 0 ? rest.length : end).map((path) => path.replace("segmentation/", ""));
  };
  const names = new Map<string, string>();
  const keys = Object.keys(golden.image_segmentations);
  for (const [i, id] of keys.entries()) if (/^[0-9a-f]{24}$/.test(id)) names.set(id, keys[i + 1]!);
  const imageIds = order.flatMap((path) => /imageId=(.*)/.exec(path)?.[1] ?? []);
  const sample = await (await archive.fetch(new Request(`${archive.v1Url}/image/5436e3abbae478396759f0cf`))).json();
  const asked: string[] = [];
  const cache = new Map<string, Uint8Array<ArrayBuffer>>();
  const api = await platformApi({
    family: "v1",
    baseUrl: archive.v1Url,
    cache,
    fetch: async (request) => {
      const url = new URL(request.url);
      const [kind, id] = url.pathname.replace("/api/v1/", "").split("/");
      if (kind === "image") return Response.json({ ...sample, _id: id, name: names.get(id!) ?? `ISIC_${id}` });
      asked.push(plain(url.pathname.replace("/api/v1/", "") + url.search));
      if (id === undefined) {
        const ids = listed(url.searchParams.get("imageId")!);
        return Response.json(
          ids.map((_id) => {
            const {
              created = "2014-11-13T00:00:00+00:00",
              failed = true,
              skill = "novice",
            } = (golden.segmentation_cache[_id] ?? {}) as Partial<Kept>;
            return { _id, created, failed, skill };
          }),
        );
      }
      const { skill: _, ...detail } = golden.segmentation_cache[id]!;
      return Response.json(detail);
    },
  });
  const report = await api.cacheSegmentations(imageIds, { concurrency });
  const isFailed = (path: string): boolean =>
    path.includes("/") && golden.segmentation_cache[path.replace("segmentation/", "")] === undefined;
  return { api, asked, order: order.filter((path) => !isFailed(path)), report, cache, imageIds };
}

describe("cacheSegmentations", () => {
  test.each([1, 8])("asks, keeps and chooses as the Python client (%i at a time)", async (concurrency) => {
    const { api, asked, order, report, cache, imageIds } = await replay(concurrency);
    if (concurrency === 1) expect(asked).toEqual(order);
    else expect([...asked].sort()).toEqual([...order].sort());
    expect(report.failed).toEqual([]);
    const [key] = [...cache.keys()].filter((each) => each.includes("/sgcache/"));
    const kept = await decodeGzipJson<Record<string, SegmentationRecord>>(cache.get(key!)!);
    const isNone = ({ _id }: SegmentationRecord): boolean => _id.startsWith("ffffffff");
    const whole = (records: Readonly<Record<string, SegmentationRecord>>) =>
      Object.values(records)
        .filter((record) => !isNone(record))
        .sort((a, b) => (a._id < b._id ? -1 : 1));
    // The server puts some times into a list of one, by a slip that the client undoes.
    const undone = JSON.stringify(whole(golden.segmentation_cache)).replace(
      /"startTime":\[("[^"]*")\]/g,
      '"startTime":$1',
    );
    expect(whole(kept)).toEqual(JSON.parse(undone));
    const none = (records: Readonly<Record<string, SegmentationRecord>>) =>
      Object.values(records)
        .filter(isNone)
        .map(({ _id, creator, ...rest }) => {
          expect([creator._id, creator.name]).toEqual([_id, null]);
          return rest;
        });
    // Here also that there are failed ones only is kept: the Python client asks for those images each time.
    expect(none(kept)).toEqual(expect.arrayContaining(none(golden.segmentation_cache)));
    expect([none(kept).length, none(golden.segmentation_cache).length]).toEqual([2, 1]);

    asked.length = 0;
    for (const [image, id] of Object.entries(golden.image_segmentations))
      expect([image, (await api.segmentation(image)).id]).toEqual([image, id]);
    const without = imageIds.filter((id) => golden.image_segmentations[id] === undefined);
    for (const id of without) await expect(api.segmentation(id)).rejects.toMatchObject({ tag: "NotFoundError" });
    expect((await api.cacheSegmentations(imageIds)).without).toHaveLength(without.length);
    for (const record of whole(kept)) expect((await api.segmentation(record._id)).record).toEqual(record);
    // All of it is known by now.
    expect(asked).toEqual([]);
  });
});
