import { openRecordStore } from "@isic/cache";
import { createFileCache } from "@isic/cache-fs";
import { syntheticRecord } from "./synthetic-record.mjs";

const [, , folder, count] = process.argv;
const PAGE = 5000;
const cache = createFileCache({ folder });
const start = performance.now();
const store = await openRecordStore(cache, "api.isic-archive.com/anonymous/imindex", {
  idOf: (record) => record.isic_id,
});
for (let at = 0; at < Number(count); at += PAGE) {
  const page = Array.from({ length: PAGE }, (_, i) => syntheticRecord(at + i));
  await store.put(page, { state: { next: at + PAGE } });
}
const ms = performance.now() - start;
let bytes = 0;
let shards = 0;
for await (const entry of cache.list()) {
  bytes += entry.size;
  shards++;
}
await cache.close();
process.send({ ms, bytes, shards, rss: Math.round(process.resourceUsage().maxRSS / 1024) }, () => process.exit(0));
