import { goldenJson } from "@isic/fixtures";
import { describe, expect, test } from "vitest";
import { encodeGzipJson } from "../../src/codecs/gzip-json.ts";
import { isIsicError } from "../../src/errors.ts";
import type { MetaDataOptions } from "../../src/index.ts";
import { goldenWorld } from "./golden-study.ts";

interface Case {
  readonly file: string;
  readonly content: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly meta_data?: unknown;
  readonly warnings?: readonly string[];
  readonly error?: string;
}

const cases = await goldenJson<readonly Case[]>("study/load_meta_data.json");
const NAMES: Readonly<Record<string, keyof MetaDataOptions>> = {
  list_to_dict: "listToDict",
  dict_key: "dictKey",
  extract_key: "extractKey",
  meta_key: "metaKey",
  meta_format: "format",
};

describe("loadMetaData as the Python client's load_meta_data", () => {
  test.each(cases.map((each) => [`${each.file} ${JSON.stringify(each.options)}`, each] as const))(
    "%s",
    async (_, { file, content, options, meta_data, warnings, error }) => {
      const world = await goldenWorld();
      const study = await world.study("EASY_STUDY_1");
      const own = Object.fromEntries(Object.entries(options).map(([name, value]) => [NAMES[name]!, value]));
      const bytes = file.endsWith(".gz")
        ? await encodeGzipJson(JSON.parse(content))
        : new Uint8Array(new TextEncoder().encode(content));
      const loading = study.loadMetaData(new File([bytes], file), own);
      if (error !== undefined) {
        const thrown = await loading.catch((e: unknown) => e);
        expect(isIsicError(thrown, "TableError"), String(thrown)).toBe(true);
        expect(study.metaData).toEqual({});
        return;
      }
      await loading;
      expect(study.metaData).toEqual(meta_data);
      expect(world.warnings).toHaveLength(warnings!.length);
    },
  );

  test("from an address without the archive's token, from text, and never from a path without files", async () => {
    const world = await goldenWorld();
    const asked: Request[] = [];
    const fetch = async (request: Request): Promise<Response> => {
      asked.push(request);
      return request.url.endsWith("gone.csv") ? new Response("no", { status: 404 }) : new Response("k,v\na,-1\n");
    };
    const { Study } = await import("../../src/studies/study.ts");
    const study = new Study((await world.study("EASY_STUDY_1")).record, { ...world.context, fetch });
    await study.loadMetaData("https://example.org/tables/own%20table.csv?x=1");
    await study.loadMetaData(new URL("https://example.org/b.csv"), { listToDict: true });
    await study.loadMetaData({ name: "c.json", text: '{"a":1}' });
    expect(study.metaData).toEqual({ "own table": [{ k: "a", v: -1 }], b: { a: { k: "a", v: -1 } }, c: { a: 1 } });
    expect(asked.map(({ headers }) => headers.get("girder-token"))).toEqual([null, null]);
    await expect(study.loadMetaData("https://example.org/gone.csv")).rejects.toThrow("answered 404 for gone.csv");
    await expect(study.loadMetaData("folder/x.csv")).rejects.toThrow('the path "folder/x.csv"');
    await expect(
      study.loadMetaData({ name: "x.csv", text: "a\n1\n" }, { listToDict: true, dictKey: "b" }),
    ).rejects.toThrow('no column "b"');
    const deep = { name: "x.json", text: `{"a":${"[".repeat(50_000)}${"]".repeat(50_000)}}` };
    await expect(study.loadMetaData(deep)).rejects.toThrow("x.json is nested deeper than 1000 levels");
    await expect(study.loadMetaData({ name: "x.csv", text: "" }, { key: "x" } as never)).rejects.toThrow("unknown");
  });
});
