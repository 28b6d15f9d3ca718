import type { Bytes } from "@isic/cache";
import { goldenJson, hasRealData, realJson, withoutRealData } from "@isic/fixtures";
import { describe, expect, test } from "vitest";
import { encodeGzipJson } from "../src/codecs/gzip-json.ts";
import { platformApi } from "./support/api.ts";
import { sha256 } from "./support/codecs.ts";

interface Case {
  readonly criteria: readonly unknown[];
  readonly count: number;
  readonly ids_sha256: string;
}

const text = new TextEncoder();

/** The original's own file as the only entry; zipped anew, since a page gets it unzipped. */
async function cacheOfOriginal(): Promise<Map<string, Bytes>> {
  const records = await realJson("imcache_000000000000000000000000.json.gz");
  return new Map([["archive.example/anonymous/imcache/000000000000000000000000", await encodeGzipJson(records)]]);
}

describe.skipIf(!hasRealData)(`the original's own records ${hasRealData ? "" : withoutRealData}`, () => {
  test("its README's sequence of selections ends as in the original, without a request", async () => {
    const cache = await cacheOfOriginal();
    const fetch = (): Promise<Response> => Promise.reject(new Error("nothing should be asked for"));
    const api = await platformApi({ family: "v1", baseUrl: "https://archive.example", cache, fetch });
    await api.loadCache();
    const { cases } = await goldenJson<{ cases: readonly Case[] }>("select.json");
    const expected = (criteria: unknown): Case =>
      cases.find((each) => JSON.stringify(each.criteria) === JSON.stringify(criteria))!;

    const first = [
      ["meta.acquisition.pixelsX", ">=", 2048],
      ["meta.acquisition.image_type", "==", "dermoscopic"],
      ["meta.clinical.diagnosis", "!=", "nevus"],
    ] as const;
    const steps = [
      ["dataset._accessLevel", "==", 0],
      ["notes.tags", "ni", "ISBI 2017: Training"],
      ["meta.unstructured.biopsy done", "==", "Y"],
      ["meta.clinical.melanocytic", "is", true],
    ] as const;
    const sizes = [(await api.selectImages(first)).size];
    for (const step of steps) sizes.push((await api.selectImages(step, { subSelect: true })).size);
    const whole = [...first, ...steps];
    expect(sizes[0]).toBe(expected(first).count);
    // All of these datasets are open: the step leaves as many, in the original too.
    expect(sizes[1]).toBe(expected(first).count);
    expect(sizes[2]).toBe(expected(whole.slice(0, 5)).count);
    expect(sizes[3]).toBe(expected(whole.slice(0, 6)).count);
    expect(sizes[4]).toBe(expected(whole).count);
    const ids = [...api.imageSelection!.keys()].sort().join("\n");
    expect(await sha256(new Uint8Array(text.encode(ids)))).toBe(expected(whole).ids_sha256);
  });

  test("metadata of a selection become a table", async () => {
    const cache = await cacheOfOriginal();
    const api = await platformApi({ family: "v1", baseUrl: "https://archive.example", cache });
    await api.loadCache();
    await api.selectImages(["notes.tags", "ni", "ISBI 2017: Training"]);
    const columns = await api.selectedMetadata();
    expect(Object.keys(columns).slice(0, 4)).toEqual(["image_id", "image_name", "image_created", "dataset_name"]);
    expect(Object.keys(columns)).toContain("clinical.sex");
    expect(new Set(Object.values(columns).map((column) => column.length))).toEqual(new Set([api.imageSelection!.size]));
  });
});
