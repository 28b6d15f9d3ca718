import { createSampleArchive } from "@isic/sample-archive";
import { describe, expect, test } from "vitest";
import { createOAuthSession, loginByCode } from "../src/oauth/index.ts";
import { openSnapshot } from "../src/parquet/index.ts";
import { createV1Client } from "../src/v1/index.ts";
import { createV2Client } from "../src/v2/index.ts";

const archive = createSampleArchive({ images: 5, smallPhotos: true });
const v2 = createV2Client({ baseUrl: archive.origin, fetch: archive.fetch });
const v1 = createV1Client({ baseUrl: archive.v1Url, fetch: archive.fetch });
const ID = "5436e3abbae478396759f0cf";

describe("a client", () => {
  test.each([
    ["url", "baseUrl"],
    ["baseURL", "baseUrl"],
    ["base_url", "baseUrl"],
    ["server", "baseUrl"],
    ["host", "baseUrl"],
    ["baseUrll", "baseUrl"],
    ["accessToken", "token"],
    ["onwarning", "onWarning"],
    ["allow_http", "allowHttp"],
    ["concurency", "concurrency"],
    ["timeout", "timeouts"],
    ["retries", "retry"],
  ])("has no option %s: it is %s", (wrong, right) => {
    const options = { [wrong]: "https://archive.test" };
    expect(() => createV2Client(options)).toThrow(`there is no option "${wrong}". Use \`${right}\``);
    expect(() => createV1Client({ baseUrl: "https://archive.test", ...options })).toThrow(`Use \`${right}\``);
  });

  test("says which options there are for a name that is like none of them", () => {
    expect(() => createV2Client({ colour: 1 } as object)).toThrow(/no option "colour"\. There are `baseUrl`, /);
    for (const wrong of ["https://archive.test", null, [], 7, () => 1]) {
      expect(() => createV2Client(wrong as never)).toThrow(/expected an object with `baseUrl`/);
    }
  });

  test("checks what is inside of its options", () => {
    expect(() => createV2Client({ retry: { max: 1 } as object })).toThrow(/retry: there is no option "max"/);
    expect(() => createV2Client({ retry: { limits: 1 } as object })).toThrow(/Use `limit`/);
    expect(() => createV2Client({ timeouts: { response: 1 } as object })).toThrow(/timeouts: .*responseMs/);
    expect(() => createV2Client({ limits: { answerbytes: 1 } as object })).toThrow(/Use `answerBytes`/);
    expect(() => createV2Client({ retry: { limit: -1 } })).toThrow(RangeError);
  });
});

describe("functions", () => {
  const options = { Signal: undefined } as object;
  const here = 'there is no option "Signal". Use `signal`';
  const families = { v2, v1 } as unknown as Record<
    string,
    Record<string, Record<string, (...args: unknown[]) => unknown>>
  >;
  /** What comes before the options, where it is not one id. */
  const ARGUMENTS: Record<string, readonly unknown[]> = {
    "v2.images.list": [],
    "v2.images.search": [{}],
    "v2.images.size": [{}],
    "v2.images.facets": [{}],
    "v2.collections.list": [],
    "v2.lesions.list": [],
    "v2.users.me": [],
    "v2.users.acceptTerms": [],
    "v2.site.stats": [],
    "v2.zip.prepare": [{}],
    "v2.collectionChanges.create": [{ name: "x", ids: [] }],
    "v2.collectionChanges.add": [1, []],
    "v2.collectionChanges.remove": [1, []],
    "v2.collectionChanges.addInBackground": [1, []],
    "v2.collectionChanges.addSearch": [1, {}],
    "v1.images.list": [],
    "v1.images.zip": [],
    "v1.images.tile": [ID, 0, 0, 0],
    "v1.images.segment": [ID, [0, 0], 1],
    "v1.images.postMetadata": [ID, {}],
    "v1.images.histogram": [undefined],
    "v1.images.byIds": [[]],
    "v1.datasets.list": [],
    "v1.datasets.metadataFile": [ID, ID],
    "v1.studies.list": [],
    "v1.annotations.markup": [ID, "x"],
    "v1.annotations.mask": [ID, "x"],
    "v1.annotations.rendered": [ID, "x"],
    "v1.tasks.annotations": [],
    "v1.tasks.segmentations": [],
    "v1.tasks.reviews": [],
    "v1.users.acceptTerms": [],
    "v1.users.requestDatasetPermission": [],
  };
  const all = Object.entries(families).flatMap(([version, client]) =>
    Object.entries(client).flatMap(([family, functions]) =>
      typeof functions !== "object" || family === "api"
        ? []
        : Object.entries(functions).map(([name, run]) => [`${version}.${family}.${name}`, run] as const),
    ),
  );

  test.each(all)("%s", async (path, run) => {
    const before = ARGUMENTS[path] ?? [path.startsWith("v1") ? ID : "ISIC_0000000"];
    const outcome = (async () => await run(...before, options))();
    await expect(outcome).rejects.toThrow(here);
  });

  test("that stand alone", async () => {
    await expect(v2.fetchAllMetadata({}, options)).rejects.toThrow(here);
    await expect(v2.fetchAllMetadata({ querry: "x" } as object)).rejects.toThrow(/Use `query`/);
    await expect(openSnapshot(v2.api, options)).rejects.toThrow(here);
    expect(() => createOAuthSession({ clientID: "x" } as never)).toThrow(/Use `clientId`/);
    await expect(loginByCode({} as never, options as never)).rejects.toThrow(here);
  });

  test("a search is an object of known names", async () => {
    expect(() => v2.images.search("sex:male" as never)).toThrow(/expected an object with `query`.*got "sex:male"/);
    expect(() => v2.images.search({ q: "sex:male" } as never)).toThrow(/Use `query`/);
    expect(() => v2.images.search({ isic_ids: [] } as never)).toThrow(/Use `ids`/);
    expect(Object.keys(await v2.images.facets())).not.toEqual([]);
    expect(await v2.images.size()).toBeGreaterThan(0);
  });
});
