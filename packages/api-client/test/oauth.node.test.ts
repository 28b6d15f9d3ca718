import { connect } from "node:net";
import { createSampleArchive } from "@isic/sample-archive";
import { describe, expect, test, vi } from "vitest";
import { createOAuthSession } from "../src/oauth/index.ts";
import { loginByLoopback } from "../src/oauth/node.ts";

describe("the loopback login", () => {
  const archive = createSampleArchive({ images: 3, browserUser: "reader" });
  const session = () => createOAuthSession({ clientId: "sample-client", server: archive.origin, fetch: archive.fetch });

  test("waits for the browser, and leaves no server behind", async () => {
    let callback = "";
    const user = await loginByLoopback(session(), {
      onUrl: async (url) => {
        const answer = await archive.fetch(new Request(url, { redirect: "manual" }));
        callback = answer.headers.get("location") ?? "";
        const { origin } = new URL(callback);
        expect((await fetch(`${origin}/favicon.ico`)).status).toBe(404);
        expect((await fetch(`${origin}/callback?code=x&state=forged`)).status).toBe(404);
        const page = await fetch(callback);
        expect(await page.text()).toContain("close this page");
      },
    });
    expect(user.email).toBe("reader@example.com");
    await expect(fetch(callback)).rejects.toThrow();
  });

  test("survives scans, garbage and requests for what is no address", async () => {
    const user = await loginByLoopback(session(), {
      onUrl: async (url) => {
        const answer = await archive.fetch(new Request(url, { redirect: "manual" }));
        const callback = new URL(answer.headers.get("location") ?? "");
        const say = (text: string | Buffer) =>
          new Promise<void>((resolve) => {
            const socket = connect(Number(callback.port), "127.0.0.1", () => socket.end(text));
            socket.on("error", () => undefined).on("close", () => resolve());
            socket.resume();
          });
        for (const target of ["//", "///", "*", "http://[", "/callback?%", "/callback?state", "\\\\x"]) {
          await say(`GET ${target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
        }
        for (const text of [
          "",
          "\r\n\r\n",
          "SSH-2.0-x\r\n",
          Buffer.from([0x16, 3, 1, 2, 0, 1]),
          Buffer.alloc(100_000, 1),
        ]) {
          await say(text);
        }
        expect((await fetch(callback)).status).toBe(200);
      },
    });
    expect(user.email).toBe("reader@example.com");
  });

  test("survives many connections, slow ones, other methods and protocols, and what is not its answer", async () => {
    const user = await loginByLoopback(session(), {
      onUrl: async (url) => {
        const answer = await archive.fetch(new Request(url, { redirect: "manual" }));
        const callback = new URL(answer.headers.get("location") ?? "");
        const open = (text: string | Buffer): void => {
          // It is left open, and says no more.
          const socket = connect(Number(callback.port), "127.0.0.1", () => socket.write(text));
          socket.on("error", () => undefined).resume();
        };
        for (let n = 0; n < 200; n++) open(n % 2 === 0 ? "" : "GET /callback HTTP/1.1\r\nX-Slow: ");
        open(Buffer.from("160301020001000001fc0303", "hex"));
        open(`GET /callback HTTP/1.1\r\nHost: x\r\nX: ${"y".repeat(100_000)}\r\n\r\n`);
        open(`${"GET / HTTP/1.1\r\nHost: x\r\n\r\n".repeat(500)}`);
        open("CONNECT x:443 HTTP/1.1\r\nHost: x\r\n\r\n");
        open("GET /callback HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: upgrade\r\n\r\n");
        open("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
        for (const method of ["HEAD", "POST", "PUT", "OPTIONS", "DELETE"])
          expect((await fetch(callback, { method })).status).toBe(404);
        const twisted = (change: (other: URL) => void): string => {
          const other = new URL(callback);
          change(other);
          return other.href;
        };
        for (const other of [
          twisted(({ searchParams }) => searchParams.delete("state")),
          twisted(({ searchParams }) => searchParams.set("state", `${searchParams.get("state")}x`)),
          twisted(({ searchParams }) => searchParams.set("state", searchParams.get("state")!.toLowerCase())),
          twisted((each) => {
            each.pathname = "/callback/";
          }),
          twisted((each) => {
            each.pathname = "/%63allback";
          }),
        ])
          expect((await fetch(other)).status, other).toBe(404);
        const page = await fetch(callback);
        expect(page.status).toBe(200);
        expect(await page.text()).not.toContain(callback.searchParams.get("code"));
      },
    });
    expect(user.email).toBe("reader@example.com");
  });

  test("ends with the caller's signal, and when nobody comes back", async () => {
    const controller = new AbortController();
    const set = vi.spyOn(globalThis, "setTimeout");
    const cleared = vi.spyOn(globalThis, "clearTimeout");
    const stopped = loginByLoopback(session(), { onUrl: () => controller.abort(), signal: controller.signal });
    await expect(stopped).rejects.toMatchObject({ tag: "AbortError" });
    // The timer of the wait, which would keep the process alive, is gone.
    const wait = set.mock.results[set.mock.calls.findIndex(([, ms]) => ms === 300_000)]?.value;
    expect(wait).toBeDefined();
    expect(cleared.mock.calls.flat()).toContain(wait);
    vi.restoreAllMocks();
    const late = loginByLoopback(session(), { onUrl: () => undefined, timeoutMs: 20 });
    await expect(late).rejects.toMatchObject({ tag: "OAuthError", problem: "expired" });
    await expect(late).rejects.toThrow(/register http:\/\/127\.0\.0\.1\/callback/);
  });
});
