// The same question costs the same requests, whoever asks: the facade, a download, a table of metadata.
import { createSampleArchive } from "@isic/sample-archive";
import type { Criteria } from "@isic/select";
import { describe, expect, test } from "vitest";
import { type ImageSelection, isUnknown } from "../src/index.ts";
import { downloadSource, IsicApi, selectRecords } from "../src/node.ts";

type Family = "v1" | "v2";

const archive = createSampleArchive({ images: 700, smallPhotos: true });

async function session(family: Family) {
  const requests: string[] = [];
  const api = await IsicApi.connect({
    family,
    baseUrl: family === "v1" ? archive.v1Url : archive.v2Url,
    cache: false,
    onWarning: () => {},
    fetch: (request) => {
      requests.push(decodeURIComponent(request.url.replace(archive.origin, "").replaceAll("+", " ")));
      return archive.fetch(request);
    },
  });
  requests.length = 0;
  return { api, requests };
}

/** Licence and attribution are asked for by whoever writes them down, and by nobody else. */
const isOfTerms = (request: string): boolean => /\/zip-download\/|\/dataset\/[0-9a-f]{24}$/.test(request);

const all = await (async () => {
  const names: string[] = [];
  const { api } = await session("v2");
  for await (const record of api.imageList()) names.push(String(record.isic_id));
  const ids: string[] = [];
  const old = await session("v1");
  for await (const record of old.api.imageList()) ids.push(String(record._id));
  return { names, ids };
})();

interface Case {
  readonly what: string;
  readonly selection: ImageSelection;
  /** Requests of a walk, and of a count (1 unless said). */
  readonly walk: number | ((found: number) => number);
  readonly count?: number | ((found: number) => number);
}

/** Pages of 100 records; one even where there is nothing. */
const pages = (found: number): number => Math.max(1, Math.ceil(found / 100));
const everything = pages(all.names.length);

const path = { v1: "meta.clinical", v2: "metadata.clinical" } as const;
const women = (family: Family): Criteria => [`${path[family]}.sex`, "==", "female"];

const CASES: Readonly<Record<Family, readonly Case[]>> = {
  v1: [
    { what: "everything", selection: {}, walk: 1 },
    { what: "one value", selection: { criteria: women("v1") }, walk: 1 },
    { what: "another value", selection: { criteria: ["meta.clinical.sex", "!=", "female"] }, walk: 1 },
    { what: "one of several", selection: { criteria: ["meta.clinical.sex", "in", ["female", "male"]] }, walk: 1 },
    {
      what: "alternatives",
      selection: { criteria: { or: [women("v1"), ["meta.clinical.age_approx", ">=", 60]] } },
      walk: 1,
    },
    { what: "a number", selection: { criteria: ["meta.clinical.age_approx", ">", 50] }, walk: 1 },
    // Patterns are not of this server's filter: every record is looked at.
    { what: "a prefix", selection: { criteria: ["name", "~", "^ISIC_00000"] }, walk: 1, count: 1 },
    { what: "ids", selection: { ids: all.ids.slice(0, 260) }, walk: 2, count: 2 },
    { what: "names", selection: { ids: all.names.slice(0, 260) }, walk: 2, count: 2 },
    { what: "ids as criteria", selection: { criteria: ["_id", "in", all.ids.slice(0, 3)] }, walk: 1, count: 1 },
    { what: "names as criteria", selection: { criteria: ["name", "in", all.names.slice(0, 600)] }, walk: 3, count: 3 },
    { what: "a dataset", selection: { dataset: "MSK-1" }, walk: 2, count: 2 },
    { what: "none of no ids", selection: { ids: [] }, walk: 0, count: 0 },
    { what: "a few", selection: { criteria: women("v1"), limit: 5 }, walk: 1 },
  ],
  v2: [
    { what: "everything", selection: {}, walk: everything },
    { what: "one value", selection: { criteria: women("v2") }, walk: pages },
    { what: "in v1's paths", selection: { criteria: women("v1") }, walk: pages },
    { what: "another value", selection: { criteria: ["metadata.clinical.sex", "!=", "female"] }, walk: pages },
    {
      what: "one of several",
      selection: { criteria: ["metadata.clinical.sex", "in", ["female", "male"]] },
      walk: pages,
    },
    {
      what: "alternatives",
      selection: { criteria: { or: [women("v2"), ["metadata.clinical.age_approx", ">=", 60]] } },
      walk: pages,
    },
    { what: "a number", selection: { criteria: ["metadata.clinical.age_approx", ">", 50] }, walk: pages },
    { what: "a prefix", selection: { criteria: ["isic_id", "~", "^ISIC_00000"] }, walk: pages },
    { what: "a search", selection: { search: "sex:male AND age_approx:[50 TO *]" }, walk: pages },
    {
      what: "a search and criteria",
      selection: { search: "age_approx:[50 TO *]", criteria: women("v2") },
      walk: pages,
    },
    // Every record is looked at, also to count.
    {
      what: "a part of a text",
      selection: { criteria: ["metadata.clinical.sex", "~", "ema"] },
      walk: everything,
      count: everything,
    },
    { what: "ids", selection: { ids: all.names.slice(0, 260) }, walk: 3, count: 3 },
    {
      what: "ids as criteria",
      selection: { criteria: ["isic_id", "in", all.names.slice(0, 2)] },
      walk: 1,
      count: 1,
    },
    { what: "a few", selection: { criteria: women("v2"), limit: 5 }, walk: 1 },
    { what: "collections", selection: { collections: [1, 2] }, walk: pages },
    { what: "no collections", selection: { collections: [] }, walk: 0, count: 0 },
    { what: "a blank search", selection: { search: " " }, walk: everything },
  ],
};

describe.each(["v1", "v2"] as const)("requests on %s", (family) => {
  test.each(CASES[family])("for $what", async ({ selection, walk, count = 1 }) => {
    const own = await session(family);
    const found: string[] = [];
    for await (const record of own.api.archive.select(selection))
      if (!isUnknown(record)) found.push(String(record.isic_id ?? record._id));
    const walked = own.requests.splice(0);
    expect(walked).toHaveLength(typeof walk === "number" ? walk : walk(found.length));

    const counted = await own.api.archive.select(selection).count();
    expect(counted).toBe(found.length);
    expect(own.requests.splice(0)).toHaveLength(typeof count === "number" ? count : count(found.length));

    const download = await downloadSource(own.api.client, selection);
    const images: string[] = [];
    for await (const { id } of download.images(new AbortController().signal)) images.push(id);
    expect(images).toEqual(found);
    expect(own.requests.splice(0).filter((request) => !isOfTerms(request))).toEqual(walked);

    const records: string[] = [];
    for await (const record of await selectRecords(own.api.client, selection))
      if (!isUnknown(record)) records.push(String(record.isic_id ?? record._id));
    expect(records).toEqual(found);
    expect(own.requests.splice(0)).toEqual(walked);

    const { criteria, ...others } = selection;
    if (criteria === undefined || Object.keys(others).length > 0) return;
    const selected = await own.api.selectImages(criteria);
    expect([...selected.keys()].sort()).toEqual([...found].sort());
    expect(own.requests.splice(0)).toEqual(walked);
  });

  test("what is counted before it is walked through is not asked for twice", async () => {
    const own = await session(family);
    const selected = own.api.archive.select({ criteria: women(family) });
    const count = await selected.count();
    const seen: unknown[] = [];
    for await (const record of selected) seen.push(record);
    expect(seen).toHaveLength(count);
    const inLists = own.requests.filter((request) => !request.includes("/histogram"));
    expect(new Set(inLists).size).toBe(inLists.length);
    expect(inLists).toHaveLength(family === "v1" ? 1 : pages(count));
    own.requests.length = 0;
    for await (const record of selected) seen.push(record);
    expect(seen).toHaveLength(2 * count);
    expect(own.requests).toHaveLength(inLists.length);
  });

  test("a download's size and its images share the first page", async () => {
    const own = await session(family);
    const source = await downloadSource(own.api.client, { criteria: women(family) });
    const { signal } = new AbortController();
    expect(await source.size?.(signal, { bytes: false })).toEqual(
      family === "v1" ? undefined : { images: expect.any(Number) },
    );
    expect(own.requests).toHaveLength(family === "v1" ? 0 : 1);
    for await (const _ of source.images(signal));
    const inLists = own.requests.filter((request) => !isOfTerms(request));
    expect(new Set(inLists).size).toBe(inLists.length);
  });

  test("unknown ids keep their places, with criteria too", async () => {
    const own = await session(family);
    const known = family === "v1" ? all.ids : all.names;
    const missing = family === "v1" ? "f".repeat(24) : "ISIC_9999999";
    const ids = [known[7]!, missing, "no such name", known[3]!];
    const selected = own.api.archive.select({ ids, criteria: [[`${path[family]}.sex`, "!=", "nobody's"]] });
    const got: string[] = [];
    for await (const record of selected)
      got.push(isUnknown(record) ? record.unknown : String(record.isic_id ?? record._id));
    expect(got).toEqual(ids);
    expect(await selected.count()).toBe(2);
  });

  test("a count that is given up does not spoil the walk", async () => {
    const own = await session(family);
    const selected = own.api.archive.select({ criteria: women(family) });
    await expect(selected.count({ signal: AbortSignal.abort() })).rejects.toThrow();
    expect(await selected.count()).toBeGreaterThan(0);
    const stopped = new AbortController();
    const walk = async () => {
      for await (const _ of selected.records({ signal: stopped.signal })) stopped.abort();
    };
    await walk().catch(() => undefined);
    let found = 0;
    for await (const _ of selected) found += 1;
    expect(found).toBe(await selected.count());
  });
});

test("criteria that no image meets: one page more tells a mistyped field", async () => {
  const own = await session("v1");
  expect((await own.api.selectImages(["meta.clinical.sexx", "==", "female"])).size).toBe(0);
  expect(own.requests).toHaveLength(2);
});

test("more values than fit into an address are looked for here", async () => {
  for (const family of ["v1", "v2"] as const) {
    const own = await session(family);
    const lesions = Array.from({ length: 900 }, (_, i) => `IL_${String(i).padStart(7, "0")}`);
    const criteria: Criteria = { or: [[`${path[family]}.lesion_id`, "in", lesions], women(family)] };
    const found = await own.api.selectImages(criteria);
    const few = await own.api.selectImages(women(family));
    expect([...few.keys()].every((id) => found.has(id))).toBe(true);
  }
});
