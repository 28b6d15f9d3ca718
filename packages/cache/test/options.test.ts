import { describe, expect, test } from "vitest";
import {
  accountPart,
  cacheKey,
  checkOptions,
  createMemoryCache,
  getOrCreate,
  layered,
  limit,
  repair,
  verify,
} from "../src/index.ts";

const bytes = (...values: number[]): Uint8Array<ArrayBuffer> => new Uint8Array(values);
/** As plain JavaScript gives them. */
const wrong = (options: object): never => options as never;

describe("options", () => {
  test("that nobody reads are errors which name the right one", async () => {
    const cache = createMemoryCache();
    const load = async () => bytes(1);
    expect(() => createMemoryCache(wrong({ maxByte: 1 }))).toThrow(
      new TypeError('createMemoryCache has no option "maxByte"; did you mean maxBytes?'),
    );
    expect(() => limit(cache, wrong({ maxBytes: 1, downto: 1 }))).toThrow("did you mean downTo?");
    await expect(getOrCreate(cache, "k", load, wrong({ onproblem: () => {} }))).rejects.toThrow(
      "did you mean onProblem?",
    );
    await expect(verify(cache, wrong({ chek: () => {} }))).rejects.toThrow("did you mean check?");
    await expect(repair(cache, wrong({ zzz: 1 }))).rejects.toThrow("it knows signal, prefix, check, onProgress");
    await expect(cache.set("k", bytes(1), wrong({ validater: "x" }))).rejects.toThrow("did you mean validator?");
    await expect(cache.setStream("k", (async function* () {})(), wrong({ length: 1 }))).rejects.toThrow(TypeError);
    await expect(cache.lock("k", load, wrong({ signals: 1 }))).rejects.toThrow("did you mean signal?");
    expect(() => cache.get("k", wrong({ sginal: 1 }))).toThrow("did you mean signal?");
    expect(cache.keys()).toEqual([]);
  });

  test("are an object or nothing", () => {
    for (const value of [null, 1, "x", []]) {
      expect(() => checkOptions("f", value as never, ["a"])).toThrow("expected the options of f as an object");
    }
    expect(checkOptions("f", undefined, [])).toEqual({});
  });
});

test("no account of a server is the guest, and different ones are different", () => {
  const names = ["anonymous", "Anonymous", "~anonymous", "~~anonymous", "jane", "~jane", "a/../anonymous"];
  const parts = names.map((name) => cacheKey([accountPart(name)]));
  expect(new Set([...parts, cacheKey([accountPart(undefined)])]).size).toBe(names.length + 1);
  expect(accountPart(undefined)).toBe("anonymous");
  expect(() => accountPart("")).toThrow(TypeError);
});

test("where an entry cannot be locked it is loaded all the same, for those who listen", async () => {
  const memory = createMemoryCache();
  const full = new Error("no space");
  const cache = { ...memory, lock: () => Promise.reject(full) };
  const problems: unknown[] = [];
  const value = await getOrCreate(cache, "k", async () => bytes(1), { onProblem: ({ cause }) => problems.push(cause) });
  expect([[...value], problems, [...memory.get("k")!]]).toEqual([[1], [full], [1]]);
  await expect(getOrCreate(cache, "x", async () => bytes(1))).rejects.toBe(full);
  // An error of the load itself is not one of the lock.
  const broken = new Error("broken");
  const inside = { ...memory, lock: memory.lock };
  await expect(
    getOrCreate(inside, "y", () => Promise.reject(broken), { onProblem: ({ cause }) => problems.push(cause) }),
  ).rejects.toBe(broken);
  expect(problems).toHaveLength(1);
});

test("layers pass on what an entry is stored with", async () => {
  const bottom = createMemoryCache();
  await layered([new Map(), bottom]).set("k", bytes(1), { validator: "v" });
  expect(bottom.stat("k")?.validator).toBe("v");
});
