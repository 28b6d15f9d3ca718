import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { type AddressInfo, createServer as createTcpServer, type Socket } from "node:net";
import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import { createSampleArchive } from "@isic/sample-archive";
import { serve } from "@isic/sample-archive/node";
import fc from "fast-check";
import { afterEach, describe, expect, it, vi } from "vitest";
import { httpFetch } from "../src/node/http-fetch.ts";
import { createV2Client } from "../src/v2/index.ts";
import { faultRun, spoiledArchive } from "./support/fault-run.ts";
import { jpeg } from "./support/handlers.ts";

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** A server whose handler is the test's; its address, and how many connections it has seen. */
async function server(handle: (request: IncomingMessage, response: ServerResponse) => void) {
  const seen = { connections: 0 };
  const running = createServer(handle);
  running.on("connection", () => {
    seen.connections += 1;
  });
  await new Promise<void>((resolve) => running.listen(0, "127.0.0.1", resolve));
  closing.push(() => {
    running.closeAllConnections();
    return new Promise((resolve) => running.close(resolve));
  });
  return { url: `http://127.0.0.1:${(running.address() as AddressInfo).port}/`, seen };
}

const ask = (url: string, init: RequestInit = {}): Promise<Response> =>
  httpFetch(new Request(url, { redirect: "manual", ...init }));

describe("httpFetch answers as the platform's fetch does:", () => {
  it("status, headers and a body of known length", async () => {
    const { url } = await server((_, response) => {
      response.writeHead(201, "Made", { "content-type": "image/jpeg", "content-length": 5, "x-two": ["a", "b"] });
      response.end("hello");
    });
    for (const way of [ask, (address: string) => fetch(address)]) {
      const answer = await way(url);
      expect([answer.status, answer.statusText, answer.ok]).toEqual([201, "Made", true]);
      expect(answer.headers.get("content-type")).toBe("image/jpeg");
      expect(answer.headers.get("x-two")).toBe("a, b");
      expect(await answer.text()).toBe("hello");
    }
  });

  it.each([
    ["gzip", gzipSync],
    ["deflate", deflateSync],
    ["br", brotliCompressSync],
    ["identity", (bytes: Uint8Array) => bytes],
  ] as const)("a body in %s, in many pieces", async (encoding, compress) => {
    const body = jpeg(700_000);
    const { url } = await server((request, response) => {
      expect(request.headers["accept-encoding"]).toBe("gzip, deflate, br");
      response.writeHead(200, { "content-encoding": encoding });
      response.end(compress(body));
    });
    expect(Buffer.compare(Buffer.from(await (await ask(url)).arrayBuffer()), body)).toBe(0);
  });

  it("bodies of any length, however they are cut, and each piece in memory that may be taken away", async () => {
    const bodies: { readonly pieces: Buffer[]; readonly chunked: boolean }[] = [];
    const { url } = await server((request, response) => {
      const { pieces, chunked } = bodies[Number(request.url?.slice(1))]!;
      if (!chunked)
        response.setHeader(
          "content-length",
          pieces.reduce((sum, each) => sum + each.length, 0),
        );
      for (const piece of pieces) response.write(piece);
      response.end();
    });
    const pieces = fc.array(
      fc.nat(70_000).map((length) => Buffer.from(jpeg(length))),
      { maxLength: 8 },
    );
    await fc.assert(
      fc.asyncProperty(pieces, fc.boolean(), async (sent, chunked) => {
        bodies.push({ pieces: sent, chunked });
        const answer = await ask(`${url}${bodies.length - 1}`);
        const got: Buffer[] = [];
        for await (const piece of answer.body as unknown as AsyncIterable<Uint8Array<ArrayBuffer>>) {
          got.push(Buffer.from(piece));
          // Nothing that comes later may lie in the same memory.
          structuredClone(piece, { transfer: [piece.buffer] });
        }
        expect(Buffer.compare(Buffer.concat(got), Buffer.concat(sent))).toBe(0);
      }),
      { numRuns: 60 },
    );
  });

  it("no body for HEAD, 204 and 304, and the connection is free again", async () => {
    const { url, seen } = await server((request, response) => {
      response.writeHead(Number(request.url?.slice(1)), request.method === "HEAD" ? { "content-length": 5 } : {});
      response.end(request.method === "HEAD" ? undefined : "");
    });
    for (const [method, status] of [
      ["HEAD", 200],
      ["GET", 204],
      ["GET", 304],
      ["GET", 200],
    ] as const) {
      const answer = await ask(`${url}${status}`, { method });
      expect([answer.status, await answer.text()]).toEqual([status, ""]);
      // The agent hears of the end a moment later.
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    expect(seen.connections).toBe(1);
  });

  it("a redirect as it came, for the caller to follow", async () => {
    const { url } = await server((_, response) => response.writeHead(302, { location: "/there" }).end());
    const answer = await ask(url);
    expect([answer.status, answer.headers.get("location")]).toEqual([302, "/there"]);
  });

  it("an error page whose body nobody reads", async () => {
    const { url } = await server((_, response) => response.writeHead(500).end("x".repeat(300_000)));
    const answer = await ask(url);
    expect(answer.status).toBe(500);
    await answer.body?.cancel();
  });
});

describe("httpFetch sends", () => {
  it("method, headers and body", async () => {
    const { url } = await server(async (request, response) => {
      let body = "";
      for await (const piece of request) body += piece;
      const { "content-type": type, "content-length": length, authorization } = request.headers;
      response.end(JSON.stringify([request.method, request.url, type, length, authorization, body]));
    });
    const headers = { "content-type": "application/json", authorization: "Bearer secret" };
    const answer = await ask(`${url}a%20b?c=%2F`, { method: "POST", headers, body: '{"ö":1}' });
    expect(await answer.json()).toEqual(["POST", "/a%20b?c=%2F", "application/json", "8", "Bearer secret", '{"ö":1}']);
  });

  it("no wish for compression along with a range", async () => {
    const { url } = await server((request, response) => response.end(request.headers["accept-encoding"]));
    expect(await (await ask(url, { headers: { range: "bytes=5-" } })).text()).toBe("identity");
  });

  it("many requests over few connections", async () => {
    const { url, seen } = await server((_, response) => response.end("x"));
    for (let i = 0; i < 50; i += 1) await (await ask(url)).text();
    expect(seen.connections).toBe(1);
  });

  it("once more what met a connection that the server had closed", async () => {
    // A server that closes each connection after one answer without a word of it in the headers.
    const sockets = new Set<Socket>();
    const rude = createTcpServer((socket) => {
      sockets.add(socket);
      let answered = false;
      socket.on("error", () => undefined);
      socket.on("data", () => {
        if (answered) return socket.resetAndDestroy();
        answered = true;
        socket.write("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nConnection: keep-alive\r\n\r\nx");
      });
    });
    await new Promise<void>((resolve) => rude.listen(0, "127.0.0.1", resolve));
    closing.push(() => {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => rude.close(resolve));
    });
    const url = `http://127.0.0.1:${(rude.address() as AddressInfo).port}/`;
    for (let i = 0; i < 4; i += 1) expect(await (await ask(url)).text()).toBe("x");
    await expect(ask(url, { method: "POST", body: "not twice" })).rejects.toThrow("fetch failed");
  });
});

describe("httpFetch fails as the platform's fetch does:", () => {
  it("a TypeError with the network's error as its cause where nobody listens", async () => {
    const { url } = await server(() => undefined);
    for (const close of closing.splice(0)) await close();
    const error = await ask(url).catch((failure: unknown) => failure);
    expect(error).toBeInstanceOf(TypeError);
    expect((error as Error).cause).toMatchObject({ code: "ECONNREFUSED" });
  });

  it("an error in the body that breaks off", async () => {
    const { url } = await server((_, response) => {
      response.writeHead(200, { "content-length": 1000 });
      response.write("only this");
      setTimeout(() => response.destroy(), 20);
    });
    const answer = await ask(url);
    await expect(answer.text()).rejects.toThrow(TypeError);
  });

  it.each(["gzip", "br"])("an error in a body that is no %s", async (encoding) => {
    const { url } = await server((_, response) => {
      response.writeHead(200, { "content-encoding": encoding }).end("this is not compressed at all");
    });
    await expect(ask(url).then((answer) => answer.text())).rejects.toThrow(TypeError);
  });

  it("a TypeError for a status that is none", async () => {
    const { url } = await server((_, response) => response.writeHead(999).end());
    await expect(ask(url)).rejects.toThrow(TypeError);
  });

  it("the signal's own reason, before the request, before the answer, and within it", async () => {
    const { url } = await server((request, response) => {
      if (request.url === "/body") response.write("begun");
    });
    const reason = new Error("no longer wanted");
    await expect(ask(url, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    const early = new AbortController();
    const waiting = ask(url, { signal: early.signal });
    setTimeout(() => early.abort(reason), 20);
    await expect(waiting).rejects.toBe(reason);
    const late = new AbortController();
    const answer = await ask(`${url}body`, { signal: late.signal });
    setTimeout(() => late.abort(reason), 20);
    await expect(answer.text()).rejects.toBe(reason);
  });

  it("closes the connection of a body that is let go of", async () => {
    const gone = vi.fn();
    const { url } = await server((request, response) => {
      request.socket.on("close", gone);
      response.write("a beginning");
    });
    const answer = await ask(url);
    await answer.body?.cancel();
    await vi.waitFor(() => expect(gone).toHaveBeenCalled());
  });
});

describe("httpFetch leaves to the platform's fetch", () => {
  it("what wants redirects followed, and everything where that one was led through a proxy", async () => {
    const { url } = await server((_, response) => response.end("x"));
    const platform = vi.spyOn(globalThis, "fetch");
    const dispatcher = Symbol.for("undici.globalDispatcher.1");
    const before = (globalThis as Record<symbol, unknown>)[dispatcher];
    try {
      await httpFetch(new Request(url));
      expect(platform).toHaveBeenCalledTimes(1);
      await ask(url);
      expect(platform).toHaveBeenCalledTimes(1);
      vi.stubEnv("NODE_USE_ENV_PROXY", "1");
      await ask(url);
      expect(platform).toHaveBeenCalledTimes(2);
      vi.unstubAllEnvs();
      class ProxyAgent {}
      (globalThis as Record<symbol, unknown>)[dispatcher] = new ProxyAgent();
      await ask(url).catch(() => undefined);
      expect(platform).toHaveBeenCalledTimes(3);
    } finally {
      (globalThis as Record<symbol, unknown>)[dispatcher] = before;
      vi.unstubAllEnvs();
      platform.mockRestore();
    }
  });
});

describe("the clients over httpFetch", () => {
  it("bring in everything whole from a server that spoils every tenth answer", async () => {
    const spoiled = spoiledArchive(120);
    const whole = createSampleArchive({ images: 120, smallPhotos: true });
    const running = await serve(spoiled);
    closing.push(() => running.close());
    const clean = await faultRun({ baseUrl: whole.v2Url, fetch: whole.fetch, singles: 150 });
    const hard = await faultRun({ baseUrl: `${running.url}/api/v2`, fetch: httpFetch, singles: 150, stallMs: 800 });
    expect([...spoiled.counts.faults.values()].reduce((sum, count) => sum + count, 0)).toBeGreaterThan(30);
    expect(hard.data === clean.data).toBe(true);
    expect(hard.requests).toBeLessThanOrEqual(clean.requests * 1.3);
  });

  it("give files in pieces that are the file", async () => {
    const running = await serve(createSampleArchive({ images: 3, smallPhotos: true }));
    closing.push(() => running.close());
    const client = createV2Client({ baseUrl: `${running.url}/api/v2`, fetch: httpFetch });
    for await (const record of client.images.list()) {
      const pieces = await (await client.images.download(record)).pieces();
      const bytes = await (await client.images.download(record)).bytes();
      expect(Buffer.compare(Buffer.concat(pieces), bytes)).toBe(0);
    }
  });
});
