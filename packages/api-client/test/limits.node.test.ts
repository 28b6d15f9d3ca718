import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createGzip } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Bytes, Warning } from "../src/index.ts";
import { httpFetch } from "../src/node/index.ts";
import { createV1Client } from "../src/v1/index.ts";
import { csvRows } from "../src/v2/bulk/csv.ts";
import { objectsIn } from "../src/v2/bulk/listing-json.ts";
import { createV2Client } from "../src/v2/index.ts";
import { imageRecord, QUICK, routes, SERVER } from "./support/handlers.ts";

const WHERE = { endpoint: "GET x" };
const { limits } = createV2Client().api;

async function* pieces(text: string, size = 16_384): AsyncGenerator<Bytes> {
  const bytes = new TextEncoder().encode(text);
  for (let at = 0; at < bytes.length; at += size) yield bytes.slice(at, at + size);
}

async function collect<T>(items: AsyncIterable<T>): Promise<number> {
  let count = 0;
  for await (const _item of items) count += 1;
  return count;
}

describe("an answer without end", () => {
  let server: Server;
  let url: string;
  beforeAll(async () => {
    server = createServer((_request, response) => {
      response.writeHead(200, { "content-type": "application/json", "content-encoding": "gzip" });
      const gzip = createGzip();
      gzip.pipe(response);
      const block = Buffer.alloc(1_000_000, 0x20);
      const more = () => {
        while (!response.destroyed && gzip.write(block));
        if (!response.destroyed) gzip.once("drain", more);
      };
      more();
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  test.each([
    ["the platform's fetch", undefined],
    ["httpFetch", httpFetch],
  ])("ends with an error before it has filled the memory (%s)", async (_way, fetch) => {
    const api = createV2Client({ baseUrl: url, retry: QUICK, ...(fetch && { fetch }) });
    const before = process.memoryUsage().rss;
    const started = performance.now();
    await expect(api.images.get("ISIC_0000000")).rejects.toMatchObject({ tag: "ContentError", problem: "limit" });
    expect(performance.now() - started).toBeLessThan(3000);
    expect(process.memoryUsage().rss - before).toBeLessThan(300_000_000);
    const small = createV2Client({ baseUrl: url, limits: { answerBytes: 1000 }, ...(fetch && { fetch }) });
    const quick = performance.now();
    await expect(small.images.get("ISIC_0000000")).rejects.toThrow(/limits\.answerBytes/);
    expect(performance.now() - quick).toBeLessThan(1000);
  });
});

test("records that are nested too deep are refused, and others with the same number of values are not", async () => {
  const nested = (depth: number): string => `${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`;
  const get = (extra: string) => {
    const text = JSON.stringify({ ...imageRecord(0), extra: 0 }).replace('"extra":0', `"extra":${extra}`);
    const fetch = routes({ "/api/v2/images/ISIC_0000000/": () => new Response(text) });
    return createV2Client({ baseUrl: SERVER, fetch, retry: QUICK }).images.get("ISIC_0000000");
  };
  await expect(get(nested(20_000))).rejects.toMatchObject({ tag: "ContentError", problem: "limit" });
  await expect(get(nested(100))).resolves.toBeDefined();
  await expect(get(JSON.stringify(Array.from({ length: 20_000 }, () => ({}))))).resolves.toBeDefined();
});

describe("a record of a list that is of no use", () => {
  const deep = { ...imageRecord(7), extra: 0 };
  const bad: readonly unknown[] = [
    null,
    5,
    "x",
    [],
    {},
    { isic_id: 5 },
    { ...imageRecord(5), files: undefined },
    { ...imageRecord(6), metadata: null },
    deep,
  ];
  const textOf = (results: readonly unknown[]): string =>
    JSON.stringify({ count: results.length, next: null, results }).replace(
      '"extra":0',
      `"extra":${'{"a":'.repeat(20_000)}1${"}".repeat(20_000)}`,
    );
  const listOf = async (results: readonly unknown[], validation: "error" | "leave out", warnings: Warning[] = []) => {
    const fetch = routes({ "/api/v2/images/search/": () => new Response(textOf(results)) });
    const onWarning = (warning: Warning) => warnings.push(warning);
    return await createV2Client({ baseUrl: SERVER, fetch, retry: QUICK, validation, onWarning })
      .images.search({})
      .all();
  };

  test("is left out with a warning that names it, and the others come", async () => {
    const warnings: Warning[] = [];
    const found = await listOf([imageRecord(0), ...bad, imageRecord(1)], "leave out", warnings);
    expect(found.map(({ isic_id }) => isic_id)).toEqual(["ISIC_0000000", "ISIC_0000001"]);
    expect(warnings).toHaveLength(bad.length);
    expect(warnings.at(-1)?.message).toMatch(/^A record \(ISIC_0000007\) was left out: .*nested deeper than 200/);
    expect(await listOf([{ isic_id: 5 }], "leave out", warnings)).toEqual([]);
  });

  test("is an error where nothing is to be left out, and where no record of several fits", async () => {
    for (const record of bad) {
      await expect(listOf([imageRecord(0), record], "error")).rejects.toMatchObject({
        tag: expect.stringMatching(/^(Validation|Content)Error$/),
      });
    }
    await expect(listOf(bad, "leave out")).rejects.toMatchObject({ tag: "ContentError" });
  });

  test("likewise on v1, where pages begin with the last record of the one before", async () => {
    const id = (n: number) => n.toString(16).padStart(24, "0");
    const record = (n: number) => ({ _id: id(n), name: `n${n}`, lowerName: `n${n}`, updated: "x" });
    const rows = [record(0), null, record(2), { _id: 5 }, record(4), record(5), {}];
    const warnings: Warning[] = [];
    const fetch = routes({
      "/api/v1/image": (_request: Request, url: URL) => {
        const [offset, limit] = ["offset", "limit"].map((name) => Number(url.searchParams.get(name)));
        return Response.json(rows.slice(offset!, offset! + limit!));
      },
    });
    const onWarning = (warning: Warning) => warnings.push(warning);
    const client = createV1Client({
      baseUrl: "https://girder.test/api/v1",
      fetch,
      retry: QUICK,
      validation: "leave out",
      onWarning,
    });
    const found = await client.images.list({ detail: false, pageSize: 3 }).all();
    expect(found.map(({ _id }) => _id)).toEqual([0, 2, 4, 5].map(id));
    expect(warnings.some(({ type }) => type === "paging")).toBe(false);
  });
});

describe("a reader takes four times the time for four times the text", () => {
  /** Processor time: the clock on the wall says more of the machine's other work. */
  const timed = async (work: () => Promise<unknown>) => {
    const before = process.cpuUsage();
    await work();
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000;
  };
  const big = { ...limits, listingEntry: 1e9 };
  const readers: readonly (readonly [string, (size: number) => Promise<number>])[] = [
    ["one quoted cell", (size) => collect(csvRows(pieces(`a,"${"x".repeat(size)}"\r\n`), WHERE, 1e9))],
    ["one cell of quotes", (size) => collect(csvRows(pieces(`a,"${'""'.repeat(size / 2)}"\r\n`), WHERE, 1e9))],
    ["one bare cell", (size) => collect(csvRows(pieces(`a,${"x".repeat(size)}\r\n`), WHERE, 1e9))],
    ["many cells", (size) => collect(csvRows(pieces("ab,cd\r\n".repeat(size / 7)), WHERE, 1e9))],
    [
      "one entry of a listing",
      (size) => collect(objectsIn(pieces(`{"files":[{"a":"${"x".repeat(size)}"}]}`), "files", WHERE, big)),
    ],
    [
      "many entries",
      (size) => collect(objectsIn(pieces(`{"files":[${'{"a":1},'.repeat(size / 8)}{}]}`), "files", WHERE, big)),
    ],
  ];
  test.each(readers)("%s", async (_what, read) => {
    await read(200_000);
    let [one, four] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
    // The best of up to six, because other programs share the machine.
    for (let round = 0; round < 6 && (round === 0 || four / Math.max(one, 30) > 7); round += 1) {
      one = Math.min(one, await timed(() => read(500_000)));
      four = Math.min(four, await timed(() => read(2_000_000)));
    }
    expect(four / Math.max(one, 30)).toBeLessThan(9); // 16 when all is looked at again for each piece
  });
});

describe("what is longer than its limit is refused", () => {
  const refused = { tag: "ContentError", problem: "limit", retryable: false };

  test("a cell, a row of cells", async () => {
    for (const text of [`"${"x".repeat(20_000)}`, "x".repeat(20_000), `"${'""'.repeat(20_000)}`, ",".repeat(20_000)]) {
      await expect(collect(csvRows(pieces(`a,${text}`, 1000), WHERE, 10_000))).rejects.toMatchObject(refused);
    }
    await expect(collect(csvRows(pieces(`${"x,".repeat(9_000)}x\r\n`), WHERE, 100))).rejects.toMatchObject(refused);
  });

  test("an entry of a listing, its depth, what comes before, and their number", async () => {
    const small = { ...limits, listingEntry: 1000, listingLength: 5, depth: 10 };
    const texts = [
      `{"files":[{"a":"${"x".repeat(2000)}`,
      `{"files":[${'{"a":'.repeat(50)}`,
      `{"other":"${"x".repeat(2000)}`,
      `{"files":[${'{"a":1},'.repeat(6)}`,
      `{"files":[${" ".repeat(2000)}`,
      `{"files":[{}${",".repeat(2000)}`,
      `{"files":[{}]${" ".repeat(2000)}`,
    ];
    for (const text of texts) {
      await expect(collect(objectsIn(pieces(text, 100), "files", WHERE, small))).rejects.toMatchObject(refused);
    }
  });

  test("and a limit that is none is said", () => {
    expect(() => createV2Client({ limits: { answerBytes: 0 } })).toThrow(/limits\.answerBytes/);
  });
});
