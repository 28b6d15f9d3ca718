import { createSampleArchive, type SampleArchiveOptions } from "@isic/sample-archive";
import { describe, expect, test } from "vitest";
import {
  createOAuthSession,
  finishRedirect,
  loginByCode,
  loginByRedirect,
  memoryStore,
  type OAuthSession,
  type Page,
  type SessionEvent,
  type TokenStore,
  webStore,
} from "../src/oauth/index.ts";
import { createV2Client } from "../src/v2/index.ts";
import { QUICK } from "./support/handlers.ts";

const REDIRECT = "http://127.0.0.1:9999/callback";

function setUp(options: SampleArchiveOptions = {}) {
  const archive = createSampleArchive({ images: 5, browserUser: "reader", ...options });
  const events: SessionEvent[] = [];
  const asked: string[] = [];
  const fetch = (request: Request) => {
    asked.push(new URL(request.url).pathname);
    return archive.fetch(request);
  };
  const session = (store: TokenStore = memoryStore()) =>
    createOAuthSession({
      clientId: "sample-client",
      server: archive.origin,
      fetch,
      store,
      onEvent: (event) => events.push(event),
    });
  return { archive, events, asked, fetch, session };
}

/** The user's browser: goes to the login and comes back. */
async function visit(fetch: (request: Request) => Promise<Response>, url: URL): Promise<string> {
  const answer = await fetch(new Request(url, { redirect: "manual" }));
  return answer.headers.get("location") ?? `no redirect: ${answer.status} ${await answer.text()}`;
}

async function logIn(session: OAuthSession, fetch: (request: Request) => Promise<Response>) {
  const { url, challenge } = await session.begin(REDIRECT);
  return await session.finish(await visit(fetch, url), challenge);
}

describe("a login", () => {
  test("asks with PKCE, exchanges the code, and verifies who it is", async () => {
    const { archive, events, fetch, session } = setUp();
    const login = session();
    const { url } = await login.begin(REDIRECT);
    expect(Object.fromEntries(url.searchParams)).toMatchObject({
      response_type: "code",
      client_id: "sample-client",
      redirect_uri: REDIRECT,
      code_challenge_method: "S256",
      scope: "identity",
    });
    expect((await logIn(login, fetch)).email).toBe("reader@example.com");
    expect(events).toMatchObject([{ type: "login", user: { email: "reader@example.com" } }]);
    const api = createV2Client({ baseUrl: archive.v2Url, fetch, token: login, requireLogin: true });
    expect((await api.users.me()).email).toBe("reader@example.com");
  });

  test("is refused when the answer belongs to another one", async () => {
    const { fetch, session } = setUp();
    const login = session();
    const { url } = await login.begin(REDIRECT);
    const { challenge } = await login.begin(REDIRECT);
    const error = login.finish(await visit(fetch, url), challenge);
    await expect(error).rejects.toMatchObject({ tag: "OAuthError", problem: "mismatch" });
  });

  test("tells what the server said", async () => {
    const { session } = setUp();
    const login = session();
    const { challenge } = await login.begin(REDIRECT);
    const denied = `${REDIRECT}?error=access_denied&error_description=No&state=${challenge.state}`;
    await expect(login.finish(denied, challenge)).rejects.toMatchObject({ problem: "refused", code: "access_denied" });
    const forged = `${REDIRECT}?code=forged&state=${challenge.state}`;
    await expect(login.finish(forged, challenge)).rejects.toMatchObject({ problem: "refused", code: "invalid_grant" });
  });

  test("that the server does not count is an error, not a guest", async () => {
    const { archive, session } = setUp();
    const fetch = (request: Request) => {
      if (request.url.endsWith("/users/me/")) archive.expireTokens();
      return archive.fetch(request);
    };
    const login = createOAuthSession({ clientId: "sample-client", server: archive.origin, fetch });
    await expect(logIn(login, fetch)).rejects.toMatchObject({ tag: "AuthError", reason: "expired" });
    expect(await login.token()).toBeUndefined();
    expect(await session().token()).toBeUndefined();
  });

  test("wants a client id and an honest server", () => {
    expect(() => createOAuthSession({ clientId: "" })).toThrow(TypeError);
    expect(() => createOAuthSession({ clientId: "x", server: "http://archive.test" })).toThrow(TypeError);
  });
});

describe("a refresh", () => {
  const refreshes = (asked: readonly string[]) => asked.filter((path) => path === "/oauth/token/").length - 1;

  test("happens before the token ends, once for all calls that wait", async () => {
    const { asked, events, fetch, session } = setUp({ tokenSeconds: 30 });
    const login = session();
    await logIn(login, fetch);
    const tokens = await Promise.all(Array.from({ length: 20 }, () => login.token()));
    expect(new Set(tokens).size).toBe(1);
    expect(refreshes(asked)).toBe(1);
    expect(events.map(({ type }) => type)).toEqual(["login", "refreshed"]);
  });

  test("is shared by sessions over one store: the second finds the new pair", async () => {
    const { asked, fetch, session } = setUp();
    const shared = memoryStore();
    let line: Promise<unknown> = Promise.resolve();
    const store: TokenStore = {
      ...shared,
      lock: (work) => {
        const turn = line.then(work);
        line = turn.catch(() => undefined);
        return turn;
      },
    };
    const [one, two] = [session(store), session(store)];
    await logIn(one, fetch);
    const old = await shared.load();
    if (old === undefined) throw new Error("no tokens");
    const both = await Promise.all([one.refresh(), two.refresh()]);
    expect(both[0]).not.toBe(old.accessToken);
    expect(both[1]).toBe(both[0]);
    expect(refreshes(asked)).toBe(1);
  });

  test("follows a refusal of the server, and the call is repeated", async () => {
    const { archive, fetch, session } = setUp();
    const login = session();
    await logIn(login, fetch);
    const api = createV2Client({ baseUrl: archive.v2Url, fetch, token: login, retry: QUICK });
    await api.users.me();
    // Somebody else's refresh has killed this access token.
    const before = await login.token();
    await login.refresh();
    expect(await login.token()).not.toBe(before);
    expect((await api.users.me()).email).toBe("reader@example.com");
  });

  test("of a dead session ends it: an event, no token, and an error where a login is demanded", async () => {
    const { archive, events, fetch, session } = setUp();
    const store = memoryStore();
    const login = session(store);
    await logIn(login, fetch);
    const tokens = await store.load();
    await store.save({ accessToken: "dead", refreshToken: "dead", expiresAt: 0, scope: tokens?.scope ?? "" });
    expect(await login.token()).toBeUndefined();
    expect(events.at(-1)?.type).toBe("expired");
    expect(await store.load()).toBeUndefined();
    const api = createV2Client({ baseUrl: archive.v2Url, fetch, token: login, requireLogin: true });
    await expect(api.images.list().all()).rejects.toMatchObject({ tag: "AuthError", reason: "login-required" });
  });

  test("that meets a broken network keeps the session", async () => {
    const { archive, session } = setUp();
    const store = memoryStore();
    await store.save({ accessToken: "a", refreshToken: "b", expiresAt: 0, scope: "" });
    const offline = createOAuthSession({
      clientId: "sample-client",
      server: archive.origin,
      store,
      fetch: () => Promise.reject(new TypeError("fetch failed")),
    });
    await expect(offline.token()).rejects.toMatchObject({ tag: "NetworkError" });
    expect(await store.load()).toBeDefined();
    expect(session).toBeDefined();
  });
});

test("a logout revokes the tokens and forgets them", async () => {
  const { archive, events, fetch, session } = setUp();
  const login = session();
  await logIn(login, fetch);
  const token = (await login.token()) ?? "";
  await login.logout();
  expect(await login.token()).toBeUndefined();
  expect(events.at(-1)?.type).toBe("logout");
  const api = createV2Client({ baseUrl: archive.v2Url, fetch, token, requireLogin: true });
  await expect(api.users.me()).rejects.toMatchObject({ reason: "expired" });
});

describe("a page", () => {
  function pageAt(start: string) {
    const items = new Map<string, string>();
    const visited: string[] = [];
    const page = {
      location: { href: start, assign: (url: string) => void visited.push(url) },
      history: {
        replaceState: (_data: unknown, _unused: string, url: string) =>
          void Object.assign(page.location, { href: url }),
      },
      sessionStorage: {
        getItem: (key: string) => items.get(key) ?? null,
        setItem: (key: string, value: string) => void items.set(key, value),
        removeItem: (key: string) => void items.delete(key),
      },
    };
    return { page: page satisfies Page, visited, items };
  }

  test("leaves for the login, and finishes it when it is loaded again", async () => {
    const { fetch, session } = setUp();
    const { page, visited, items } = pageAt("http://127.0.0.1:8080/app?tab=2");
    const login = session();
    expect(await finishRedirect(login, page)).toBeUndefined();
    await loginByRedirect(login, "http://127.0.0.1:8080/app", page);
    const back = new URL(await visit(fetch, new URL(visited[0] ?? "")));
    page.location.href = `${back.href}&tab=2`;
    expect((await finishRedirect(login, page))?.email).toBe("reader@example.com");
    expect(page.location.href).toBe("http://127.0.0.1:8080/app?tab=2");
    expect(items.size).toBe(0);
  });

  test("leaves a code alone that it did not ask for, with and without a login of its own going on", async () => {
    const { session } = setUp();
    const login = session();
    const foreign = "http://127.0.0.1:8080/app?code=x&state=y";
    const { page, items, visited } = pageAt(foreign);
    expect(await finishRedirect(login, page)).toBeUndefined();
    await loginByRedirect(login, "http://127.0.0.1:8080/app", page);
    expect(await finishRedirect(login, page)).toBeUndefined();
    expect(page.location.href).toBe(foreign);
    expect(items.size).toBe(1);
    items.set([...items.keys()][0] ?? "", "{");
    const { state } = Object.fromEntries(new URL(visited[0] ?? "").searchParams);
    page.location.href = `http://127.0.0.1:8080/app?code=x&state=${state}`;
    expect(await finishRedirect(login, page)).toBeUndefined();
  });

  test("may keep tokens in its storage; what is no token there counts as none", async () => {
    const { page, items } = pageAt("http://127.0.0.1/");
    const store = webStore(page.sessionStorage, "k");
    const tokens = { accessToken: "a", refreshToken: undefined, expiresAt: 1, scope: "" };
    await store.save(tokens);
    expect(await store.load()).toEqual(tokens);
    expect(await store.lock(async () => 7)).toBe(7);
    for (const text of ["", "{", "null", '{"accessToken":1}']) {
      items.set("k", text);
      expect(await store.load()).toBeUndefined();
    }
    await store.save(undefined);
    expect(items.size).toBe(0);
  });
});

describe("a login server", () => {
  const tokens = {
    access_token: "new",
    expires_in: 3600,
    token_type: "Bearer",
    refresh_token: "r2",
    scope: "identity",
  };
  const old = { accessToken: "old", refreshToken: "r1", expiresAt: 0, scope: "identity" };
  const me = {
    id: 1,
    email: "a@b.c",
    first_name: "",
    last_name: "",
    full_name: "",
    created: "",
    accepted_terms: null,
    hash_id: null,
  };

  test("that does not answer is given up, and the lock with it", async () => {
    const store = memoryStore();
    await store.save(old);
    let locked = false;
    const lock: typeof store.lock = async (work) => {
      locked = true;
      return await work().finally(() => {
        locked = false;
      });
    };
    const never = () => new Promise<Response>(() => undefined);
    const session = createOAuthSession({ clientId: "x", store: { ...store, lock }, fetch: never, timeoutMs: 30 });
    await expect(session.token()).rejects.toMatchObject({ tag: "TimeoutError", endpoint: "POST oauth/token/" });
    expect(locked).toBe(false);
    expect(await store.load()).toEqual(old);
  });

  test("is asked under the lock; who the token belongs to is asked without it", async () => {
    const store = memoryStore();
    await store.save(old);
    let locked = false;
    const seen: [string, boolean][] = [];
    const lock: typeof store.lock = async (work) => {
      locked = true;
      return await work().finally(() => {
        locked = false;
      });
    };
    const fetch = async ({ url }: Request) => {
      seen.push([new URL(url).pathname, locked]);
      return Response.json(url.includes("/oauth/") ? tokens : me);
    };
    const session = createOAuthSession({ clientId: "x", store: { ...store, lock }, fetch });
    expect(await session.token()).toBe("new");
    await session.logout();
    expect(seen).toEqual([
      ["/oauth/token/", true],
      ["/api/v2/users/me/", false],
      ["/oauth/revoke_token/", false],
    ]);
  });

  test("that does not know the redirect is an error that says what to register", async () => {
    const answer = { error: "invalid_request", error_description: "Mismatching redirect URI." };
    const session = createOAuthSession({ clientId: "x", fetch: async () => Response.json(answer, { status: 400 }) });
    const { challenge } = await session.begin(REDIRECT);
    const finished = session.finish(`${REDIRECT}?code=a&state=${challenge.state}`, challenge);
    await expect(finished).rejects.toThrow(/register http:\/\/127\.0\.0\.1\/callback \(any port\)/);
  });

  test("may show a code, which the user pastes", async () => {
    let asked = "";
    const bodies: string[] = [];
    const fetch = async (request: Request) => {
      if (request.url.includes("/oauth/")) bodies.push(await request.text());
      return Response.json(request.url.includes("/oauth/") ? tokens : me);
    };
    const session = createOAuthSession({ clientId: "x", fetch });
    const onUrl = (url: string) => {
      asked = url;
    };
    const user = await loginByCode(session, { onUrl, askCode: () => " the-code\n" });
    expect(user.email).toBe("a@b.c");
    expect(new URL(asked).searchParams.get("redirect_uri")).toBe("urn:ietf:wg:oauth:2.0:oob");
    expect(Object.fromEntries(new URLSearchParams(bodies[0]))).toMatchObject({
      code: "the-code",
      redirect_uri: "urn:ietf:wg:oauth:2.0:oob",
    });
    const none = loginByCode(session, { onUrl: () => undefined, askCode: () => " " });
    await expect(none).rejects.toMatchObject({ tag: "OAuthError" });
    const signal = AbortSignal.abort("no");
    await expect(loginByCode(session, { onUrl: () => undefined, askCode: () => "x", signal })).rejects.toMatchObject({
      tag: "AbortError",
    });
  });
});
