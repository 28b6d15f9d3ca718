import { parquetWriteBuffer } from "hyparquet-writer";
import { describe, expect, test } from "vitest";
import type { Warning } from "../src/index.ts";
import { openSnapshot } from "../src/parquet/index.ts";
import { pageClaims } from "../src/parquet/page-check.ts";
import { createV2Api, createV2Client } from "../src/v2/index.ts";
import { imageRecord, page, QUICK, type Route, routes, SERVER } from "./support/handlers.ts";

const URL_ = "https://files.test/snapshots/ISIC_metadata.parquet";
const PATH = "/snapshots/ISIC_metadata.parquet";
const ROWS = 250;

function snapshotFile(takenAt = new Date()): Uint8Array<ArrayBuffer> {
  const ids = Array.from({ length: ROWS }, (_, index) => `ISIC_${String(index).padStart(7, "0")}`);
  const file = parquetWriteBuffer({
    rowGroupSize: 100,
    kvMetadata: [{ key: "snapshot_timestamp", value: takenAt.toISOString() }],
    columnData: [
      { name: "isic_id", data: ids, type: "STRING" },
      { name: "attribution", data: ids.map((id) => `by ${id}`), type: "STRING" },
      { name: "copyright_license", data: ids.map(() => "CC-0"), type: "STRING" },
      { name: "age_approx", data: ids.map((_, index) => (index % 2 === 0 ? 50 : null)), type: "INT32", nullable: true },
      { name: "acquisition_day", data: ids.map(() => 7n), type: "INT64" },
      { name: "melanocytic", data: ids.map((_, index) => index % 3 === 0), type: "BOOLEAN" },
      { name: "image_type", data: ids.map(() => "dermoscopic"), type: "STRING" },
    ],
  });
  return new Uint8Array(file);
}

/** A host that honours ranges. */
function host(bytes: Uint8Array<ArrayBuffer>, seen: string[] = [], etag = () => "1"): Route {
  return (request) => {
    const range = /^bytes=(\d+)-(\d+)$/.exec(request.headers.get("range") ?? "");
    seen.push(`${request.method} ${request.headers.get("range") ?? ""}`);
    const headers = { etag: etag(), "content-type": "binary/octet-stream" };
    if (request.method === "HEAD")
      return new Response(null, { headers: { ...headers, "content-length": String(bytes.length) } });
    if (range === null) return new Response(bytes, { headers });
    return new Response(bytes.slice(Number(range[1]), Number(range[2]) + 1), { status: 206, headers });
  };
}

const apiOver = (route: Route) => createV2Api({ baseUrl: SERVER, fetch: routes({ [PATH]: route }), retry: QUICK });

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

describe("the snapshot", () => {
  test("is read group by group, typed, with the images' own attribution", async () => {
    const seen: string[] = [];
    const snapshot = await openSnapshot(apiOver(host(snapshotFile(new Date("2026-10-01T00:00:00Z")), seen)), {
      url: URL_,
    });
    expect(snapshot).toMatchObject({ count: ROWS, takenAt: new Date("2026-10-01T00:00:00Z") });
    const progress: unknown[] = [];
    const records = await collect(snapshot.records({ onProgress: (each) => progress.push(each) }));
    expect(records).toHaveLength(ROWS);
    expect(records[0]).toEqual({
      isic_id: "ISIC_0000000",
      attribution: "by ISIC_0000000",
      copyright_license: "CC-0",
      metadata: {
        acquisition: { image_type: "dermoscopic" },
        clinical: { age_approx: 50, acquisition_day: 7, melanocytic: true },
      },
    });
    expect(records[1]?.metadata.clinical).not.toHaveProperty("age_approx");
    expect(progress).toEqual([100, 200, 250].map((done) => ({ done, total: ROWS })));
    expect(seen.every((each) => each.startsWith("HEAD") || /bytes=\d+-\d+$/.test(each))).toBe(true);
  });

  test("is read in part: only the columns asked for", async () => {
    const snapshot = await openSnapshot(apiOver(host(snapshotFile())), { url: URL_ });
    const [first] = await collect(snapshot.records({ columns: ["image_type"] }));
    expect(first).toMatchObject({
      isic_id: "ISIC_0000000",
      metadata: { acquisition: { image_type: "dermoscopic" }, clinical: {} },
    });
    await expect(collect(snapshot.records({ columns: ["nope"] }))).rejects.toThrow(RangeError);
  });

  test("comes whole from a host that ignores ranges", async () => {
    const bytes = snapshotFile();
    const ignoring: Route = (request) =>
      new Response(request.method === "HEAD" ? null : bytes, { headers: { "content-length": String(bytes.length) } });
    const snapshot = await openSnapshot(apiOver(ignoring), { url: URL_ });
    expect(await collect(snapshot.records())).toHaveLength(ROWS);
  });

  test("that is replaced while it is read is an error", async () => {
    let version = 1;
    const snapshot = await openSnapshot(apiOver(host(snapshotFile(), [], () => String(version))), { url: URL_ });
    version = 2;
    await expect(collect(snapshot.records())).rejects.toMatchObject({ tag: "NetworkError" });
  });

  test("that is none is an error", async () => {
    const text = new TextEncoder().encode("this is no Parquet file at all");
    await expect(openSnapshot(apiOver(host(text)), { url: URL_ })).rejects.toMatchObject({
      tag: "ContentError",
      problem: "kind",
    });
    const missing = openSnapshot(
      apiOver(() => page(404, "Not Found")),
      { url: URL_ },
    );
    await expect(missing).rejects.toMatchObject({ tag: "HttpNotFoundError" });
  });
});

describe("all metadata", () => {
  const zip = `https://zip.test/download?zsid=abc`;
  const csv =
    'isic_id,attribution,copyright_license,age_approx,melanocytic,mel_thick_mm\r\nISIC_0000000,"a ""b"", c",CC-BY,50,True,0.80\r\nISIC_0000001,\t=x,CC-0,,False,\r\n';
  const bulk: Record<string, unknown> = {
    "/api/v2/zip-download/url/": zip,
    "/api/v2/zip-download/metadata-file/": () => new Response(csv, { headers: { "content-type": "text/csv" } }),
    "/api/v2/images/search/": { results: [imageRecord(0), imageRecord(1)], count: 2, next: null, previous: null },
  };
  const client = (table: Record<string, unknown>, warnings: Warning[] = []) =>
    createV2Client({
      baseUrl: SERVER,
      fetch: routes(table),
      retry: QUICK,
      onWarning: (warning) => warnings.push(warning),
    });

  test("come from the snapshot while it is young", async () => {
    const api = client({ [PATH]: host(snapshotFile(new Date(Date.now() - 86_400_000))), ...bulk });
    const metadata = await api.fetchAllMetadata({}, { snapshotUrl: URL_ });
    expect(metadata).toMatchObject({ source: "snapshot", attribution: "image" });
    expect(Date.now() - metadata.asOf.getTime()).toBeGreaterThan(86_000_000);
    expect(await collect(metadata)).toHaveLength(ROWS);
  });

  test("come from the listing when the snapshot is old, broken, or not wanted, and for every query", async () => {
    const old = { [PATH]: host(snapshotFile(new Date("2020-01-01T00:00:00Z"))), ...bulk };
    expect((await client(old).fetchAllMetadata({}, { snapshotUrl: URL_ })).source).toBe("listing");
    const warnings: Warning[] = [];
    expect((await client(bulk, warnings).fetchAllMetadata({}, { snapshotUrl: URL_ })).source).toBe("listing");
    expect(warnings).toMatchObject([{ type: "note" }]);
    const young = { [PATH]: host(snapshotFile()), ...bulk };
    expect((await client(young).fetchAllMetadata({}, { snapshotUrl: URL_, maxAgeDays: 0 })).source).toBe("listing");
    const metadata = await client(young).fetchAllMetadata({ query: "sex:male" }, { snapshotUrl: URL_ });
    expect(await collect(metadata)).toEqual([
      {
        isic_id: "ISIC_0000000",
        attribution: 'a "b", c',
        copyright_license: "CC-BY",
        metadata: { acquisition: {}, clinical: { age_approx: 50, melanocytic: true, mel_thick_mm: 0.8 } },
      },
      {
        isic_id: "ISIC_0000001",
        attribution: "=x",
        copyright_license: "CC-0",
        metadata: { acquisition: {}, clinical: { melanocytic: false } },
      },
    ]);
  });

  test("come page by page where there is no listing, and say that the attribution is the cohort's", async () => {
    const warnings: Warning[] = [];
    const api = client({ ...bulk, "/api/v2/zip-download/url/": () => page(500, "Server Error (500)") }, warnings);
    const metadata = await api.fetchAllMetadata({ query: "sex:male" });
    expect(metadata).toMatchObject({ source: "pages", attribution: "cohort" });
    expect(await collect(metadata)).toHaveLength(2);
    expect(warnings).toMatchObject([{ type: "note" }]);
  });

  test("that are cut off are an error, not a shorter list", async () => {
    const cut = {
      ...bulk,
      "/api/v2/zip-download/metadata-file/": () =>
        new Response(csv.slice(0, -20), { headers: { "content-type": "text/csv" } }),
    };
    const metadata = await client(cut).fetchAllMetadata({ query: "sex:male" });
    await expect(collect(metadata)).rejects.toMatchObject({ tag: "ContentError", problem: "length" });
  });
});

describe("a snapshot's pages", () => {
  /** As Thrift writes numbers: signs folded into the lowest bit, seven bits a byte. */
  const number = (value: number): number[] => {
    const bytes: number[] = [];
    let rest = value < 0 ? -value * 2 - 1 : value * 2;
    for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
    return [...bytes, rest];
  };
  /** A data page's header: type, sizes, and in a struct of its own the values, an encoding and statistics with bytes. */
  const header = (bytes: number, length: number, values: number) => [
    ...[0x15, 0, 0x15, ...number(bytes), 0x15, ...number(length)],
    ...[0x2c, 0x15, ...number(values), 0x15, 0, 0x3c, 0x18, 2, 7, 7, 0, 0, 0],
  ];

  test("are read for what they claim, one after the other", () => {
    const chunk = [
      ...header(70_000, 3, 100),
      1,
      2,
      3,
      ...header(9, 0, 2_000_000_000),
      ...header(3_000_000_000, 1, 1),
      0,
    ];
    expect([...pageClaims(new Uint8Array(chunk))]).toEqual([
      { bytes: 70_000, values: 100 },
      { bytes: 9, values: 2_000_000_000 },
      { bytes: 3_000_000_000, values: 1 },
    ]);
  });

  test("that are none are an error, not a loop", () => {
    for (const bytes of [
      [0x15],
      [0x1d, 0],
      [0x19, 0xfc, 0xff, 0xff, 0xff, 0x7f],
      // A list of 2^35 truths, which would be a loop if they took no bytes.
      [0x19, 0xf1, 0xff, 0xff, 0xff, 0xff, 0x7f],
      Array.from({ length: 50 }, () => 0x1c),
      header(1, -5, 1),
    ]) {
      expect(() => [...pageClaims(new Uint8Array(bytes))]).toThrow(RangeError);
    }
  });

  test("that claim more than the client's limit are refused before memory is made for them", async () => {
    const fetch = routes({ [PATH]: host(snapshotFile()) });
    const limits = { parquetPage: 200 };
    const api = createV2Api({ baseUrl: SERVER, fetch, retry: QUICK, limits });
    const read = async () => collect((await openSnapshot(api, { url: URL_ })).records());
    await expect(read()).rejects.toMatchObject({ tag: "ContentError", problem: "limit", retryable: false });
    const patched = snapshotFile();
    // Behind the file's mark: field and type of the first page, then field and number of its bytes: now 8 191.
    expect([patched[4], patched[6]]).toEqual([0x15, 0x15]);
    patched.set([0xfe, 0x7f], 7);
    const hostile = createV2Api({
      baseUrl: SERVER,
      fetch: routes({ [PATH]: host(patched) }),
      retry: QUICK,
      limits: { parquetPage: 4_000 },
    });
    const records = async () => collect((await openSnapshot(hostile, { url: URL_ })).records());
    await expect(records()).rejects.toThrow(/claims 8191 bytes/);
  });
});
