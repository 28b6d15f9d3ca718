import { createServer, type Server, type Socket } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { httpFetch } from "../src/node/index.ts";
import { createV1Client } from "../src/v1/index.ts";
import { createV2Client } from "../src/v2/index.ts";
import { imageRecord, QUICK, routes, SERVER } from "./support/handlers.ts";

const BUDGET_MS = 400;
const RETRY = { ...QUICK, limit: 2, budgetMs: BUDGET_MS };
const TIMEOUTS = { responseMs: 300, stallMs: 250 };

let server: Server | undefined;
let open: Socket[] = [];
let requests = 0;
afterEach(() => {
  for (const socket of open) socket.destroy();
  server?.close();
  [server, open, requests] = [undefined, [], 0];
});

/** A server that answers each request with these bytes, and then with this text every 20 ms as long as anybody listens. */
async function dripping(beginning: string, drop: (n: number) => string): Promise<string> {
  server = createServer((socket) => {
    open.push(socket);
    let timer: NodeJS.Timeout | undefined;
    socket.on("error", () => {});
    socket.on("close", () => clearInterval(timer));
    socket.once("data", () => {
      requests += 1;
      socket.write(beginning);
      let n = 0;
      timer = setInterval(() => socket.write(drop(n++)), 20);
    });
  });
  await new Promise<void>((resolve) => server?.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as { port: number }).port}`;
}

const head = (type: string, more = ""): string => `HTTP/1.1 200 OK\r\nContent-Type: ${type}\r\n${more}`;
const JSON_HEAD = head("application/json");

type Client = ReturnType<typeof createV2Client>;
const token = (url: string) => ({ token: "t", url: `${url}/zip-download/?zsid=t` });
const drain = async (items: AsyncIterable<unknown>): Promise<void> => {
  for await (const _item of items);
};
const photo = (client: Client, url: string) =>
  client.images.download({ ...imageRecord(0), files: { ...imageRecord(0).files, full: { url: `${url}/f`, size: 5 } } });
const record = (client: Client) => client.images.get("ISIC_0000000");

describe("a server that drips keeps nobody for longer than the budget", () => {
  const cases: readonly (readonly [
    string,
    string,
    (n: number) => string,
    (client: Client, url: string) => Promise<unknown>,
  ])[] = [
    ["a record, chunked", `${JSON_HEAD}Transfer-Encoding: chunked\r\n\r\n`, () => "1\r\n \r\n", record],
    ["a record of known length", `${JSON_HEAD}Content-Length: 9999999\r\n\r\n`, () => " ", record],
    [
      "a list",
      `${JSON_HEAD}\r\n{"count":1,"next":null,"results":[`,
      () => " ",
      (client) => client.images.search({}).all(),
    ],
    ["an error", "HTTP/1.1 503 No\r\nContent-Length: 9999999\r\n\r\n", () => "x", record],
    ["a refusal", "HTTP/1.1 400 No\r\nContent-Length: 9999999\r\n\r\n", () => "x", record],
    ["a status line", "HTTP/1.1 200 ", () => "O", record],
    ["headers", JSON_HEAD, (n) => `X-${n}: 1\r\n`, record],
    ["100 Continue", "", () => "HTTP/1.1 100 Continue\r\n\r\n", record],
    ["103 Early Hints", "", () => "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n", record],
    ["an extension of a chunk", `${JSON_HEAD}Transfer-Encoding: chunked\r\n\r\n1;`, () => "a", record],
    ["trailers", `${JSON_HEAD}Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n`, (n) => `X-${n}: 1\r\n`, record],
    [
      "the CSV of a ZIP",
      `${head("text/csv")}\r\nisic_id\r\n`,
      () => "x",
      (client, url) => drain(client.zip.metadataRows(token(url))),
    ],
    [
      "a ZIP's listing",
      `${JSON_HEAD}\r\n{"files":[`,
      () => " ",
      (client, url) => drain(client.zip.listing(token(url))),
    ],
    [
      "a photo, into memory",
      `${head("image/jpeg", "Content-Length: 9999999\r\n")}\r\n`,
      () => "x",
      async (client, url) => (await photo(client, url)).bytes(),
    ],
    [
      "a photo, to a disk",
      `${head("image/jpeg", "Content-Length: 9999999\r\n")}\r\n`,
      () => "x",
      async (client, url) => (await photo(client, url)).writeTo({ write() {} }),
    ],
    [
      "a small photo",
      `${head("image/jpeg", "Content-Length: 3000\r\n")}\r\n`,
      () => "x",
      async (client, url) => (await photo(client, url)).bytes(),
    ],
  ];
  describe.each([
    ["the platform's fetch", undefined],
    ["httpFetch", httpFetch],
  ])("%s", (_way, fetch) => {
    test.each(cases)("%s", async (_what, beginning, drop, run) => {
      const url = await dripping(beginning, drop);
      const client = createV2Client({ baseUrl: url, retry: RETRY, timeouts: TIMEOUTS, ...(fetch && { fetch }) });
      const started = performance.now();
      const error = await run(client, url).catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ tag: expect.stringMatching(/^(Timeout|Http|Network|Content)Error$/) });
      expect(performance.now() - started).toBeLessThan(BUDGET_MS * 2 + 600);
      // The first attempt, and two more at most.
      expect(requests).toBeLessThanOrEqual(3);
    });
  });
});

test("a file that comes steadily may take longer than the budget, and a slow reader is not a slow server", async () => {
  const size = 40 * 8_000;
  const url = await dripping(`${head("image/jpeg", `Content-Length: ${size}\r\n`)}\r\n`, (n) =>
    n < 40 ? "x".repeat(8_000) : "",
  );
  const client = createV2Client({ baseUrl: url, retry: RETRY, timeouts: TIMEOUTS });
  const started = performance.now();
  let pauses = 0;
  const length = await (await photo(client, url)).writeTo({
    async write() {
      if (pauses++ < 2) await new Promise((resolve) => setTimeout(resolve, 500));
    },
  });
  expect(length).toBe(size);
  expect(performance.now() - started).toBeGreaterThan(BUDGET_MS);
  expect(requests).toBe(1);
});

describe("a list without end", () => {
  const page = (url: URL, results: readonly unknown[], count: number | null): Response => {
    const next = new URL(url);
    next.searchParams.set("cursor", String(Number(url.searchParams.get("cursor") ?? 0) + 1));
    return Response.json({ count, next: next.href, results });
  };
  const fresh = (url: URL) => {
    const first = Number(url.searchParams.get("cursor") ?? 0) * 100;
    return Array.from({ length: 100 }, (_, i) => imageRecord(first + i));
  };
  const walk = async (answer: (url: URL) => Response, limits = {}) => {
    let asked = 0;
    const fetch = routes({
      "/api/v2/images/": (_request: Request, url: URL) => {
        asked += 1;
        return answer(url);
      },
    });
    const client = createV2Client({ baseUrl: SERVER, fetch, retry: QUICK, limits });
    const error = await drain(client.images.list()).catch((thrown: unknown) => thrown);
    return { error, asked };
  };

  test("is given up after twice what the server counts and 100 000 records more, or after as many as allowed", async () => {
    const lied = await walk((url) => page(url, fresh(url), url.searchParams.has("cursor") ? null : 5));
    expect(lied.error).toMatchObject({ tag: "PagingError", problem: "endless" });
    expect(lied.asked).toBeLessThan(1010);
    const silent = await walk((url) => page(url, fresh(url), null), { listingLength: 1000 });
    expect(silent.error).toMatchObject({ tag: "PagingError", problem: "endless" });
    expect(silent.asked).toBeLessThan(15);
  });

  test("of v1, which sends the same rows whatever is asked for", async () => {
    const id = (n: number) => n.toString(16).padStart(24, "0");
    const row = (n: number) => ({ _id: id(n), name: `n${n}`, lowerName: `n${n}`, updated: "x" });
    let asked = 0;
    const walkV1 = async (rows: () => readonly unknown[], limits = {}) => {
      asked = 0;
      const fetch = routes({
        "/api/v1/image": () => {
          asked += 1;
          return Response.json(rows());
        },
      });
      const client = createV1Client({ baseUrl: "https://girder.test/api/v1", fetch, retry: QUICK, limits });
      return await drain(client.images.list({ detail: false, pageSize: 3 })).catch((thrown: unknown) => thrown);
    };
    expect(await walkV1(() => [0, 1, 2].map(row))).toMatchObject({ tag: "PagingError", problem: "repeats" });
    expect(asked).toBeLessThan(15);
    let next = 0;
    const error = await walkV1(() => [next++, next++, next++].map(row), { listingLength: 100 });
    expect(error).toMatchObject({ tag: "PagingError", problem: "endless" });
    expect(asked).toBeLessThan(45);
  });

  test.each([-5, 1.5, 1e300])("a count of %d is none", async (count) => {
    const fetch = routes({ "/api/v2/images/": () => Response.json({ count, next: null, results: [] }) });
    const client = createV2Client({ baseUrl: SERVER, fetch, retry: QUICK });
    await expect(client.images.list().count()).rejects.toMatchObject({ tag: "PagingError", problem: "no-count" });
  });
});

test("an error whose words are nested as deep as its size allows is told by its status", async () => {
  const deep = `${"[".repeat(30_000)}${"]".repeat(30_000)}`;
  for (const body of [`{"detail":${deep}}`, `{"errors":${deep}}`, `{"detail":[{"loc":${deep},"msg":"x"}]}`, deep]) {
    const fetch = routes({ "/api/v2/images/ISIC_0000000/": () => new Response(body, { status: 422 }) });
    const { images } = createV2Client({ baseUrl: SERVER, fetch, retry: QUICK });
    await expect(images.get("ISIC_0000000")).rejects.toMatchObject({ tag: "HttpError", status: 422 });
  }
});

describe("a file without end", () => {
  const endless = (type: string, headers = {}) =>
    new Response(
      new ReadableStream({
        pull: (controller) => controller.enqueue(new Uint8Array(10_000).fill(1)),
      }),
      { headers: { "content-type": type, ...headers } },
    );
  const client = (answer: () => Response) =>
    createV2Client({
      baseUrl: SERVER,
      fetch: async () => answer(),
      retry: QUICK,
      limits: { fileBytes: 100_000, listingLength: 1000 },
    });
  const refused = { tag: "ContentError", problem: "limit" };

  test("a photo is refused where it is longer than allowed, wherever it goes", async () => {
    const { images } = client(() => endless("image/jpeg"));
    const file = { ...imageRecord(0) };
    await expect((await images.download(file)).bytes()).rejects.toMatchObject(refused);
    await expect((await images.download(file)).writeTo({ write() {} })).rejects.toMatchObject(refused);
    const announced = client(() => endless("image/jpeg", { "content-length": "1000000" }));
    await expect((await announced.images.download(file)).bytes()).rejects.toThrow(/limits\.fileBytes/);
  });

  test("a ZIP may be of any length on its way to a disk, and not in memory", async () => {
    const { zip } = client(() => endless("application/zip"));
    let bytes = 0;
    const sink = {
      write(piece: Uint8Array) {
        bytes += piece.length;
        if (bytes > 500_000) throw new Error("enough");
      },
    };
    await expect((await zip.download(token(SERVER))).writeTo(sink)).rejects.toThrow("enough");
    await expect((await zip.download(token(SERVER))).bytes()).rejects.toMatchObject(refused);
  });

  test.each(["x,1\r\n", "\r\n", "\n"])("a CSV of %j", async (line) => {
    const body = () => new ReadableStream({ pull: (to) => to.enqueue(new TextEncoder().encode(line.repeat(50))) });
    const { zip } = client(() => new Response(body(), { headers: { "content-type": "text/csv" } }));
    await expect(drain(zip.metadataRows(token(SERVER)))).rejects.toMatchObject(refused);
  });
});
