// One of many that ask for the same missing key at the same time.
import { setTimeout as sleep } from "node:timers/promises";
import { getOrCreate } from "@isic/cache";
import { createFileCache } from "@isic/cache-fs";

const cache = createFileCache({ folder: process.argv[2] });
await cache.open();
process.once("message", async (key) => {
  let loads = 0;
  const value = await getOrCreate(cache, key, async () => {
    loads++;
    await sleep(150);
    return new Uint8Array(50_000).fill(7);
  });
  process.send({ loads, right: value.length === 50_000 && value.every((byte) => byte === 7) }, () => process.exit(0));
});
process.send("ready");
