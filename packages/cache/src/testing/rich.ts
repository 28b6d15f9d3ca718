import type { RichCache } from "../contract/types.ts";
import { type Bench, bytes, failureOf, keysOf, pattern, type RichMethod, same } from "./bench.ts";

const PLACE = "h.org/anonymous";
const KEY = `${PLACE}/spimg/0a`;

/** What each richer method must do; only those that the adapter says it has are tested. */
export function richContract(bench: Bench): void {
  const has = new Set<RichMethod>(bench.tools.has);
  const suites: readonly [readonly RichMethod[], (bench: Bench) => void][] = [
    [["stat"], metadata],
    [["list"], listing],
    [["getStream", "setStream"], streams],
    [["pin", "stat"], pins],
    [["lock"], locks],
    [["inspect"], inspection],
    [["erase"], erasing],
  ];
  for (const [methods, suite] of suites) if (methods.every((method) => has.has(method))) suite(bench);
}

function metadata({ tools: { expect }, withCache }: Bench): void {
  withCache("keys(prefix) gives only those keys", async (cache) => {
    await cache.set(`${PLACE}/spimg/0a`, bytes(1));
    await cache.set(`${PLACE}/image/0a/x.jpg`, bytes(1));
    await cache.set("h.org/someone/spimg/0a", bytes(1));
    expect(await keysOf(cache, `${PLACE}/`)).toEqual([`${PLACE}/image/0a/x.jpg`, `${PLACE}/spimg/0a`]);
    expect(await keysOf(cache, `${PLACE}/s`)).toEqual([`${PLACE}/spimg/0a`]);
    expect(await keysOf(cache, "nowhere")).toEqual([]);
  });

  withCache("stat tells what is known, and forgets it with the entry", async (cache) => {
    const before = Date.now() - 2000;
    expect(await cache.stat!(KEY)).toBe(undefined);
    const notes = { validator: '"v1"', origin: "https://h.org/x", readers: "account" } as const;
    await cache.set(KEY, bytes(97, 98, 99), notes);
    const info = (await cache.stat!(KEY))!;
    expect({ validator: info.validator, origin: info.origin, readers: info.readers }).toEqual(notes);
    expect(info.size).toBe(3);
    expect(info.sha256).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    expect(info.pinned).toBe(false);
    expect(info.created > before && info.lastUsed >= info.created).toBe(true);
    await cache.set(KEY, bytes(1));
    expect((await cache.stat!(KEY))?.validator).toBe(undefined);
    await cache.delete(KEY);
    expect(await cache.stat!(KEY)).toBe(undefined);
  });

  withCache("a value that is not what it should be is refused, and the old one stays", async (cache) => {
    await cache.set(KEY, bytes(1));
    const wrong = await failureOf(() => cache.set(KEY, bytes(2), { sha256: "00".repeat(32) }));
    expect(wrong.tag).toBe("CorruptEntryError");
    expect([...(await cache.get(KEY))!]).toEqual([1]);
  });
}

function listing({ tools: { expect }, withCache }: Bench): void {
  withCache("list gives every entry with its metadata", async (cache) => {
    await cache.set(`${PLACE}/spimg/0a`, bytes(1, 2), { validator: "v" });
    await cache.set("h.org/someone/spimg/0b", bytes(3));
    const entries: unknown[] = [];
    for await (const entry of cache.list!(`${PLACE}/`)) entries.push([entry.key, entry.size, entry.validator]);
    expect(entries).toEqual([[`${PLACE}/spimg/0a`, 2, "v"]]);
  });

  withCache("reading an entry makes it the last used one", async (cache) => {
    for (const id of ["0a", "0b", "0c"]) {
      await cache.set(`${PLACE}/spimg/${id}`, bytes(1));
      await later();
    }
    await cache.get(`${PLACE}/spimg/0a`);
    const used = new Map<string, number>();
    for await (const entry of cache.list!()) used.set(entry.key, entry.lastUsed);
    const order = [...used].sort((a, b) => a[1] - b[1]).map(([key]) => key.slice(-2));
    expect(order).toEqual(["0b", "0c", "0a"]);
  });
}

function streams({ tools: { expect }, withCache }: Bench): void {
  const whole = pattern(300_000, 5);
  async function* chunks() {
    for (let at = 0; at < whole.length; at += 70_000) yield whole.subarray(at, at + 70_000);
  }

  withCache("a stream is stored and given as the same bytes", async (cache) => {
    expect(await cache.getStream!(KEY)).toBe(undefined);
    await cache.setStream!(KEY, chunks(), { size: whole.length });
    expect(same(await cache.get(KEY), whole)).toBe(true);
    const got = new Uint8Array(await new Response((await cache.getStream!(KEY))!).arrayBuffer());
    expect(same(got, whole)).toBe(true);
  });

  withCache("a stream that is too short, too long or breaks stores nothing and leaves the old value", async (cache) => {
    await cache.set(KEY, bytes(1));
    for (const size of [whole.length + 1, whole.length - 1]) {
      expect((await failureOf(() => cache.setStream!(KEY, chunks(), { size }))).tag).toBe("CorruptEntryError");
    }
    const broken = new Error("the line went dead");
    async function* dies() {
      yield whole.subarray(0, 1000);
      throw broken;
    }
    expect(await failureOf(() => cache.setStream!(KEY, dies()))).toBe(broken);
    expect(await failureOf(() => cache.setStream!(`${PLACE}/spimg/0b`, dies()))).toBe(broken);
    expect([...(await cache.get(KEY))!]).toEqual([1]);
    expect(await keysOf(cache)).toEqual([KEY]);
  });
}

function pins({ tools: { expect }, withCache }: Bench): void {
  withCache("pinning is kept through a new value, and an absent key cannot be pinned", async (cache) => {
    expect(await cache.pin!(KEY)).toBe(false);
    await cache.set(KEY, bytes(1));
    expect(await cache.pin!(KEY)).toBe(true);
    await cache.set(KEY, bytes(2));
    expect((await cache.stat!(KEY))?.pinned).toBe(true);
    expect(await cache.pin!(KEY, false)).toBe(true);
    expect((await cache.stat!(KEY))?.pinned).toBe(false);
  });
}

function locks({ tools: { expect }, withCache }: Bench): void {
  withCache("lock lets one in at a time, and the next in after a failure", async (cache) => {
    let inside = 0;
    let most = 0;
    const visits = Array.from({ length: 5 }, () =>
      cache.lock!(KEY, async () => {
        most = Math.max(most, ++inside);
        await later();
        inside--;
      }),
    );
    await Promise.all(visits);
    expect(most).toBe(1);
    const reason = new Error("inside");
    expect(await failureOf(() => cache.lock!(KEY, () => Promise.reject(reason)))).toBe(reason);
    expect(await cache.lock!(KEY, async () => 42)).toBe(42);
  });

  withCache("what is read, changed and stored under a lock loses no change", async (cache) => {
    await cache.set(KEY, bytes(0));
    const add = (): Promise<void> =>
      cache.lock!(KEY, async (signal) => {
        const [count = 0] = (await cache.get(KEY))!;
        await later();
        await cache.set(KEY, bytes(count + 1), { signal });
      });
    await Promise.all(Array.from({ length: 10 }, add));
    expect([...(await cache.get(KEY))!]).toEqual([10]);
  });

  withCache("waiting for a lock ends with the signal; other keys and readers do not wait", async (cache) => {
    await cache.set(KEY, bytes(1));
    await cache.lock!(KEY, async () => {
      const controller = new AbortController();
      const waiting = failureOf(() => cache.lock!(KEY, async () => {}, { signal: controller.signal }));
      const reason = new Error("enough");
      controller.abort(reason);
      expect(await waiting).toBe(reason);
      expect([...(await cache.get(KEY))!]).toEqual([1]);
      expect(await cache.lock!(`${PLACE}/spimg/0b`, async () => "free")).toBe("free");
    });
    expect(await keysOf(cache)).toEqual([KEY]);
  });
}

function inspection({ tools: { expect }, withCache }: Bench): void {
  const check = (_key: string, value: Uint8Array) => (value[0] === 66 ? "it is bad" : undefined);

  withCache("inspect reports bad content, and removes it only when asked to repair", async (cache) => {
    await cache.set(KEY, bytes(65));
    await cache.set(`${PLACE}/spimg/0b`, bytes(66, 66));
    const seen = await cache.inspect!({ repair: false, check });
    expect([seen.entries, seen.bytes]).toEqual([2, 3]);
    expect(seen.problems.map(({ kind, key, repaired }) => [kind, key, repaired])).toEqual([
      ["content", `${PLACE}/spimg/0b`, false],
    ]);
    expect((await keysOf(cache)).length).toBe(2);
    const mended = await cache.inspect!({ repair: true, check });
    expect(mended.problems.map(({ repaired }) => repaired)).toEqual([true]);
    expect(await keysOf(cache)).toEqual([KEY]);
    expect((await cache.inspect!({ repair: false, check })).problems).toEqual([]);
  });
}

function erasing({ tools: { expect }, withCache }: Bench): void {
  withCache("erase removes a whole prefix and leaves the rest", async (cache: RichCache) => {
    await cache.set(KEY, bytes(1));
    await cache.set(`${PLACE}/image/0b/x.jpg`, bytes(1));
    await cache.set("h.org/anonymous2/spimg/0a", bytes(2));
    await cache.set("plain", bytes(2));
    await cache.erase!(`${PLACE}/`);
    expect(await keysOf(cache)).toEqual(["h.org/anonymous2/spimg/0a", "plain"]);
    expect(await cache.get(KEY)).toBe(undefined);
    await cache.set(KEY, bytes(3));
    expect([...(await cache.get(KEY))!]).toEqual([3]);
    await cache.erase!("");
    expect(await keysOf(cache)).toEqual([]);
  });
}

function later(): Promise<void> {
  return new Promise((done) => setTimeout(done, 5));
}
