import { getOrCreate } from "@isic/cache";
import { deleteDB } from "idb";
import { expect, test } from "vitest";
import { createIdbCache } from "../src/index.ts";

test("two caches over one database, as in two tabs, load a missing key once", async () => {
  const name = `tabs-${Math.random()}`;
  const caches = Array.from({ length: 4 }, () => createIdbCache({ name }));
  let loads = 0;
  const load = async () => {
    loads++;
    await new Promise((done) => setTimeout(done, 50));
    return new Uint8Array([1, 2, 3]);
  };
  const all = await Promise.all(caches.map((cache) => getOrCreate(cache, "h.org/anonymous/spimg/0a", load)));
  expect(loads).toBe(1);
  expect(all.map((value) => [...value])).toEqual(Array(4).fill([1, 2, 3]));
  for (const cache of caches) await cache.close();
  await deleteDB(name);
});

test("persist asks the browser, and gives its answer; no is the answer of one that cannot be asked", async () => {
  const cache = createIdbCache({ name: "persist" });
  // Capability "storage manager": WebKitGTK has none.
  const storage: Partial<StorageManager> | undefined = navigator.storage;
  expect(await cache.persist()).toBe((await storage?.persisted?.()) ?? false);
});
