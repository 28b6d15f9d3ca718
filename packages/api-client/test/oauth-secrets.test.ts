import { describe, expect, test } from "vitest";
import { createOAuthSession, memoryStore } from "../src/oauth/index.ts";
import { printed } from "./printed.ts";

const SECRETS = /SECRET-\w+/;
const json = (value: unknown, status = 200): Response => Response.json(value, { status });

/** What a token endpoint may answer with the secrets in it. */
const ANSWERS: readonly (readonly [string, (sent: string) => Response | Promise<Response>])[] = [
  [
    "another kind of token",
    () => json({ access_token: "SECRET-access", token_type: "mac", refresh_token: "SECRET-new" }),
  ],
  ["no kind of token", () => json({ access_token: "SECRET-access", refresh_token: "SECRET-new" })],
  [
    "a refresh token that is none",
    () => json({ access_token: "SECRET-access", token_type: "bearer", refresh_token: { is: "SECRET-new" } }),
  ],
  ["a life that is none", () => json({ access_token: "SECRET-access", token_type: "bearer", expires_in: "SECRET-x" })],
  ["a scope that is none", () => json({ access_token: "SECRET-access", token_type: "bearer", scope: ["SECRET-x"] })],
  [
    "an ID token that is none",
    () => json({ access_token: "SECRET-access", token_type: "bearer", id_token: "SECRET-id" }),
  ],
  ["a list", () => json(["SECRET-access"])],
  ["no JSON", () => new Response("SECRET-access", { headers: { "content-type": "application/json" } })],
  ["a page", () => new Response("<p>SECRET-access", { headers: { "content-type": "text/html" } })],
  [
    "an error that repeats what was sent",
    (sent) => json({ error: "invalid_grant", error_description: `${sent} is over` }, 400),
  ],
  ["an error that is what was sent", (sent) => json({ error: sent, error_uri: `https://x.test/?${sent}` }, 400)],
  ["an error of no kind", () => json({ access_token: "SECRET-access" }, 500)],
  [
    "a redirect",
    () => new Response(null, { status: 302, headers: { location: "https://x.test/?refresh_token=SECRET-refresh" } }),
  ],
  [
    "a challenge",
    () =>
      new Response("SECRET-access", {
        status: 401,
        headers: { "www-authenticate": 'Bearer error="invalid_token", error_description="SECRET-refresh"' },
      }),
  ],
  ["a broken network", () => Promise.reject(new TypeError("fetch failed", { cause: new Error("connect") }))],
];

describe.each(ANSWERS)("a token endpoint with %s", (_what, answer) => {
  const session = () => {
    const store = memoryStore();
    const events: string[] = [];
    return {
      store,
      events,
      session: createOAuthSession({
        clientId: "c",
        server: "https://archive.test",
        store,
        onEvent: (event) => events.push(JSON.stringify(event)),
        fetch: async (request) => answer(decodeURIComponent(await request.text())),
      }),
    };
  };

  test("at a login: nothing of it in the error", async () => {
    const { session: login } = session();
    const { challenge } = await login.begin("http://127.0.0.1:1/callback");
    const secret = { ...challenge, verifier: `SECRET-verifier${"x".repeat(40)}` };
    const callback = `http://127.0.0.1:1/callback?code=SECRET-code&state=${challenge.state}`;
    const error = await login.finish(callback, secret).then(
      () => undefined,
      (caught: unknown) => caught,
    );
    expect(error).toBeInstanceOf(Error);
    expect(printed(error)).not.toMatch(SECRETS);
    expect(printed(error)).not.toContain(challenge.state);
  });

  test("at a refresh and a logout: nor in events", async () => {
    const { session: kept, store, events } = session();
    await store.save({ accessToken: "SECRET-old", refreshToken: "SECRET-refresh", expiresAt: 0, scope: "" });
    const error = await kept.token().then(
      () => undefined,
      (caught: unknown) => caught,
    );
    expect(printed(error)).not.toMatch(SECRETS);
    await store.save({ accessToken: "SECRET-old", refreshToken: "SECRET-refresh", expiresAt: 0, scope: "" });
    const left = await kept.logout().then(
      () => undefined,
      (caught: unknown) => caught,
    );
    expect(printed(left)).not.toMatch(SECRETS);
    expect(events.join("\n")).not.toMatch(SECRETS);
  });
});

test("a callback that is not the answer: nothing of it in the error", async () => {
  const session = createOAuthSession({ clientId: "c", server: "https://archive.test", fetch: async () => json({}) });
  const { challenge } = await session.begin("http://127.0.0.1:1/callback");
  for (const query of [
    "code=SECRET-code&state=other",
    `code=SECRET-code&code=SECRET-x&state=${challenge.state}`,
    `error=access_denied&error_description=SECRET-code&code=SECRET-code&state=${challenge.state}`,
    `error=${challenge.state}&state=${challenge.state}`,
    `code=SECRET-code&iss=https://x.test&state=${challenge.state}`,
    `response=SECRET-code&state=${challenge.state}`,
    `code=&state=${challenge.state}`,
    "code=SECRET-code",
  ]) {
    const error = await session.finish(`http://127.0.0.1:1/callback?${query}`, challenge).then(
      () => undefined,
      (caught: unknown) => caught,
    );
    expect(error, query).toBeInstanceOf(Error);
    expect(printed(error), query).not.toMatch(/SECRET-code|SECRET-x/);
    expect(printed(error), query).not.toContain(challenge.state);
  }
});
