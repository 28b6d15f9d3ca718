import { lstat, mkdir, readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { getOrCreate, repair, verify } from "@isic/cache";
import { afterAll, describe, expect, test } from "vitest";
import { createFileCache, type FileCache } from "../src/index.ts";
import { listOf, newFolder, removeFolders } from "./folder.ts";

afterAll(removeFolders);

const KEY = "h.org/jane/image/5436e3abbae478396759f0cf/x.jpg";
const bytes = (...values: number[]): Uint8Array<ArrayBuffer> => new Uint8Array(values);
async function* chunks() {
  yield bytes(1, 2);
}

/** Everything below that others may read or enter, as `mode path`. */
async function openIn(folder: string): Promise<string[]> {
  const found: string[] = [];
  for (const name of await readdir(folder, { recursive: true })) {
    const { mode } = await lstat(join(folder, name));
    if ((mode & 0o077) !== 0) found.push(`${(mode & 0o777).toString(8)} ${name}`);
  }
  return found.sort();
}

/** Every way into an empty cache; `look` is called wherever something may be under way. */
const ways: Record<string, (cache: FileCache, look: () => Promise<void>) => Promise<unknown>> = {
  set: (cache) => cache.set(KEY, bytes(1), { validator: "v", origin: "https://h.org/secret" }),
  setStream: (cache) => cache.setStream(KEY, chunks()),
  "setStream, half way": (cache, look) =>
    cache.setStream(
      KEY,
      (async function* () {
        yield bytes(1);
        await look();
        yield bytes(2);
      })(),
    ),
  getOrCreate: (cache, look) =>
    getOrCreate(cache, KEY, async () => {
      await look();
      return bytes(1);
    }),
  lock: (cache, look) => cache.lock(KEY, look),
  "set under a lock": (cache, look) => cache.lock(KEY, () => cache.set(KEY, bytes(1)).then(look)),
  "get of nothing": (cache) => cache.get(KEY),
  "stat of nothing": (cache) => cache.stat(KEY),
  "pin of nothing": (cache) => cache.pin(KEY),
  "delete of nothing": (cache) => cache.delete(KEY),
  "keys and list": async (cache) => [await listOf(cache.keys()), await listOf(cache.list())],
  verify: (cache) => verify(cache),
  repair: (cache) => repair(cache),
  erase: (cache) => cache.erase("h.org/jane/"),
  open: (cache) => cache.open(),
};

const after: Record<string, (cache: FileCache) => Promise<unknown>> = {
  get: (cache) => cache.get(KEY),
  getStream: async (cache) => new Response(await cache.getStream(KEY)).arrayBuffer(),
  pin: (cache) => cache.pin(KEY),
  "set again": (cache) => cache.set(KEY, bytes(2)),
  repair: (cache) => repair(cache),
  close: (cache) => cache.close(),
};

describe("what is an account's", () => {
  test.each(Object.keys(ways))("is closed to other users when it begins with %s", async (way) => {
    const folder = await newFolder();
    const cache = createFileCache({ folder });
    const look = async (): Promise<void> => {
      // The folder of the server holds those of all accounts.
      expect(await openIn(folder)).toEqual(["755 h.org"]);
    };
    await ways[way]!(cache, look);
    for (const [name, act] of Object.entries(after)) {
      await act(cache);
      expect([name, (await openIn(folder)).filter((path) => path !== "755 h.org")]).toEqual([name, []]);
    }
  });

  test.each(Object.keys(ways))("in a folder of the Python client, too: %s", async (way) => {
    const folder = await newFolder();
    await mkdir(join(folder, "0"));
    const cache = createFileCache({ folder, identity: { server: "h.org", account: "jane" } });
    const look = async (): Promise<void> => expect(await openIn(folder)).toEqual(["755 0"]);
    await ways[way]!(cache, look);
    for (const [name, act] of Object.entries(after)) {
      await act(cache);
      expect([name, await openIn(folder)]).toEqual([name, ["755 0"]]);
    }
  });

  test("that lies open since an earlier version is closed by the first write", async () => {
    const folder = await newFolder();
    await mkdir(join(folder, "h.org/jane/f"), { recursive: true });
    await createFileCache({ folder }).lock(KEY, async () => {});
    expect((await stat(join(folder, "h.org/jane"))).mode & 0o777).toBe(0o700);
  });

  test("and keys of nobody are closed; what is anybody's is not", async () => {
    const folder = await newFolder();
    const cache = createFileCache({ folder });
    await cache.set("h.org/jane/notes", bytes(1));
    await cache.set("h.org/anonymous/spimg/0a", bytes(1));
    await cache.close();
    const open = await openIn(folder);
    expect(open.filter((path) => path.startsWith("755 _/_"))).toEqual([]);
    expect(open).toContain("644 h.org/anonymous/0/a/spimg_0a.png");
  });
});
