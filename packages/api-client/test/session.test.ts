import { createSampleArchive } from "@isic/sample-archive";
import { describe, expect, test } from "vitest";
import type { Warning } from "../src/index.ts";
import { createV1Client } from "../src/v1/index.ts";
import { createV2Client, type TokenSource } from "../src/v2/index.ts";
import { QUICK } from "./support/handlers.ts";

function setUp() {
  const archive = createSampleArchive({ images: 30 });
  const asked: string[] = [];
  const fetch = (request: Request) => {
    asked.push(new URL(request.url).pathname.replace(/^\/api\/v\d\/?/, ""));
    return archive.fetch(request);
  };
  const warnings: Warning[] = [];
  const common = { fetch, retry: QUICK, onWarning: (warning: Warning) => warnings.push(warning) };
  return {
    archive,
    asked,
    warnings,
    v1: { ...common, baseUrl: archive.v1Url },
    v2: { ...common, baseUrl: archive.v2Url },
  };
}

describe("v2: a token", () => {
  test("is verified once before its first use, however many calls wait", async () => {
    const { archive, asked, v2 } = setUp();
    const api = createV2Client({ ...v2, token: archive.issueToken("reader") });
    await Promise.all([api.site.stats(), api.site.stats(), api.images.list().all()]);
    expect(asked.filter((path) => path === "users/me/")).toHaveLength(1);
    expect(asked[0]).toBe("users/me/");
  });

  test("may come with the word that stands before it in the header, from a text, a function or a source", async () => {
    const { archive, v2 } = setUp();
    const token = `Bearer ${archive.issueToken("reader")}`;
    for (const option of [token, async () => token, { token: async () => token }]) {
      expect((await createV2Client({ ...v2, token: option }).users.me()).email).toBe("reader@example.com");
    }
  });

  test("is handed over from another client, whose headers are asked for each time", async () => {
    const { archive, v2 } = setUp();
    let current: string | undefined = archive.issueToken("reader");
    // As the archive's own client gives it: a getter of headers, empty without a login.
    const other = {
      get authHeaders(): { Authorization?: string } {
        return current === undefined ? {} : { Authorization: `Bearer ${current}` };
      },
    };
    const api = createV2Client({ ...v2, token: () => other.authHeaders.Authorization?.slice(7) });
    expect((await api.users.me()).email).toBe("reader@example.com");
    current = archive.issueToken("reader");
    expect((await api.users.me()).email).toBe("reader@example.com");
    current = undefined;
    await expect(api.users.me()).rejects.toMatchObject({ tag: "AuthError", reason: "login-required" });
  });

  test("is asked for within the budget: a server that is down is not asked again by each of the attempts", async () => {
    let requests = 0;
    const fetch = async () => {
      requests += 1;
      return new Response("", { status: 503 });
    };
    const api = createV2Client({ baseUrl: "https://archive.test", fetch, token: "x", retry: { ...QUICK, limit: 2 } });
    await expect(api.images.get("ISIC_0000000")).rejects.toMatchObject({ status: 503 });
    expect(requests).toBe(3);
  });

  test("that is dead is said, and the calls go on as a guest's", async () => {
    const { asked, warnings, v2 } = setUp();
    const api = createV2Client({ ...v2, token: "garbage" });
    expect((await api.images.list().all()).length).toBeGreaterThan(0);
    await api.site.stats();
    expect(warnings.filter(({ type }) => type === "session-expired")).toHaveLength(1);
    expect(asked.filter((path) => path === "users/me/")).toHaveLength(1);
  });

  test("that is dead is an error when a login is required, and never guest data", async () => {
    const { asked, v2 } = setUp();
    const api = createV2Client({ ...v2, token: "garbage", requireLogin: true });
    await expect(api.images.list().all()).rejects.toMatchObject({ tag: "AuthError", reason: "expired" });
    expect(asked).toEqual(["users/me/"]);
    const nobody = createV2Client({ ...v2, requireLogin: true });
    await expect(nobody.images.list().all()).rejects.toMatchObject({ tag: "AuthError", reason: "login-required" });
  });

  test("that dies during the session is noticed when the server refuses it", async () => {
    const { archive, v2 } = setUp();
    const api = createV2Client({ ...v2, token: archive.issueToken("reader") });
    await api.users.me();
    archive.expireTokens();
    await expect(api.users.me()).rejects.toMatchObject({ tag: "AuthError", reason: "expired" });
  });

  test("of its source is renewed, and the call repeated", async () => {
    const { archive, v2 } = setUp();
    let current = archive.issueToken("reader");
    let refreshed = 0;
    const token: TokenSource = {
      token: async () => current,
      refresh: async () => {
        refreshed += 1;
        current = archive.issueToken("reader");
        return current;
      },
    };
    const api = createV2Client({ ...v2, token });
    await api.users.me();
    archive.expireTokens();
    expect((await api.users.me()).email).toBe("reader@example.com");
    expect(refreshed).toBe(1);
  });

  test("is alive, but lacks the right: that is forbidden, not expired", async () => {
    const { archive, v2 } = setUp();
    const api = createV2Client({ ...v2, token: archive.issueToken("reader") });
    const pinned = (await api.collections.list().all()).find(({ locked }) => !locked);
    const change = api.collectionChanges.delete(pinned?.id ?? 0);
    await expect(change).rejects.toMatchObject({ tag: "AuthError", reason: "forbidden", status: 403 });
  });
});

describe("Girder: a session", () => {
  const credentials = { username: "reader", password: "password" };

  test("begins with the first call, once, however many calls wait", async () => {
    const { asked, v1 } = setUp();
    let prompts = 0;
    const password = async () => {
      prompts += 1;
      return "password";
    };
    const api = createV1Client({ ...v1, username: "reader", password });
    await Promise.all([api.me(), api.datasets.list().all(), api.images.list().all()]);
    expect(prompts).toBe(1);
    expect(asked.filter((path) => path === "user/authentication")).toHaveLength(1);
  });

  test("with a wrong password is an error, not a guest's", async () => {
    const { asked, v1 } = setUp();
    const api = createV1Client({ ...v1, username: "reader", password: "wrong" });
    await expect(api.images.list().all()).rejects.toMatchObject({ tag: "AuthError", reason: "login-failed" });
    expect(asked).toEqual(["user/authentication"]);
  });

  test("whose token is dead is said; required, it is an error", async () => {
    const { v1, warnings } = setUp();
    const lenient = createV1Client({ ...v1, token: "x".repeat(64) });
    expect((await lenient.images.list().all()).length).toBeGreaterThan(0);
    expect(warnings).toMatchObject([{ type: "session-expired" }]);
    const strict = createV1Client({ ...v1, token: "x".repeat(64), requireLogin: true });
    await expect(strict.images.list().all()).rejects.toMatchObject({ tag: "AuthError", reason: "expired" });
    await expect(strict.images.list().all()).rejects.toMatchObject({ tag: "AuthError" });
  });

  test("that ends meanwhile is begun again where name and password are known", async () => {
    const { archive, asked, v1 } = setUp();
    const api = createV1Client({ ...v1, ...credentials });
    await api.tasks.annotations();
    archive.expireTokens();
    expect(Array.isArray(await api.tasks.annotations())).toBe(true);
    expect(asked.filter((path) => path === "user/authentication")).toHaveLength(2);
  });

  test("that ends meanwhile is an error where they are not", async () => {
    const { archive, v1 } = setUp();
    const first = createV1Client({ ...v1, ...credentials });
    await first.login();
    const api = createV1Client({ ...v1, token: first.token ?? "" });
    await api.tasks.annotations();
    archive.expireTokens();
    await expect(api.tasks.annotations()).rejects.toMatchObject({ tag: "AuthError", reason: "expired" });
  });

  test("after logout is a guest's, and stays one", async () => {
    const { v1 } = setUp();
    const api = createV1Client({ ...v1, ...credentials });
    await api.login();
    await api.logout();
    expect(await api.me()).toBeNull();
    await expect(api.tasks.annotations()).rejects.toMatchObject({ reason: "login-required" });
  });

  test("wants both name and password to log in", async () => {
    const { v1 } = setUp();
    await expect(createV1Client({ ...v1, username: "a" }).login()).rejects.toThrow(TypeError);
    await expect(createV1Client({ ...v1, username: "a:b", password: "c" }).login()).rejects.toThrow(TypeError);
    await expect(createV1Client({ ...v1, username: "a", password: () => "" }).login()).rejects.toThrow(TypeError);
  });
});
