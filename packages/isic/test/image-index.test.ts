import { type Bytes, parseKey } from "@isic/cache";
import { createSampleArchive, type SampleArchive } from "@isic/sample-archive";
import { describe, expect, test, vi } from "vitest";
import { decodeGzipJson, encodeGzipJson } from "../src/codecs/gzip-json.ts";
import { ColumnTable } from "../src/image-index/column-table.ts";
import type { IsicApi, Progress } from "../src/index.ts";
import { platformApi } from "./support/api.ts";

interface Session {
  readonly archive: SampleArchive;
  readonly cache: Map<string, Bytes>;
  /** Paths and queries of the requests since the last look. */
  readonly requests: string[];
  readonly warnings: string[];
  /** Fails every request after so many. */
  failAfter: number;
  connect(): Promise<IsicApi>;
}

function session(family: "v1" | "v2", images = 120, cache = new Map<string, Bytes>()): Session {
  const archive = createSampleArchive({ images, smallPhotos: true });
  const own: Session = {
    archive,
    cache,
    requests: [],
    warnings: [],
    failAfter: Number.POSITIVE_INFINITY,
    connect: () =>
      platformApi({
        family,
        baseUrl: family === "v1" ? archive.v1Url : archive.v2Url,
        cache: own.cache,
        retry: { limit: 0 },
        onWarning: (message) => own.warnings.push(message),
        fetch: async (request) => {
          if (own.requests.length >= own.failAfter) throw new TypeError("the line is dead");
          own.requests.push(request.url.replace(archive.origin, ""));
          return archive.fetch(request);
        },
      }),
  };
  return own;
}

/** The keys of the parts of an index on v2. */
const parts = (cache: ReadonlyMap<string, Bytes>): string[] =>
  [...cache.keys()].filter((key) => key.includes("/imcolumns/")).map((key) => key.split("/").at(-1)!);

test("one cache serves both APIs of one server, in turn, and each goes on from where it was", async () => {
  const v1 = session("v1");
  const v2 = session("v2", 120, v1.cache);
  for (const own of [v1, v2, v1, v2]) {
    const isKnown = own.requests.length > 0;
    own.requests.length = 0;
    const api = await own.connect();
    const { total, added } = await api.cacheImages();
    expect(api.images.has("ISIC_0000000")).toBe(true);
    expect(added).toBe(isKnown ? 0 : total);
    if (isKnown) expect(own.requests).toHaveLength(1);
    expect(own.warnings).toEqual([]);
  }
});

test.each(["v1", "v2"] as const)("one cache serves several archives of %s below one host", async (family) => {
  const cache = new Map<string, Bytes>();
  const archives = [10, 25].map((images) => createSampleArchive({ images, smallPhotos: true }));
  const open = (archive: SampleArchive, at: number): Promise<IsicApi> =>
    platformApi({
      family,
      baseUrl: `https://school.org/class-${at}/api/${family}`,
      cache,
      fetch: async (request) => {
        const { pathname, search } = new URL(request.url);
        return archive.fetch(new Request(`${archive.origin}${pathname.replace(`/class-${at}`, "")}${search}`, request));
      },
    });
  const totals: number[] = [];
  for (const round of [0, 1]) {
    for (const [at, archive] of archives.entries()) {
      const api = await open(archive, at);
      const { total, added } = await api.cacheImages();
      expect(added).toBe(round === 0 ? total : 0);
      expect(api.imageCache.size).toBe(total);
      totals.push(total);
    }
  }
  expect(totals[0]).toBeLessThan(totals[1]!);
  expect(totals.slice(2)).toEqual(totals.slice(0, 2));
  const servers = new Set([...cache.keys()].map((key) => parseKey(key)[0]));
  expect([...servers]).toEqual([`school.org/class-0/api/${family}`, `school.org/class-1/api/${family}`]);
});

describe.each(["v1", "v2"] as const)("the image index on %s", (family) => {
  test("is filled with progress, and asks one small thing when nothing is new", async () => {
    const own = session(family);
    const seen: Progress[] = [];
    const api = await own.connect();
    const report = await api.cacheImages({ onProgress: (progress) => seen.push(progress) });
    expect(report.total).toBe(api.imageCache.size);
    expect(report.added).toBe(report.total);
    expect(seen.at(-1)!.done).toBe(report.total);
    expect(seen.at(-1)!.total).toBeGreaterThanOrEqual(report.total);
    const id = api.images.get("ISIC_0000000")!;
    expect(api.imageCache.get(id)).toMatchObject(family === "v1" ? { _id: id } : { isic_id: id });

    own.requests.length = 0;
    const sizes = [...own.cache].map(([key, value]) => [key, value.length]);
    const again = await own.connect();
    expect(await again.cacheImages()).toEqual({ total: report.total, added: 0, changed: 0, removed: 0 });
    expect(own.requests).toHaveLength(1);
    expect([...own.cache].map(([key, value]) => [key, value.length])).toEqual(sizes);
  });

  test("is opened without asking, and then every image is known", async () => {
    const own = session(family);
    await (await own.connect()).cacheImages();
    own.requests.length = 0;
    const api = await own.connect();
    expect(await api.loadCache()).toBe(true);
    expect((await api.image("ISIC_0000000")).origins.record).toBe("cache");
    expect(own.requests).toEqual([]);
  });

  test("gives back the very records the server sent", async () => {
    const own = session(family);
    const api = await own.connect();
    const sent = new Map<string, unknown>();
    for await (const record of api.imageList()) sent.set(String(record.isic_id ?? record._id), record);
    await api.cacheImages();
    const again = await own.connect();
    await again.loadCache();
    expect(again.imageCache.size).toBe(sent.size);
    for (const [id, record] of again.imageCache) expect(record).toEqual(sent.get(id));
  });

  test("finds what was published since", async () => {
    const own = session(family);
    const before = (await (await own.connect()).cacheImages()).total;
    const grown = own.archive.grow(7);
    own.requests.length = 0;
    const api = await own.connect();
    expect(await api.cacheImages()).toMatchObject({ total: before + 7, added: 7 });
    expect(own.requests).toHaveLength(1);
    expect(api.images.has(grown[6]!.name)).toBe(true);
    const third = await own.connect();
    await third.loadCache();
    expect(third.imageCache.size).toBe(before + 7);
  });

  test("a refresh finds what was withdrawn", async () => {
    const own = session(family);
    const api = await own.connect();
    const before = (await api.cacheImages()).total;
    const name = [...api.images.keys()][20]!;
    own.archive.withdraw(name);
    const report = await api.cacheImages({ refresh: true });
    expect(report).toMatchObject({ total: before - 1, added: 0, removed: 1 });
    expect(api.images.has(name)).toBe(false);
    const again = await own.connect();
    await again.loadCache();
    expect(again.images.has(name)).toBe(false);
  });

  test("a refresh finds what was changed", async () => {
    const own = session(family);
    await (await own.connect()).cacheImages();
    // The archive's own record stays; ours is made old.
    await spoil(own, family);
    const api = await own.connect();
    expect(await api.cacheImages({ refresh: true })).toMatchObject({ added: 0, changed: 1, removed: 0 });
    expect(await api.cacheImages({ refresh: true })).toMatchObject({ added: 0, changed: 0, removed: 0 });
  });

  test("a refresh finds what was published late, amid the others", async () => {
    const early = session(family);
    const [, , , , , , , name] = await namesOf(early);
    early.archive.withdraw(name!);
    const before = (await (await early.connect()).cacheImages()).total;
    // The same archive, where it has come to light.
    const own = session(family, 120, early.cache);
    const api = await own.connect();
    expect(await api.cacheImages()).toMatchObject({ total: before, added: 0 });
    expect(api.images.has(name!)).toBe(false);
    expect(await api.cacheImages({ refresh: true })).toMatchObject({ total: before + 1, added: 1, removed: 0 });
    expect(api.images.has(name!)).toBe(true);
    const again = await own.connect();
    await again.loadCache();
    expect((await again.image(name!)).name).toBe(name);
  });

  test("broken parts are said and filled anew", async () => {
    const own = session(family);
    const total = (await (await own.connect()).cacheImages()).total;
    const key = [...own.cache.keys()].find((each) => /\/(imcache|imcolumns)\//.test(each))!;
    own.cache.set(key, new Uint8Array([1, 2, 3]));
    const api = await own.connect();
    expect(await api.cacheImages()).toMatchObject({ total });
    expect(own.warnings.join()).toContain("is not usable");
  });
});

async function namesOf(own: Session): Promise<string[]> {
  const names: string[] = [];
  for await (const record of (await own.connect()).imageList({ limit: 20 }))
    names.push(String(record.isic_id ?? record.name));
  return names;
}

/** Changes one kept record, as if the server had changed its own since. */
async function spoil(own: Session, family: "v1" | "v2"): Promise<void> {
  if (family === "v1") {
    const key = [...own.cache.keys()].find((each) => each.includes("/imcache/"))!;
    const records = (await decodeGzipJson(own.cache.get(key)!)) as Record<string, { meta: { clinical: object } }>;
    Object.assign(Object.values(records)[5]!.meta.clinical, { diagnosis: "was something else" });
    own.cache.set(key, await encodeGzipJson(records));
    return;
  }
  const { indexFromBytes, indexToBytes } = await import("@isic/select/columns");
  const key = [...own.cache.keys()].find((each) => each.includes("/base-"))!;
  const index = indexFromBytes(own.cache.get(key)!);
  const sex = index.columns.find(({ path }) => path === "metadata.clinical.sex")!;
  const row = sex.codes.indexOf(1);
  sex.codes[row] = 2;
  own.cache.set(key, indexToBytes(index));
}

describe("a first fill that is stopped", () => {
  test("goes on from where it was (v2)", async () => {
    const own = session("v2", 520);
    own.failAfter = 3;
    const api = await own.connect();
    await expect(api.cacheImages()).rejects.toThrow();
    expect(await (await own.connect()).loadCache()).toBe(false);
    own.failAfter = Number.POSITIVE_INFINITY;
    own.requests.length = 0;
    const again = await own.connect();
    const report = await again.cacheImages();
    expect(report.total).toBeGreaterThan(500);
    expect(report.added).toBe(report.total - 300);
    expect(own.requests).toHaveLength(Math.ceil(report.total / 100) - 2);
    expect(parts(own.cache)).toEqual(["base-1"]);
  });

  test("goes on from where it was (v1)", async () => {
    const own = session("v1", 1100);
    own.failAfter = 1;
    const api = await own.connect();
    await expect(api.cacheImages()).rejects.toThrow();
    own.failAfter = Number.POSITIVE_INFINITY;
    const again = await own.connect();
    const report = await again.cacheImages();
    expect(report.total).toBeGreaterThan(1050);
    expect(report.added).toBeLessThan(report.total - 900);
  });
});

describe.each(["v1", "v2"] as const)("an index of %s that cannot be stored", (family) => {
  test("is there for this session, goes on from where it was, and is stored as soon as that is possible", async () => {
    const own = session(family);
    let isFull = true;
    const { set } = own.cache;
    own.cache.set = (key, value) => {
      if (isFull) throw new Error("the quota is exceeded");
      return set.call(own.cache, key, value);
    };
    const api = await own.connect();
    const { total } = await api.cacheImages();
    expect([api.imageCache.size, own.cache.size]).toEqual([total, 0]);
    expect(own.warnings[0]).toBe(
      "The image index could not be stored (the quota is exceeded); this session goes on without.",
    );
    own.archive.grow(3);
    own.requests.length = 0;
    expect(await api.cacheImages()).toMatchObject({ total: total + 3, added: 3 });
    expect(own.requests).toHaveLength(1);

    isFull = false;
    own.archive.grow(2);
    expect(await api.cacheImages()).toMatchObject({ total: total + 5, added: 2 });
    own.requests.length = 0;
    const again = await own.connect();
    expect(await again.cacheImages()).toMatchObject({ total: total + 5, added: 0 });
    expect(own.requests).toHaveLength(1);
  });

  test("leaves what was stored before as it was", async () => {
    const own = session(family);
    const { total } = await (await own.connect()).cacheImages();
    own.archive.grow(4);
    const { set } = own.cache;
    own.cache.set = () => {
      throw new Error("the quota is exceeded");
    };
    const api = await own.connect();
    for (const refresh of [false, true]) {
      expect(await api.cacheImages({ refresh })).toMatchObject({ total: total + 4 });
      expect(api.imageCache.size).toBe(total + 4);
    }
    own.cache.set = set;
    const again = await own.connect();
    expect(await again.cacheImages()).toMatchObject({ total: total + 4, added: 4 });
  });
});

describe("an imcache_ file of the Python client", () => {
  test("is taken as it is and gone on from", async () => {
    const own = session("v1");
    const api = await own.connect();
    await api.cacheImages();
    for (const key of own.cache.keys()) if (key.includes("/imstate/")) own.cache.delete(key);
    own.requests.length = 0;
    const again = await own.connect();
    expect(await again.cacheImages()).toMatchObject({ added: 0, total: api.imageCache.size });
    expect(own.requests).toHaveLength(1);
  });

  test("is not read again by the same session, though no state was written beside it", async () => {
    const own = session("v1");
    await (await own.connect()).cacheImages();
    const key = [...own.cache.keys()].find((each) => each.includes("/imcache/"))!;
    for (const each of own.cache.keys()) if (each.includes("/imstate/")) own.cache.delete(each);
    const api = await own.connect();
    expect(await api.loadCache()).toBe(true);
    const { size } = api.imageCache;
    own.cache.set(key, new Uint8Array([1, 2, 3]));
    own.archive.grow(2);
    expect(await api.cacheImages()).toMatchObject({ total: size + 2, added: 2 });
    expect(own.warnings).toEqual([]);
    // And what is kept is whole again.
    const again = await own.connect();
    await again.loadCache();
    expect(again.imageCache.size).toBe(size + 2);
  });

  test("with an error body inside is no index", async () => {
    const own = session("v1");
    const api = await own.connect();
    const { total } = await api.cacheImages();
    const key = [...own.cache.keys()].find((each) => each.includes("/imcache/"))!;
    own.cache.set(key, await encodeGzipJson({ message: "You must be logged in.", type: "access" }));
    expect(await (await own.connect()).cacheImages()).toMatchObject({ total });
    expect(own.warnings.join()).toContain("expected");
  });
});

describe.each(["v1", "v2"] as const)("an index in memory on %s", (family) => {
  test("is not read again, with a cache or without", async () => {
    const own = session(family);
    for (const cache of [own.cache, false] as const) {
      const api = await platformApi({
        family,
        baseUrl: family === "v1" ? own.archive.v1Url : own.archive.v2Url,
        cache,
        fetch: (request) => {
          own.requests.push(request.url);
          return own.archive.fetch(request);
        },
      });
      const { total } = await api.cacheImages();
      own.requests.length = 0;
      expect(await api.cacheImages()).toEqual({ total, added: 0, changed: 0, removed: 0 });
      expect(own.requests).toHaveLength(1);
      own.archive.grow(3);
      expect(await api.cacheImages()).toMatchObject({ total: total + 3, added: 3 });
      expect(api.imageCache.size).toBe(total + 3);
    }
  });
});

test("an update that finds nothing new leaves the columns of a large archive alone", async () => {
  const own = session("v2");
  await (await own.connect()).cacheImages();
  const api = await own.connect();
  await api.loadCache();
  // Making columns ready for writing takes seconds with half a million rows, and so does looking up ids.
  const touched = [vi.spyOn(ColumnTable.prototype, "append"), vi.spyOn(ColumnTable.prototype, "rowById", "get")];
  try {
    await api.cacheImages();
    for (const spy of touched) expect(spy).not.toHaveBeenCalled();
    own.archive.grow(1);
    expect((await api.cacheImages()).added).toBe(1);
    for (const spy of touched) expect(spy).toHaveBeenCalled();
  } finally {
    for (const spy of touched) spy.mockRestore();
  }
});

describe("selections over columns", () => {
  test("are those over records", async () => {
    const own = session("v2");
    const api = await own.connect();
    await api.cacheImages();
    const records = [...api.imageCache.values()];
    const { selectFrom } = await import("@isic/select");
    for (const criteria of [
      ["metadata.clinical.sex", "==", "female"],
      ["metadata.clinical.sex", "!=", "female"],
      ["metadata.clinical.nothing", "==", null],
      ["metadata.clinical.age_approx", "between", [30, 50]],
      { not: ["metadata.acquisition.image_type", "==", "dermoscopic"] },
    ] as const) {
      const selected = await api.selectImages(criteria);
      expect([...selected.values()], JSON.stringify(criteria)).toEqual(selectFrom(records, criteria));
    }
  });
});

/** A map that takes its time to store things: without a lock, records of the first would lie beneath a state of the second. */
class SlowMap extends Map<string, Bytes> {
  delays: number[] = [];

  override set(key: string, value: Bytes): this {
    const wait = this.delays.shift() ?? 0;
    const stored = new Promise((resolve) => setTimeout(resolve, wait)).then(() => super.set(key, value));
    return stored as unknown as this;
  }
}

describe.each(["v1", "v2"] as const)("two that update one index on %s at the same time", (family) => {
  test("lose no image", async () => {
    const cache = new SlowMap();
    const own = session(family, 120, cache);
    await (await own.connect()).cacheImages();
    const [first, second] = [await own.connect(), await own.connect()];
    own.archive.grow(3);
    cache.delays = [80, 0, 160];
    const slower = first.cacheImages();
    await new Promise((resolve) => setTimeout(resolve, 40));
    own.archive.grow(2);
    await Promise.all([slower, second.cacheImages()]);
    const last = await own.connect();
    await last.cacheImages();
    const stored = await own.connect();
    await stored.loadCache();
    const listed: string[] = [];
    for await (const record of stored.imageList()) listed.push(String(record.isic_id ?? record._id));
    expect([...stored.imageCache.keys()].sort()).toEqual(listed.sort());
    expect(own.warnings).toEqual([]);
  });
});
