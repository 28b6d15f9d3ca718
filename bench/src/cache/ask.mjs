// One of many processes that ask for the same missing key.
import { setTimeout as sleep } from "node:timers/promises";
import { getOrCreate } from "@isic/cache";
import { createFileCache } from "@isic/cache-fs";

const cache = createFileCache({ folder: process.argv[2] });
let loads = 0;
await cache.open();
process.once("message", async () => {
  await getOrCreate(cache, "api.isic-archive.com/anonymous/spimg/5436e3abbae478396759f0cf", async () => {
    loads++;
    await sleep(100);
    return new Uint8Array(100_000);
  });
  process.send({ loads }, () => process.exit(0));
});
process.send("ready");
