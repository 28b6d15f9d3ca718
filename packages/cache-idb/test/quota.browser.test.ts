// A real quota of 8 MB. Nobody can set one in WebKit: there the stand-in of idb.test.ts must do.
import { CacheFullError, getOrCreate } from "@isic/cache";
import { deleteDB } from "idb";
import { afterAll, afterEach, beforeEach, describe, expect, test } from "vitest";
import { cdp, server } from "vitest/browser";
import { createIdbCache, type IdbCache } from "../src/index.ts";

const QUOTA = 8 * 2 ** 20;
/** Browsers give back what was deleted, and Firefox its journal, only after a while: so much more may go. */
const SLACK = 2 ** 21;
const KEY = "h.org/anonymous/image/0a";
let cache: IdbCache;
let serial = 0;

interface Session {
  send(method: string, parameters: object): Promise<unknown>;
}

/** Chromium's tools set it while a test runs, in Firefox it is a preference (vitest.shared.ts). */
async function grant(quotaSize?: number): Promise<void> {
  if (server.browser !== "chromium") {
    expect((await navigator.storage.estimate()).quota).toBe(QUOTA);
    return;
  }
  const parameters = { origin: location.origin, ...(quotaSize === undefined ? {} : { quotaSize }) };
  await (cdp() as unknown as Session).send("Storage.overrideQuotaForOrigin", parameters);
}

function open(): IdbCache {
  cache = createIdbCache({ name: `quota-${serial++}` });
  return cache;
}

function noise(size: number): Uint8Array<ArrayBuffer> {
  const value = new Uint8Array(size);
  for (let at = 0; at < size; at += 65_536) crypto.getRandomValues(value.subarray(at, Math.min(size, at + 65_536)));
  return value;
}

async function keysOf(of: IdbCache): Promise<string[]> {
  const keys: string[] = [];
  for await (const key of of.keys()) keys.push(key);
  return keys;
}

/** Stores until the browser has refused once and been given room. */
async function fill(size: number): Promise<number> {
  for (let i = 0; ; i++) {
    // The browser forgets the quota when another page of the suite closes its tools.
    if (i * size > QUOTA * 1.5) throw new Error(`the quota is not in force: ${i} values of ${size} bytes are stored`);
    if ((i * size) % 1_000_000 < size) await grant(QUOTA);
    await cache.set(`${KEY}/${i}`, noise(size));
    if ((await cache.stat(`${KEY}/0`)) === undefined) return i + 1;
  }
}

describe.skipIf(server.browser === "webkit")("a real quota", () => {
  beforeEach(() => grant(QUOTA));
  afterAll(() => grant());
  afterEach(async () => {
    await cache.close();
    await deleteDB(cache.name);
  });

  test.each([50_000, 6_000, 300_000])(
    "a full quota takes away what is needed, and no more (%i bytes each)",
    async (size) => {
      open();
      const stored = await fill(size);
      expect(stored * size).toBeGreaterThan(QUOTA * 0.6);
      const gone: number[] = [];
      for (let i = stored; i < stored + 60; i++) {
        const before = (await keysOf(cache)).length;
        await cache.set(`${KEY}/${i}`, noise(size));
        // One comes, and as many go as take its place.
        gone.push(before + 1 - (await keysOf(cache)).length);
      }
      expect(Math.max(...gone) * size).toBeLessThan(2 * (size + 16_384) + SLACK);
      expect((await keysOf(cache)).length).toBeGreaterThan(stored - (SLACK + QUOTA / 10) / size);
      const last = `${KEY}/${stored + 59}`;
      expect((await cache.get(last))?.byteLength).toBe(size);
    },
  );

  test("what cannot fit is refused before anything is evicted, and getOrCreate gives it all the same", async () => {
    open();
    await cache.set(`${KEY}/old`, noise(10_000), { validator: "v" });
    for (let i = 0; i < 100; i++) await cache.set(`${KEY}/${i}`, noise(50_000));
    const before = await keysOf(cache);
    for (const size of [QUOTA + 1_000_000, 3 * QUOTA]) {
      await expect(cache.set(`${KEY}/large`, noise(size))).rejects.toBeInstanceOf(CacheFullError);
      await expect(cache.set(`${KEY}/old`, noise(size))).rejects.toThrow("even if all that is not pinned were evicted");
      expect(await keysOf(cache)).toEqual(before);
    }
    expect((await cache.stat(`${KEY}/old`))?.validator).toBe("v");
    const problems: string[] = [];
    const onProblem = ({ message }: { message: string }): void => void problems.push(message);
    const value = await getOrCreate(cache, `${KEY}/large`, async () => noise(QUOTA + 1_000_000), { onProblem });
    expect([value.byteLength, problems.length]).toEqual([QUOTA + 1_000_000, 1]);
    // And a value that takes the place of many is stored, and the others stay.
    await cache.set(`${KEY}/most`, noise(4_900_000));
    const kept = await keysOf(cache);
    expect(kept).toContain(`${KEY}/most`);
    expect(kept.length).toBeGreaterThan(30);
  });

  test("what is pinned stays, and a cache full of it says so", async () => {
    open();
    for (let i = 0; i < 130; i++) {
      await cache.set(`${KEY}/${i}`, noise(50_000));
      await cache.pin(`${KEY}/${i}`);
    }
    let stored = 0;
    const error = await (async () => {
      for (; stored < 100; stored++) {
        await cache.set(`${KEY}/x${stored}`, noise(50_000));
        await cache.pin(`${KEY}/x${stored}`);
      }
      return undefined;
    })().catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(CacheFullError);
    expect((await keysOf(cache)).length).toBe(130 + stored);
    // Reading, and writing down that it was read, goes on.
    expect((await cache.get(`${KEY}/3`))?.byteLength).toBe(50_000);
    await cache.close();
    for (let i = 0; i < 5; i++) await cache.delete(`${KEY}/${i}`);
    await cache.set(`${KEY}/3`, noise(40_000));
  });
});
