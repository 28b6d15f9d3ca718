import { cacheContract } from "@isic/cache/testing";
import { deleteDB } from "idb";
import { describe, expect, test } from "vitest";
import { createIdbCache, type IdbCache } from "../src/index.ts";
import { installIndexedDb } from "./indexed-db.ts";

await installIndexedDb();

let serial = 0;

cacheContract("the IndexedDB cache", () => createIdbCache({ name: `contract-${serial++}` }), {
  describe,
  test,
  expect,
  has: ["stat", "list", "getStream", "setStream", "lock", "pin", "erase"],
  reopen: (cache) => createIdbCache({ name: (cache as IdbCache).name }),
  dispose: async (cache) => {
    await (cache as IdbCache).close();
    await deleteDB((cache as IdbCache).name);
  },
});
