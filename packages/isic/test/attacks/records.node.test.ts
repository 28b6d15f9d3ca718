import { mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createFileCache } from "@isic/cache-fs";
import { createSampleArchive } from "@isic/sample-archive";
import { afterAll, describe, expect, test } from "vitest";
import type { Fetch } from "../../src/archive/archive.ts";
import { IsicApi } from "../../src/node.ts";

const folders: string[] = [];
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))));

async function newFolder(): Promise<string> {
  // Below a folder of its own: what lies beside it is looked at too.
  const parent = await mkdtemp(join(tmpdir(), "isic-records-"));
  const folder = join(parent, "cache");
  await mkdir(folder);
  folders.push(parent);
  return folder;
}

type Fields = Record<string, unknown>;

/** 255 bytes of UTF-8. */
const LONG = "皮".repeat(85);
const ESCAPES = "\u001b]0;x\u0007\u009b31m\u202e<script>=cmd|'/C calc'!A0";
const NAMES = [
  "constructor",
  "__proto__",
  "toString",
  "../../../../tmp/evil",
  "/etc/passwd",
  "nul.txt",
  "half \ud800",
  "",
  LONG,
  ESCAPES,
];

/** What is put in the place of a record: records with odd content, and things that are none. */
function odd(record: Fields): unknown[] {
  const deep = { ...record, marker: "DEEP" };
  const metadata = (record.metadata ?? record.meta) as Fields;
  const withMetadata = (extra: unknown): Fields => {
    const named = Object.fromEntries([
      ...NAMES.map((name): [string, unknown] => [name, 1]),
      ["a.b", 2],
      ["a", { b: 3 }],
    ]);
    return "meta" in record
      ? { ...record, meta: { ...metadata, unstructured: { ...named, extra } } }
      : { ...record, metadata: { ...metadata, ...named, extra } };
  };
  const licences = NAMES.map((licence) =>
    "meta" in record
      ? { ...record, dataset: { ...(record.dataset as Fields), license: licence, name: licence } }
      : { ...record, copyright_license: licence, attribution: licence },
  );
  const many = withMetadata(Object.fromEntries(Array.from({ length: 3000 }, (_, i) => [`k${i}`, i])));
  return [null, 5, "x", [], {}, { _id: 5, isic_id: 5 }, deep, many, withMetadata([[[[1]]]]), ...licences];
}

/** The sample archive, in whose first page every record but the first and the last is followed by an odd one. */
function hostile(family: "v1" | "v2"): {
  readonly baseUrl: string;
  readonly fetch: Fetch;
  readonly added: () => number;
} {
  const archive = createSampleArchive({ images: 60, smallPhotos: true });
  let added = 0;
  const fetch: Fetch = async (request) => {
    const response = await archive.fetch(request);
    const { pathname, searchParams } = new URL(request.url);
    const isList =
      family === "v1"
        ? /\/image$/.test(pathname) && searchParams.get("detail") === "true"
        : /\/images\/(search\/)?$/.test(pathname);
    if (!isList || !response.ok || added > 0) return response;
    const answer = (await response.json()) as { results?: Fields[] } & Fields[];
    const rows: unknown[] = answer.results ?? answer;
    const odds = odd(rows[1] as Fields);
    if (rows.length < odds.length + 2) return Response.json(answer);
    for (const [i, each] of odds.entries()) {
      const own = rows[i + 1] as Fields;
      const named = typeof each === "object" && each !== null && !Array.isArray(each) && Object.keys(each).length > 3;
      rows[i + 1] = named ? { ...each, _id: own._id, isic_id: own.isic_id } : each;
      added += 1;
    }
    const text = JSON.stringify(answer).replace(
      '"marker":"DEEP"',
      `"marker":${'{"a":'.repeat(20_000)}1${"}".repeat(20_000)}`,
    );
    return new Response(text, { headers: { "content-type": "application/json" } });
  };
  return { baseUrl: family === "v1" ? archive.v1Url : archive.v2Url, fetch, added: () => added };
}

describe.each(["v1", "v2"] as const)("odd records among others on %s", (family) => {
  // Seven that are none, and on v2 one whose fields would be thousands of columns of the index.
  const UNUSABLE = family === "v1" ? 7 : 8;

  test("cost a line each: the list, the index, selections and tables have all the others", async () => {
    const folder = await newFolder();
    const server = hostile(family);
    const warnings: string[] = [];
    const connect = () =>
      IsicApi.connect({
        family,
        baseUrl: server.baseUrl,
        fetch: server.fetch,
        cache: createFileCache({ folder }),
        retry: { limit: 0 },
        onWarning: (message) => warnings.push(message),
      });
    const api = await connect();
    const { total } = await api.cacheImages();
    expect(server.added()).toBeGreaterThan(UNUSABLE);
    const left = warnings.filter((message) => /^A record .*left out|^The record of .* left out/.test(message));
    expect(new Set(left).size).toBeGreaterThanOrEqual(UNUSABLE);
    const clean = createSampleArchive({ images: 60, smallPhotos: true });
    const asGuest = {
      family,
      baseUrl: family === "v1" ? clean.v1Url : clean.v2Url,
      fetch: clean.fetch,
      cache: false,
    } as const;
    expect(total).toBe((await (await IsicApi.connect(asGuest)).cacheImages()).total - UNUSABLE);
    const sex = family === "v1" ? "meta.clinical.sex" : "metadata.clinical.sex";
    const size = (await api.selectImages([sex, "==", "female"])).size;
    expect(size).toBeGreaterThan(0);
    await api.selectImages([]);
    const columns = await api.selectedMetadata();
    expect(new Set(Object.values(columns).map(({ length }) => length))).toEqual(new Set([total]));
    // What was stored is read back, and nothing was put where all objects look for what they have not.
    const again = await connect();
    expect(await again.loadCache()).toBe(true);
    expect((await again.selectImages([sex, "==", "female"])).size).toBe(size);
    expect(again.imageCache.size).toBe(total);
    expect(({} as Fields).extra).toBeUndefined();
    expect((await again.cacheImages({ refresh: true })).total).toBeGreaterThanOrEqual(total);
    for (const name of NAMES) expect(again.imageCache.get(name)).toBeUndefined();
    expect((await readdir(tmpdir())).includes("evil")).toBe(false);
  });
});

test.each(NAMES.filter((name) => name !== ""))(
  "an image that is called %j on v1 is seen, and kept in its folder",
  async (name) => {
    const folder = await newFolder();
    const outside = await readdir(join(folder, ".."));
    const archive = createSampleArchive({ images: 12, smallPhotos: true });
    const warnings: string[] = [];
    const api = await IsicApi.connect({
      family: "v1",
      baseUrl: archive.v1Url,
      cacheFolder: folder,
      onWarning: (message) => warnings.push(message),
      fetch: async (request) => {
        const response = await archive.fetch(request);
        if (!/\/image\/[0-9a-f]{24}$/.test(new URL(request.url).pathname)) return response;
        return Response.json({ ...((await response.json()) as Fields), name });
      },
    });
    const [id] = [
      ...(
        await IsicApi.connect({ family: "v1", baseUrl: archive.v1Url, fetch: archive.fetch, cache: false }).then(
          (other) => other.allImages(),
        )
      ).keys(),
    ];
    const image = await api.image(id!);
    expect(image.name).toBe(name);
    await image.loadImageData();
    await image.loadSuperpixels();
    expect(warnings).toEqual([]);
    expect(
      (await readdir(join(folder, ".."))).filter((each) => !outside.includes(each) && !each.startsWith("isic-")),
    ).toEqual([]);
    const kept = await readdir(folder, { recursive: true });
    expect(kept.filter((path) => /image_.*\.jpg$/.test(path))).toHaveLength(1);
  },
);
