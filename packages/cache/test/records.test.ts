import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import type { ByteCache, Bytes, RecordStore } from "../src/index.ts";
import { createMemoryCache, openRecordStore } from "../src/index.ts";

const PREFIX = "h.org/anonymous/imindex";

interface Row {
  readonly id: string;
  readonly value: number;
  readonly filler: string;
}

const open = (cache: ByteCache): Promise<RecordStore<Row>> =>
  openRecordStore<Row>(cache, PREFIX, { idOf: (row) => row.id });
/** Five kilobytes each, so that some dozens make a shard. */
const row = (number: number, value = 0): Row => ({
  id: `R${String(number).padStart(4, "0")}`,
  value,
  filler: "x".repeat(5000),
});

async function all(store: RecordStore<Row>): Promise<Row[]> {
  const rows: Row[] = [];
  for await (const each of store.records()) rows.push(each);
  return rows;
}

describe("a record store", () => {
  test("agrees with a Map after any puts and retains, for whoever opens it", async () => {
    const rows = fc.array(fc.record({ number: fc.nat(400), value: fc.nat(3) }), { maxLength: 80 });
    const step = fc.oneof({ weight: 4, arbitrary: rows }, { weight: 1, arbitrary: fc.nat(400) });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 6 }), async (steps) => {
        const cache = createMemoryCache();
        const store = await open(cache);
        const model = new Map<string, Row>();
        for (const change of steps) {
          if (typeof change === "number") {
            const ids = new Set([...model.keys()].filter((id) => id < row(change).id));
            const gone = await store.retain(ids);
            expect(gone).toEqual([...model.keys()].filter((id) => !ids.has(id)).sort());
            for (const id of gone) model.delete(id);
          } else {
            const news = change.map(({ number, value }) => row(number, value));
            const ids = new Set(news.map(({ id }) => id));
            const { added } = await store.put(news);
            expect(added).toBe([...ids].filter((id) => !model.has(id)).length);
            for (const each of news) model.set(each.id, each);
          }
          const expected = [...model.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
          for (const reader of [store, await open(cache)]) {
            expect(reader.count).toBe(model.size);
            expect((await all(reader)).map(({ id, value }) => [id, value])).toEqual(
              expected.map(({ id, value }) => [id, value]),
            );
          }
        }
        for (let number = 0; number < 400; number += 37) {
          expect((await store.get(row(number).id))?.value).toBe(model.get(row(number).id)?.value);
        }
      }),
      { numRuns: 25 },
    );
  });

  test("an update without news writes nothing; one with news writes only the shards it touches", async () => {
    const cache = createMemoryCache();
    const store = await open(cache);
    await store.put(Array.from({ length: 400 }, (_, i) => row(i)));
    const set = vi.spyOn(cache, "set");
    expect(await store.put([row(7), row(399)])).toEqual({ added: 0, changed: 0 });
    expect(set).not.toHaveBeenCalled();
    expect(await store.put([row(7, 1)])).toEqual({ added: 0, changed: 1 });
    expect(set).toHaveBeenCalledTimes(2);
    expect((await store.get("R0007"))?.value).toBe(1);
  });

  test("state is committed with the records", async () => {
    const cache = createMemoryCache();
    const store = await open(cache);
    await store.put([row(1)], { state: { next: "abc" } });
    await store.put([row(2)]);
    expect((await open(cache)).state).toEqual({ next: "abc" });
    const { revision } = store;
    await store.put([], { state: { next: "def" } });
    expect([store.revision, (await open(cache)).state]).toEqual([revision + 1, { next: "def" }]);
  });

  test("a crash at any write leaves the last commit, and the next one goes on from there", async () => {
    let crashes = 0;
    for (let failing = 0; failing < 6; failing++) {
      const cache = createMemoryCache();
      await (await open(cache)).put(Array.from({ length: 60 }, (_, i) => row(i)));
      let writes = 0;
      const crashing: ByteCache = {
        ...cache,
        set: (key, value) => (writes++ === failing ? Promise.reject(new Error("crash")) : cache.set(key, value)),
      };
      const victim = await open(crashing);
      const change = victim.put(Array.from({ length: 130 }, (_, i) => row(i, 1)));
      const crashed = await change.then(
        () => false,
        () => true,
      );
      const store = await open(cache);
      const rows = await all(store);
      expect(rows.length).toBe(crashed ? 60 : 130);
      expect(new Set(rows.map(({ value }) => value)).size).toBe(1);
      await store.put(Array.from({ length: 130 }, (_, i) => row(i, 2)));
      expect((await all(store)).every(({ value }) => value === 2)).toBe(true);
      const keys = [...cache.keys()].length;
      await store.retain(new Set((await all(store)).map(({ id }) => id)));
      expect([...cache.keys()].length).toBeLessThanOrEqual(keys);
      crashes += crashed ? 1 : 0;
    }
    // Three shards and the manifest; the others were late.
    expect(crashes).toBe(4);
  });

  test("a reader with an old manifest finds the records where a writer has put them", async () => {
    const cache = createMemoryCache();
    const writer = await open(cache);
    await writer.put(Array.from({ length: 200 }, (_, i) => row(i)));
    const reader = await open(cache);
    const iterator = reader.records()[Symbol.asyncIterator]();
    await iterator.next();
    for (let value = 1; value <= 3; value++) await writer.put(Array.from({ length: 200 }, (_, i) => row(i, value)));
    expect((await reader.get("R0150"))?.value).toBe(3);
    let seen = 1;
    while (!(await iterator.next()).done) seen++;
    expect(seen).toBe(200);
  });

  test("two writers lose nothing", async () => {
    const cache = createMemoryCache();
    const [a, b] = [await open(cache), await open(cache)];
    await Promise.all(
      Array.from({ length: 20 }, (_, i) => (i % 2 ? a : b).put(Array.from({ length: 10 }, (_, k) => row(i * 10 + k)))),
    );
    expect((await all(await open(cache))).length).toBe(200);
  });

  test("what is derived is built once per revision, and again when it is missing", async () => {
    const cache = createMemoryCache();
    const store = await open(cache);
    await store.put([row(1)]);
    const build = vi.fn(async (from: RecordStore<Row>): Promise<Bytes> => new Uint8Array([from.count]));
    expect([...(await store.derived("columns", build))]).toEqual([1]);
    expect([...(await (await open(cache)).derived("columns", build))]).toEqual([1]);
    expect(build).toHaveBeenCalledTimes(1);
    await store.put([row(2)]);
    expect([...(await store.derived("columns", build))]).toEqual([2]);
    cache.delete(`${PREFIX}/derived/columns`);
    expect([...(await store.derived("columns", build))]).toEqual([2]);
    expect(build).toHaveBeenCalledTimes(3);
  });

  test("broken parts are errors that name them, and an erased store is an empty one", async () => {
    const cache = createMemoryCache();
    const store = await open(cache);
    await store.put([row(1)]);
    await cache.set(`${PREFIX}/1-0`, new Uint8Array([1, 2, 3]));
    await expect((await open(cache)).get("R0001")).rejects.toMatchObject({ tag: "InvalidContentError" });
    cache.delete(`${PREFIX}/1-0`);
    await expect((await open(cache)).get("R0001")).rejects.toThrow("its shard 1-0 is missing");
    await cache.set(`${PREFIX}/manifest`, new Uint8Array([123]));
    await expect(open(cache)).rejects.toThrow("it is no JSON");
    cache.erase(`${PREFIX}/`);
    expect(await store.refresh()).toBe(true);
    expect(store.count).toBe(0);
    await store.put([row(5)]);
    expect((await all(await open(cache))).length).toBe(1);
    await expect(store.put([{ id: "a\tb", value: 0, filler: "" }])).rejects.toThrow(TypeError);
  });
});
