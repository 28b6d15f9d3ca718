import { describe, expect, test } from "vitest";
import { Kit } from "./archive-kit.ts";

const VERIFIER = "a-verifier-that-is-long-enough-for-everybody-1234567";
const REDIRECT = "http://127.0.0.1:4321/back";

async function challenge(): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(VERIFIER));
  return btoa(String.fromCharCode(...new Uint8Array(digest)))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
}

async function authorize(kit: Kit, change: Record<string, string> = {}): Promise<Response> {
  const parameters = new URLSearchParams({
    response_type: "code",
    client_id: "sample-client",
    redirect_uri: REDIRECT,
    code_challenge: await challenge(),
    code_challenge_method: "S256",
    state: "s1",
    ...change,
  });
  return kit.send(`${kit.archive.origin}/oauth/authorize/?${parameters}`, { redirect: "manual" });
}

async function exchange(
  kit: Kit,
  form: Record<string, string>,
): Promise<{ status: number; body: Record<string, string> }> {
  const answer = await kit.send(`${kit.archive.origin}/oauth/token/`, {
    method: "POST",
    body: new URLSearchParams({ client_id: "sample-client", ...form }),
  });
  expect(answer.headers.get("cache-control")).toBe("no-store");
  return { status: answer.status, body: await answer.json() };
}

async function login(kit: Kit): Promise<Record<string, string>> {
  const back = new URL((await authorize(kit)).headers.get("location")!);
  expect(back.searchParams.get("state")).toBe("s1");
  const code = back.searchParams.get("code")!;
  const { status, body } = await exchange(kit, {
    grant_type: "authorization_code",
    code,
    redirect_uri: REDIRECT,
    code_verifier: VERIFIER,
  });
  expect(status).toBe(200);
  const again = await exchange(kit, {
    grant_type: "authorization_code",
    code,
    redirect_uri: REDIRECT,
    code_verifier: VERIFIER,
  });
  expect(again).toEqual({ status: 400, body: { error: "invalid_grant" } });
  return body;
}

describe("OAuth", () => {
  const kit = new Kit({ browserUser: "reader" });
  const me = async (token: string) =>
    (await kit.v2("users/me/", undefined, { Authorization: `Bearer ${token}` })).status;

  test("code with PKCE, refresh with rotation that kills the old pair at once, revocation", async () => {
    const first = await login(kit);
    expect(first).toMatchObject({ token_type: "Bearer", scope: "identity", expires_in: 86400 });
    expect(await me(first.access_token!)).toBe(200);
    const second = await exchange(kit, { grant_type: "refresh_token", refresh_token: first.refresh_token! });
    expect(await me(first.access_token!)).toBe(401);
    expect(await me(second.body.access_token!)).toBe(200);
    const reused = await exchange(kit, { grant_type: "refresh_token", refresh_token: first.refresh_token! });
    expect(reused).toEqual({ status: 400, body: { error: "invalid_grant" } });
    await kit.send(`${kit.archive.origin}/oauth/revoke_token/`, {
      method: "POST",
      body: new URLSearchParams({ token: second.body.refresh_token! }),
    });
    expect(await me(second.body.access_token!)).toBe(401);
  });

  test("without a challenge, with an unknown scope: the error travels back", async () => {
    const without = new URL((await authorize(kit, { code_challenge: "" })).headers.get("location")!);
    expect([without.searchParams.get("error"), without.searchParams.get("error_description")]).toEqual([
      "invalid_request",
      "Code challenge required.",
    ]);
    const scope = new URL((await authorize(kit, { scope: "everything" })).headers.get("location")!);
    expect(scope.searchParams.get("error")).toBe("invalid_scope");
  });

  test("unknown clients and addresses stay where they are", async () => {
    expect((await authorize(kit, { client_id: "nobody" })).status).toBe(400);
    const evil = await authorize(kit, { redirect_uri: "https://evil.example/back" });
    expect([evil.status, evil.headers.get("location")]).toEqual([400, null]);
  });

  test("every method without the slash is sent to the address with it", async () => {
    for (const [method, path] of [
      ["GET", "authorize"],
      ["POST", "token"],
      ["POST", "revoke_token"],
    ] as const) {
      const answer = await kit.send(`${kit.archive.origin}/oauth/${path}?a=1`, { method, redirect: "manual" });
      expect([answer.status, answer.headers.get("location")]).toEqual([301, `/oauth/${path}/?a=1`]);
    }
    expect((await kit.send(`${kit.archive.origin}/oauth/nothing`)).status).toBe(404);
  });

  test("without an address the first registered one is meant, in both steps; another one is not", async () => {
    const clients = [{ id: "app", redirectUris: ["https://app.example/back", "https://app.example/other"] }];
    const own = new Kit({ clients });
    const form = { client_id: "app", grant_type: "authorization_code", code_verifier: VERIFIER };
    const code = async (redirect_uri: string) => {
      const location = (await authorize(own, { client_id: "app", redirect_uri })).headers.get("location")!;
      return [new URL(location).pathname, new URL(location).searchParams.get("code")!] as const;
    };
    const [path, first] = await code("");
    expect(path).toBe("/back");
    expect((await exchange(own, { ...form, code: first })).status).toBe(200);
    const [, named] = await code("");
    expect((await exchange(own, { ...form, code: named, redirect_uri: "https://app.example/back" })).status).toBe(200);
    const [, other] = await code("https://app.example/other");
    expect((await exchange(own, { ...form, code: other })).body).toEqual({ error: "invalid_grant" });
  });

  test.each([
    ["http://127.0.0.1/callback", "http://127.0.0.1:5123/callback", 302],
    ["http://127.0.0.1/callback", "http://127.0.0.1:5123/elsewhere", 400],
    ["http://127.0.0.1/callback", "http://localhost:5123/callback", 400],
    ["http://127.0.0.1:9/callback", "http://127.0.0.1:5123/callback", 400],
    ["http://[::1]/callback", "http://[::1]:5123/callback", 302],
    ["http://localhost/callback", "http://localhost:5123/callback", 400],
    ["https://app.example/back", "https://app.example/back?x=1", 302],
    ["https://app.example/back?x=1", "https://app.example/back", 400],
    ["^https://[a-z]+\\.example/.*$", "https://any.example/where", 302],
    ["^https://[a-z]+\\.example/.*$", "https://any.example.org/where", 400],
  ])("registered %s, asked for %s: %i", async (registered, asked, status) => {
    const own = new Kit({ images: 1, clients: [{ id: "app", redirectUris: [registered] }] });
    expect((await authorize(own, { client_id: "app", redirect_uri: asked })).status).toBe(status);
  });

  test("a wrong verifier, a wrong address and an old code are refused", async () => {
    let clock = 1_700_000_000_000;
    const timed = new Kit({ now: () => clock });
    const code = async () => new URL((await authorize(timed)).headers.get("location")!).searchParams.get("code")!;
    const form = { grant_type: "authorization_code", redirect_uri: REDIRECT, code_verifier: VERIFIER };
    const refused = { status: 400, body: { error: "invalid_grant" } };
    expect(await exchange(timed, { ...form, code: await code(), code_verifier: "other" })).toEqual(refused);
    expect(await exchange(timed, { ...form, code: await code(), redirect_uri: `${REDIRECT}2` })).toEqual(refused);
    const old = await code();
    clock += 301_000;
    expect(await exchange(timed, { ...form, code: old })).toEqual(refused);
  });

  test("a code can be copied by hand; passwords are not taken; a program of its own is nobody", async () => {
    const page = await authorize(kit, { redirect_uri: "urn:ietf:wg:oauth:2.0:oob" });
    expect(await page.text()).toMatch(/<title>Success code=[A-Za-z0-9]{30}<\/title>/);
    expect(await exchange(kit, { grant_type: "password" })).toEqual({
      status: 400,
      body: { error: "unauthorized_client" },
    });
    const program = await exchange(kit, { grant_type: "client_credentials" });
    expect([program.status, await me(program.body.access_token!)]).toEqual([200, 401]);
  });

  test("own collections can be made, filled and deleted", async () => {
    const { access_token } = await login(kit);
    const headers = { Authorization: `Bearer ${access_token}`, "Content-Type": "application/json" };
    const post = (path: string, body: unknown) =>
      kit.send(`${kit.archive.v2Url}collections/${path}`, { method: "POST", headers, body: JSON.stringify(body) });
    const made = await post("create-from-isic-ids/", { name: "Mine", isic_ids: ["ISIC_0000000"] });
    expect(made.status).toBe(202);
    const { collection_id: id } = await made.json();
    const added = await post(`${id}/populate-from-list/`, { isic_ids: ["ISIC_0000001", "ISIC_7777777"] });
    expect(await added.json()).toMatchObject({
      succeeded: ["ISIC_0000001"],
      no_perms_or_does_not_exist: ["ISIC_7777777"],
    });
    const count = async () =>
      (await (await kit.send(`${kit.archive.v2Url}images/search/?collections=${id}`, { headers })).json()).count;
    expect(await count()).toBe(2);
    await post(`${id}/remove-from-list/`, { isic_ids: ["ISIC_0000000"] });
    expect(await count()).toBe(1);
    const deleted = await kit.send(`${kit.archive.v2Url}collections/${id}/`, { method: "DELETE", headers });
    expect([deleted.status, await count()]).toEqual([204, 0]);
  });
});
