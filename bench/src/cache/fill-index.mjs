// The image index of the facade, filled from a server of today's API; or the Python client's file of the old one.

import { createFileCache } from "@isic/cache-fs";
import { encodeGzipJson } from "isic";
import { IsicApi } from "isic/node";
import { fakeArchive } from "./fake-archive.mjs";
import { v1Record } from "./v1-record.mjs";

const [, , family, folder, count] = process.argv;
const start = performance.now();
if (family === "v1") {
  const records = Array.from({ length: Number(count) }, (_, number) => v1Record(number));
  const cache = createFileCache({ folder });
  const file = await encodeGzipJson(Object.fromEntries(records.map((record) => [record._id, record])));
  await cache.set(`archive.example/anonymous/imcache/${"0".repeat(24)}`, file);
  await cache.close();
} else {
  const { fetch } = fakeArchive(family, Number(count));
  const api = await IsicApi.connect({ family, fetch, cacheFolder: folder });
  const { total } = await api.cacheImages();
  if (total !== Number(count)) throw new Error(`${total} records instead of ${count}`);
  await api.close?.();
}
const rss = Math.round(process.resourceUsage().maxRSS / 1024);
process.send({ ms: performance.now() - start, rss }, () => process.exit(0));
