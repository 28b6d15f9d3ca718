import { createServer, type Server as HttpServer } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { type AddressInfo, connect, type Server } from "node:net";
import { createSampleArchive } from "@isic/sample-archive";
import { type RunningArchive, serve } from "@isic/sample-archive/node";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { isApiError } from "../src/index.ts";
import { httpFetch, proxiedFetch } from "../src/node/index.ts";
import type { Fetch } from "../src/transport/options.ts";
import { createV2Client } from "../src/v2/index.ts";
import { SELF_SIGNED } from "./support/certificate.ts";
import { imageRecord, QUICK } from "./support/handlers.ts";

const WAYS: readonly (readonly [string, Fetch | undefined])[] = [
  ["the platform's fetch", undefined],
  ["httpFetch", httpFetch],
];

const listening = async <S extends Server>(server: S): Promise<{ server: S; port: number }> => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { server, port: (server.address() as AddressInfo).port };
};

const client = (baseUrl: string, fetch: Fetch | undefined) => createV2Client({ baseUrl, ...(fetch && { fetch }) });

async function failure(baseUrl: string, fetch: Fetch | undefined) {
  const started = performance.now();
  const error = await client(baseUrl, fetch)
    .images.get("ISIC_0000000")
    .catch((thrown: unknown) => thrown);
  return { error: error as Error & { problem?: string }, ms: performance.now() - started };
}

describe.each(WAYS)("what will not pass ends at once, with its cause (%s)", (_way, fetch) => {
  let tls: { server: Server; port: number };
  let plain: { server: Server; port: number };
  beforeAll(async () => {
    tls = await listening(createTlsServer(SELF_SIGNED, (_request, response) => response.end("{}")));
    plain = await listening(createServer((_request, response) => response.writeHead(404).end("<h1>Not here</h1>")));
  });
  afterAll(() => {
    tls.server.close();
    plain.server.close();
  });

  const cases: readonly (readonly [string, () => string, string, RegExp])[] = [
    ["a certificate of its own", () => `https://127.0.0.1:${tls.port}/`, "certificate", /NODE_EXTRA_CA_CERTS/],
    ["a host that is not there", () => "https://no-such-host.invalid/", "unknown-host|name-server", /no-such-host/],
    ["a port where nobody listens", () => "http://127.0.0.1:9/", "refused", /refuses connections .*ECONNREFUSED|port/],
    ["https at an http port", () => `https://127.0.0.1:${plain.port}/`, "protocol", /https or http/],
  ];

  test.each(cases)("%s", async (_what, url, problem, words) => {
    const { error, ms } = await failure(url(), fetch);
    expect(isApiError(error, "NetworkError"), String(error)).toBe(true);
    expect(error.problem).toMatch(new RegExp(`^(${problem})$`));
    expect(error.message).toMatch(words);
    expect(error.message).not.toContain("\n");
    expect(ms).toBeLessThan(2000);
  });

  test("a path that is not the API's", async () => {
    const { error, ms } = await failure(`http://127.0.0.1:${plain.port}/`, fetch);
    expect(error).toMatchObject({ tag: "HttpNotFoundError", retryable: false });
    expect(error.message).toMatch(/base URL/);
    expect(ms).toBeLessThan(2000);
  });

  test("a page in the place of the API", async () => {
    const site = await listening(
      createServer((_request, response) => response.setHeader("content-type", "text/html").end("<h1>Welcome</h1>")),
    );
    const { error, ms } = await failure(`http://127.0.0.1:${site.port}/`, fetch);
    site.server.close();
    expect(error).toMatchObject({ tag: "ContentError", problem: "kind" });
    expect(ms).toBeLessThan(2000);
  });
});

test.each([
  ["CERT_HAS_EXPIRED", "certificate", 1],
  ["ERR_TLS_CERT_ALTNAME_INVALID", "certificate", 1],
  ["UNABLE_TO_VERIFY_LEAF_SIGNATURE", "certificate", 1],
  ["ENOTFOUND", "unknown-host", 1],
  ["ECONNREFUSED", "refused", 1],
  ["HPE_INVALID_CONSTANT", "protocol", 1],
  ["EAI_AGAIN", "name-server", 3],
  ["ECONNRESET", "interrupted", 7],
  ["ETIMEDOUT", "interrupted", 7],
  ["UND_ERR_SOCKET", "interrupted", 7],
])("a request that fails with %s (%s) is sent %d times", async (code, problem, times) => {
  let requests = 0;
  const fetch = async () => {
    requests += 1;
    throw new TypeError("fetch failed", { cause: Object.assign(new Error("the system's words"), { code }) });
  };
  const api = createV2Client({ baseUrl: "https://archive.test", fetch, retry: QUICK });
  await expect(api.images.get("ISIC_0000000")).rejects.toMatchObject({ tag: "NetworkError", problem });
  expect(requests).toBe(times);
});

test.each([2, 6])(
  "a file that is always cut in the middle, of another version each time, is given up (limit %d)",
  async (limit) => {
    let requests = 0;
    const { server, port } = await listening(
      createServer((_request, response) => {
        requests += 1;
        const body = Buffer.alloc(200_000, 7);
        body.set([0xff, 0xd8, 0xff]);
        response.writeHead(200, { "content-type": "image/jpeg", "content-length": body.length, etag: `"${requests}"` });
        response.write(body.subarray(0, 100_000), () => setTimeout(() => response.destroy(), 5));
      }),
    );
    const api = createV2Client({ baseUrl: `http://127.0.0.1:${port}`, retry: { ...QUICK, limit } });
    const file = await api.images.download(`http://127.0.0.1:${port}/a.jpg`);
    await expect(file.bytes()).rejects.toMatchObject({ tag: "NetworkError" });
    server.close();
    expect(requests).toBeLessThanOrEqual(2 * (limit + 1));
  },
);

describe.each([
  ["proxiedFetch", proxiedFetch],
  ["httpFetch", httpFetch],
])("the proxy of the environment (%s)", (_way, fetch) => {
  const NAMES = ["http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "no_proxy", "NO_PROXY"];
  const before = NAMES.map((name) => [name, process.env[name]] as const);
  let archive: RunningArchive;
  let proxy: { server: HttpServer; port: number };
  let asked: string[] = [];
  let answer = "200 Connection established";

  beforeAll(async () => {
    archive = await serve(createSampleArchive({ images: 3, smallPhotos: true }));
    const server = createServer((_request, response) => response.writeHead(500).end());
    server.on("connect", (request, socket) => {
      asked.push(request.url ?? "");
      socket.on("error", () => undefined);
      if (!answer.startsWith("200")) return void socket.end(`HTTP/1.1 ${answer}\r\ncontent-length: 0\r\n\r\n`);
      const [, port = ""] = (request.url ?? "").split(":");
      const target = connect(Number(port), "127.0.0.1", () => {
        socket.write(`HTTP/1.1 ${answer}\r\n\r\n`);
        target.pipe(socket).pipe(target);
      });
      target.on("error", () => socket.destroy());
    });
    proxy = await listening(server);
  });

  afterEach(() => {
    asked = [];
    answer = "200 Connection established";
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  });

  afterAll(async () => {
    proxy.server.closeAllConnections();
    proxy.server.close();
    await archive.close();
  });

  const use = (variables: Record<string, string>) => {
    for (const name of NAMES) delete process.env[name];
    Object.assign(process.env, variables);
  };

  test("carries calls and files, but not for the hosts in NO_PROXY", async () => {
    const address = `http://127.0.0.1:${proxy.port}`;
    use({ HTTP_PROXY: address });
    const { images } = client(archive.url, fetch);
    const [first] = await images.list().all();
    expect(asked).toContain(new URL(archive.url).host);
    const whole = await (await images.download(first as never)).bytes();
    const seen = asked.length;
    use({ http_proxy: address, no_proxy: "127.0.0.1,localhost" });
    const direct = createV2Client({ baseUrl: archive.url, fetch }).images;
    expect(await (await direct.download(first as never)).bytes()).toEqual(whole);
    expect(asked).toHaveLength(seen);
  });

  test("carries https, and what ends there is named as without it", async () => {
    const tls = await listening(createTlsServer(SELF_SIGNED, (_request, response) => response.end("{}")));
    use({ HTTPS_PROXY: `http://127.0.0.1:${proxy.port}` });
    const { error } = await failure(`https://127.0.0.1:${tls.port}/`, fetch);
    tls.server.close();
    expect(asked).toEqual([`127.0.0.1:${tls.port}`]);
    expect(error).toMatchObject({ tag: "NetworkError", problem: "certificate" });
  });

  test("that refuses, is not there or is no address is named at once", async () => {
    answer = "407 Proxy Authentication Required";
    use({ HTTP_PROXY: `http://127.0.0.1:${proxy.port}` });
    const refused = await failure(archive.url, fetch);
    expect(refused.error).toMatchObject({ tag: "NetworkError", problem: "proxy", retryable: false });
    expect(refused.error.message).toMatch(/407.*HTTPS_PROXY/);
    use({ HTTP_PROXY: "http://127.0.0.1:9" });
    const missing = await failure(archive.url, fetch);
    expect(missing.error.message).toMatch(/HTTPS_PROXY/);
    use({ HTTP_PROXY: "nonsense" });
    expect((await failure(archive.url, fetch)).error).toMatchObject({ problem: "proxy" });
    expect(refused.ms + missing.ms).toBeLessThan(2000);
  });
});

test("the user agent carries the version of the package", async () => {
  const { version } = (await import("../package.json", { with: { type: "json" } })).default;
  const agents: (string | null)[] = [];
  const { server, port } = await listening(
    createServer((request, response) => {
      agents.push(request.headers["user-agent"] ?? null);
      response.setHeader("content-type", "application/json").end(JSON.stringify(imageRecord(0)));
    }),
  );
  for (const [, fetch] of WAYS) await client(`http://127.0.0.1:${port}`, fetch).images.get("ISIC_0000000");
  server.close();
  expect(agents).toEqual([`isic-ts/${version}`, `isic-ts/${version}`]);
});
