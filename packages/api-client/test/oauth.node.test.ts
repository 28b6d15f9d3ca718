import { chmod, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createSampleArchive } from "@isic/sample-archive";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { createOAuthSession } from "../src/oauth/index.ts";
import { loginByLoopback, tokenFile } from "../src/oauth/node.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "isic-tokens-"));
});
afterAll(() => rm(folder, { recursive: true }));

const TOKENS = { accessToken: "a", refreshToken: "b", expiresAt: 1, scope: "identity" };

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
  });
});

describe("the token file", () => {
  test("is private, whole, and gone after a logout", async () => {
    const path = join(folder, "deep", "tokens.json");
    const store = tokenFile(path);
    expect(await store.load()).toBeUndefined();
    await store.save(TOKENS);
    expect(await store.load()).toEqual(TOKENS);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await readdir(join(folder, "deep"))).toEqual(["tokens.json"]);
    await store.save(undefined);
    expect(await store.load()).toBeUndefined();
  });

  test("that others may read is refused", async () => {
    const path = join(folder, "open.json");
    await writeFile(path, JSON.stringify(TOKENS));
    await chmod(path, 0o644);
    await expect(tokenFile(path).load()).rejects.toMatchObject({ tag: "OAuthError", problem: "store" });
  });

  test("with nonsense in it counts as none", async () => {
    const path = join(folder, "nonsense.json");
    await writeFile(path, "{", { mode: 0o600 });
    expect(await tokenFile(path).load()).toBeUndefined();
  });

  test("is locked by one at a time", async () => {
    const path = join(folder, "counted.json");
    const count = join(folder, "count.txt");
    await writeFile(count, "0");
    const store = tokenFile(path);
    const add = () =>
      store.lock(async () => {
        const value = Number(await readFile(count, "utf8"));
        await new Promise((resolve) => setTimeout(resolve, 2));
        await writeFile(count, String(value + 1));
      });
    await Promise.all(Array.from({ length: 10 }, add));
    expect(await readFile(count, "utf8")).toBe("10");
    await expect(readFile(`${path}.lock`)).rejects.toThrow();
  });

  test("takes over a lock that a crash left behind", async () => {
    const path = join(folder, "stale.json");
    await writeFile(`${path}.lock`, "999999.dead");
    const old = new Date(Date.now() - 120_000);
    await utimes(`${path}.lock`, old, old);
    expect(await tokenFile(path).lock(async () => "mine")).toBe("mine");
  });
});
