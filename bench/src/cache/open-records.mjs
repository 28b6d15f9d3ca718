import { openRecordStore } from "@isic/cache";
import { createFileCache } from "@isic/cache-fs";
import { syntheticRecord } from "./synthetic-record.mjs";

const maxRss = () => Math.round(process.resourceUsage().maxRSS / 1024);
const timed = async (run) => {
  const start = performance.now();
  await run();
  return performance.now() - start;
};

const cache = createFileCache({ folder: process.argv[2] });
let store;
const openMs = await timed(async () => {
  store = await openRecordStore(cache, "api.isic-archive.com/anonymous/imindex", { idOf: (record) => record.isic_id });
});
const openRss = maxRss();
const { count } = store;
const newest = Array.from({ length: 100 }, (_, i) => syntheticRecord(count - 1 - i));
const before = store.revision;
const checkMs = await timed(() => store.put(newest, { state: store.state }));
if (store.revision !== before) throw new Error("an update without news made a new revision");
const getMs =
  (await timed(async () => {
    for (let i = 0; i < 200; i++) {
      const id = syntheticRecord((i * 7_919_017) % count).isic_id;
      if ((await store.get(id))?.isic_id !== id) throw new Error(`${id} was not found`);
    }
  })) / 200;
const idsMs = await timed(async () => {
  let ids = 0;
  for await (const _ of store.ids()) ids++;
  if (ids !== count) throw new Error(`${ids} ids instead of ${count}`);
});
const allMs = await timed(async () => {
  let records = 0;
  for await (const record of store.records()) records += record.isic_id === undefined ? 0 : 1;
  if (records !== count) throw new Error(`${records} records instead of ${count}`);
});
await cache.close();
process.send({ openMs, openRss, checkMs, getMs, idsMs, allMs, rss: maxRss() }, () => process.exit(0));
