import type { Bench } from "./contract.ts";
import { bytes, failureOf, keysOf, pattern, same } from "./contract.ts";

const ROOM = "h.org/anonymous";
const KEY = `${ROOM}/spimg/0a`;

/** What each optional method must do where the adapter has it. */
export function richContract({ tools: { expect }, withCache }: Bench): void {
  withCache("keys(prefix) gives only those keys", async (cache) => {
    if (cache.stat === undefined) return;
    await cache.set(`${ROOM}/spimg/0a`, bytes(1));
    await cache.set(`${ROOM}/image/0a/x.jpg`, bytes(1));
    await cache.set("h.org/someone/spimg/0a", bytes(1));
    expect(await keysOf(cache, `${ROOM}/`)).toEqual([`${ROOM}/image/0a/x.jpg`, `${ROOM}/spimg/0a`]);
    expect(await keysOf(cache, `${ROOM}/s`)).toEqual([`${ROOM}/spimg/0a`]);
    expect(await keysOf(cache, "nowhere")).toEqual([]);
  });

  withCache("stat tells what is known, and forgets it with the entry", async (cache) => {
    if (cache.stat === undefined) return;
    const before = Date.now() - 2000;
    expect(await cache.stat(KEY)).toBe(undefined);
    const notes = { validator: '"v1"', origin: "https://h.org/x", readers: "account" } as const;
    await cache.set(KEY, bytes(97, 98, 99), notes);
    const info = (await cache.stat(KEY))!;
    expect({ validator: info.validator, origin: info.origin, readers: info.readers }).toEqual(notes);
    expect(info.size).toBe(3);
    expect(info.sha256).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    expect(info.pinned).toBe(false);
    expect(info.created > before && info.lastUsed >= info.created).toBe(true);
    await cache.set(KEY, bytes(1));
    expect((await cache.stat(KEY))?.validator).toBe(undefined);
    await cache.delete(KEY);
    expect(await cache.stat(KEY)).toBe(undefined);
  });

  withCache("a value that is not what it should be is refused, and the old one stays", async (cache) => {
    if (cache.stat === undefined) return;
    await cache.set(KEY, bytes(1));
    const wrong = await failureOf(() => cache.set(KEY, bytes(2), { sha256: "00".repeat(32) }));
    expect(wrong.tag).toBe("CorruptEntryError");
    expect([...(await cache.get(KEY))!]).toEqual([1]);
  });

  withCache("list gives every entry with its metadata", async (cache) => {
    if (cache.list === undefined) return;
    await cache.set(`${ROOM}/spimg/0a`, bytes(1, 2), { validator: "v" });
    await cache.set("h.org/someone/spimg/0b", bytes(3));
    const entries: unknown[] = [];
    for await (const entry of cache.list(`${ROOM}/`)) entries.push([entry.key, entry.size, entry.validator]);
    expect(entries).toEqual([[`${ROOM}/spimg/0a`, 2, "v"]]);
  });

  withCache("streams store and give the same bytes; a short one leaves nothing", async (cache) => {
    if (cache.getStream === undefined || cache.setStream === undefined) return;
    const whole = pattern(300_000, 5);
    async function* chunks() {
      for (let at = 0; at < whole.length; at += 70_000) yield whole.subarray(at, at + 70_000);
    }
    expect(await cache.getStream(KEY)).toBe(undefined);
    await cache.setStream(KEY, chunks(), { size: whole.length });
    expect(same(await cache.get(KEY), whole)).toBe(true);
    const got = new Uint8Array(await new Response((await cache.getStream(KEY))!).arrayBuffer());
    expect(same(got, whole)).toBe(true);

    const short = await failureOf(() => cache.setStream!(`${ROOM}/spimg/0b`, chunks(), { size: whole.length + 1 }));
    expect(short.tag).toBe("CorruptEntryError");
    const broken = new Error("the line went dead");
    async function* dies() {
      yield whole.subarray(0, 1000);
      throw broken;
    }
    expect(await failureOf(() => cache.setStream!(KEY, dies()))).toBe(broken);
    expect(same(await cache.get(KEY), whole)).toBe(true);
    expect(await keysOf(cache)).toEqual([KEY]);
  });

  withCache("pinning is kept through a new value, and an absent key cannot be pinned", async (cache) => {
    if (cache.pin === undefined || cache.stat === undefined) return;
    expect(await cache.pin(KEY)).toBe(false);
    await cache.set(KEY, bytes(1));
    expect(await cache.pin(KEY)).toBe(true);
    await cache.set(KEY, bytes(2));
    expect((await cache.stat(KEY))?.pinned).toBe(true);
    expect(await cache.pin(KEY, false)).toBe(true);
    expect((await cache.stat(KEY))?.pinned).toBe(false);
  });

  withCache("lock lets one in at a time, in turn, and out again after a failure", async (cache) => {
    if (cache.lock === undefined) return;
    let inside = 0;
    let most = 0;
    const visits = Array.from({ length: 5 }, () =>
      cache.lock!(KEY, async () => {
        most = Math.max(most, ++inside);
        await new Promise((done) => setTimeout(done, 5));
        inside--;
      }),
    );
    await Promise.all(visits);
    expect(most).toBe(1);
    const reason = new Error("inside");
    expect(await failureOf(() => cache.lock!(KEY, () => Promise.reject(reason)))).toBe(reason);
    expect(await cache.lock(KEY, async () => 42)).toBe(42);
  });

  withCache("waiting for a lock ends with the signal; other keys and readers do not wait", async (cache) => {
    if (cache.lock === undefined) return;
    await cache.set(KEY, bytes(1));
    await cache.lock(KEY, async () => {
      const controller = new AbortController();
      const waiting = failureOf(() => cache.lock!(KEY, async () => {}, { signal: controller.signal }));
      const reason = new Error("enough");
      controller.abort(reason);
      expect(await waiting).toBe(reason);
      expect([...(await cache.get(KEY))!]).toEqual([1]);
      expect(await cache.lock!(`${ROOM}/spimg/0b`, async () => "free")).toBe("free");
    });
    expect(await keysOf(cache)).toEqual([KEY]);
  });

  withCache("erase removes a whole prefix and leaves the rest", async (cache) => {
    if (cache.erase === undefined) return;
    await cache.set(KEY, bytes(1));
    await cache.set(`${ROOM}/image/0b/x.jpg`, bytes(1));
    await cache.set("h.org/anonymous2/spimg/0a", bytes(2));
    await cache.erase(`${ROOM}/`);
    expect(await keysOf(cache)).toEqual(["h.org/anonymous2/spimg/0a"]);
    expect(await cache.get(KEY)).toBe(undefined);
    await cache.set(KEY, bytes(3));
    expect([...(await cache.get(KEY))!]).toEqual([3]);
  });
}
