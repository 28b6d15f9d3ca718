import { describe, expect, test } from "vitest";
import { type Fetch, isAllowed, type RequestEvent, type ResponseEvent, withoutSignatures } from "../src/index.ts";
import { parsedUrl } from "../src/transport/urls.ts";
import { createV1Client } from "../src/v1/index.ts";
import { createV2Client } from "../src/v2/index.ts";
import { printed } from "./printed.ts";
import { imageRecord, QUICK, type Route, routes, SERVER } from "./support/handlers.ts";

const TOKEN = "secret-token";
const me = {
  id: 1,
  email: "a@b.c",
  first_name: "A",
  last_name: "B",
  full_name: "A B",
  created: "2026-01-01T00:00:00.000Z",
  accepted_terms: null,
  hash_id: null,
};
const redirectTo =
  (location: string, status = 302): Route =>
  () =>
    new Response(null, { status, headers: { location } });

const IMAGE = "/api/v2/images/ISIC_0000000/";

describe("redirects", () => {
  test("on the same server are followed with the credentials", async () => {
    const fetch = routes({
      "/api/v2/users/me/": me,
      [IMAGE]: redirectTo("/elsewhere/"),
      "/elsewhere/": imageRecord(0),
    });
    const api = createV2Client({ baseUrl: SERVER, fetch, token: TOKEN, retry: QUICK });
    await api.images.get("ISIC_0000000");
    expect(fetch.requests.at(-1)?.headers.get("authorization")).toBe(`Bearer ${TOKEN}`);
  });

  test("to another server are followed without them", async () => {
    const fetch = routes({
      "/api/v2/users/me/": me,
      [IMAGE]: redirectTo("https://other.test/x"),
      "/x": imageRecord(0),
    });
    const api = createV2Client({ baseUrl: SERVER, fetch, token: TOKEN, retry: QUICK });
    await api.images.get("ISIC_0000000");
    const last = fetch.requests.at(-1);
    expect(last?.url).toBe("https://other.test/x");
    expect([...(last?.headers.keys() ?? [])]).not.toContain("authorization");
  });

  test("never carry a Girder token to another server", async () => {
    const id = "5436e3abbae478396759f0cf";
    const user = { _id: id, login: "r", firstName: "R", lastName: "D", email: "r@x", admin: false, created: "" };
    const fetch = routes({
      "/api/v1/user/me": user,
      [`/api/v1/image/${id}/download`]: redirectTo("https://cdn.test/file.jpg", 307),
      "/file.jpg": () => new Response(new Uint8Array([0xff, 0xd8]), { headers: { "content-type": "image/jpeg" } }),
    });
    const api = createV1Client({ baseUrl: "https://girder.test/api/v1", fetch, token: TOKEN, retry: QUICK });
    await (await api.images.download(id)).bytes();
    const sent = fetch.requests.map((request) => [new URL(request.url).host, request.headers.get("girder-token")]);
    expect(sent).toEqual([
      ["girder.test", TOKEN],
      ["girder.test", TOKEN],
      ["cdn.test", null],
    ]);
  });

  test("to plain http, in circles, of a POST, and to nonsense are refused", async () => {
    const tryIt = async (location: string) => {
      const fetch = routes({ [IMAGE]: redirectTo(location) });
      return await createV2Client({ baseUrl: SERVER, fetch, retry: QUICK })
        .images.get("ISIC_0000000")
        .catch((error: unknown) => error);
    };
    expect(await tryIt("http://archive.test/x?secret=1")).toMatchObject({
      tag: "RedirectError",
      location: "http://archive.test/x",
    });
    expect(await tryIt(IMAGE)).toMatchObject({ tag: "RedirectError" });
    expect(await tryIt("https://[")).toMatchObject({ tag: "RedirectError" });
    const fetch = routes({ "/api/v2/zip-download/url/": redirectTo("/api/v2/other/", 301) });
    const prepared = createV2Client({ baseUrl: SERVER, fetch, retry: QUICK }).zip.prepare();
    await expect(prepared).rejects.toMatchObject({ tag: "RedirectError" });
  });

  test("from https to this machine's plain http are refused too, unless the host is named", async () => {
    const fetch = routes({ [IMAGE]: redirectTo("http://127.0.0.1:8080/x"), "/x": imageRecord(0) });
    const api = createV2Client({ baseUrl: SERVER, fetch, retry: QUICK });
    await expect(api.images.get("ISIC_0000000")).rejects.toThrow(/plain http .* name 127\.0\.0\.1:8080 in `allowHttp`/);
    await expect(api.images.download("http://localhost/a.jpg")).rejects.toMatchObject({ tag: "RedirectError" });
    const asked = createV2Client({ baseUrl: SERVER, fetch, retry: QUICK, allowHttp: ["127.0.0.1:8080"] });
    expect((await asked.images.get("ISIC_0000000")).isic_id).toBe("ISIC_0000000");
    const local = routes({ [IMAGE]: redirectTo("http://localhost:1/x"), "/x": imageRecord(0) });
    const here = createV2Client({ baseUrl: "http://127.0.0.1:9", fetch: local, retry: QUICK });
    expect((await here.images.get("ISIC_0000000")).isic_id).toBe("ISIC_0000000");
  });

  test("never put user and password into an error or an event", async () => {
    const events: unknown[] = [];
    for (const location of [
      "https://joe:hunter2@other.test/x",
      "//joe:hunter2@other.test/x",
      "https://joe:hunter2@[",
      "ftp://joe:hunter2@x/",
    ]) {
      const fetch = routes({ [IMAGE]: redirectTo(location) });
      const api = createV2Client({ baseUrl: SERVER, fetch, retry: QUICK, onResponse: (event) => events.push(event) });
      const error = (await api.images.get("ISIC_0000000").catch((thrown: unknown) => thrown)) as Error;
      expect(error).toMatchObject({ tag: "RedirectError" });
      expect(`${error.stack} ${JSON.stringify(error)} ${error.cause}`).not.toContain("hunter2");
    }
    const file = createV2Client({ baseUrl: SERVER }).images.download("https://joe:hunter2@other.test/a.jpg");
    await expect(file).rejects.toThrow(/^(?!.*hunter2)/);
    expect(JSON.stringify(events)).not.toContain("hunter2");
  });

  test("that a browser hides are refused with credentials on board, and left to it without", async () => {
    const opaque = Object.defineProperty(new Response(null), "type", { value: "opaqueredirect" });
    const seen: RequestRedirect[] = [];
    const fetch = async (request: Request) => {
      if (request.url.endsWith("/users/me/")) return Response.json(me);
      seen.push(request.redirect);
      return request.redirect === "follow" ? Response.json(imageRecord(0)) : opaque;
    };
    const guest = createV2Client({ baseUrl: SERVER, fetch, retry: QUICK });
    await guest.images.get("ISIC_0000000");
    expect(seen).toEqual(["manual", "follow"]);
    const user = createV2Client({ baseUrl: SERVER, fetch, token: TOKEN, retry: QUICK });
    await expect(user.images.get("ISIC_0000000")).rejects.toMatchObject({ tag: "RedirectError", location: "" });
  });
});

test("files on another host are asked for without credentials", async () => {
  const fetch = routes({
    "/api/v2/users/me/": me,
    "/images/ISIC_0000000.jpg": () =>
      new Response(new Uint8Array([0xff]), { headers: { "content-type": "image/jpeg" } }),
  });
  const api = createV2Client({ baseUrl: SERVER, fetch, token: TOKEN, retry: QUICK });
  await (await api.images.download(imageRecord(0).files.full)).bytes();
  const [only] = fetch.requests;
  expect(fetch.requests).toHaveLength(1);
  expect([...(only?.headers.keys() ?? [])].filter((name) => name !== "user-agent")).toEqual(["accept"]);
});

describe("plain http", () => {
  test.each(["http://archive.test", "ftp://archive.test", "archive.test", "https://user:pw@archive.test"])(
    "%s is refused as a base URL",
    (baseUrl) => {
      expect(() => createV2Client({ baseUrl })).toThrow(TypeError);
    },
  );

  test("is allowed on loopback and for hosts allowed by name", () => {
    for (const baseUrl of ["http://127.0.0.1:8000", "http://localhost", "http://[::1]:80"]) createV2Client({ baseUrl });
    createV2Client({ baseUrl: "http://archive.test:8080", allowHttp: ["archive.test"] });
    createV2Client({ baseUrl: "http://archive.test:8080", allowHttp: ["archive.test:8080"] });
    expect(() => createV2Client({ baseUrl: "http://archive.test:8081", allowHttp: ["archive.test:8080"] })).toThrow();
    expect(() => createV2Client({ baseUrl: "http://127.0.0.1.evil.test" })).toThrow(TypeError);
  });

  test("is refused for files", async () => {
    const api = createV2Client({ baseUrl: SERVER, fetch: routes({}) });
    await expect(api.images.download("http://files.test/a.jpg")).rejects.toMatchObject({ tag: "RedirectError" });
    await expect(api.images.download("file:///etc/passwd")).rejects.toMatchObject({ tag: "RedirectError" });
    await expect(api.images.download("nonsense")).rejects.toThrow(TypeError);
  });
});

test("hooks see every request, and no secret", async () => {
  const events: (RequestEvent | ResponseEvent)[] = [];
  const fetch = routes({
    "/api/v2/users/me/": me,
    "/private.jpg": () =>
      new Response(new Uint8Array([0xff]), {
        headers: { "content-type": "image/jpeg", "set-cookie": "sid=hidden-cookie" },
      }),
    [IMAGE]: redirectTo("/api/v2/again/?token=hidden-location"),
    "/api/v2/again/": imageRecord(0),
  });
  const options = {
    onRequest: (event: RequestEvent) => events.push(event),
    onResponse: (event: ResponseEvent) => events.push(event),
  };
  const api = createV2Client({ baseUrl: SERVER, fetch, token: "hidden-token", retry: QUICK, ...options });
  await api.images.get("ISIC_0000000");
  const signed = "https://files.test/private.jpg?Expires=1&Signature=hidden-signature&Key-Pair-Id=hidden-key";
  await (await api.images.download(signed)).bytes();
  await api.site.stats().catch(() => undefined);
  expect(events.filter((event) => "status" in event).map((event) => (event as ResponseEvent).status)).toEqual([
    200, 302, 200, 200, 404,
  ]);
  expect(JSON.stringify(events)).not.toContain("hidden");
  expect(JSON.stringify(events)).toContain("***");
  expect(new Set(events.map((event) => event.id)).size).toBe(events.length / 2);
});

test("errors hold no secret either", async () => {
  const fetch = routes({ "/api/v2/users/me/": me });
  const api = createV2Client({ baseUrl: SERVER, fetch, token: "hidden-token", retry: QUICK });
  const error = (await api.zip
    .attributions({ token: "hidden-zip", url: "https://zip.test" })
    .catch((thrown) => thrown)) as Error;
  expect(error.message).toContain("zip-download/attribution-file/");
  expect(JSON.stringify([error.message, error, String(error.cause)])).not.toContain("hidden");
});

test("nor where the server repeats what it was sent, in any form, and nothing that hangs on an error", async () => {
  const forms: readonly ((said: string) => Response)[] = [
    (said) => Response.json({ detail: `no: ${said}` }, { status: 400 }),
    (said) => Response.json({ message: said, errors: [{ loc: [said], msg: said }] }, { status: 401 }),
    (said) => Response.json({ [said]: said }, { status: 404 }),
    (said) => new Response(`<title>${said}</title>`, { status: 403, headers: { "content-type": "text/html" } }),
    (said) => new Response(said, { status: 409, headers: { "content-type": "text/plain", "x-said": said } }),
    (said) => new Response(null, { status: 302, headers: { location: `https://u:${said}@x.test/${said}` } }),
    (said) => new Response(null, { status: 302, headers: { location: `https://[${said}` } }),
    () => Response.json({ authToken: "hidden-girder", user: { _id: "hidden-girder" } }),
    () => Response.json({ authToken: { token: ["hidden-girder"], expires: 5 }, user: null }),
  ];
  for (const form of forms) {
    const sent: string[] = [];
    const fetch: Fetch = async ({ headers }) => {
      const basic = headers.get("girder-authorization") ?? headers.get("authorization") ?? "";
      const password = /^basic /i.test(basic) ? atob(basic.slice(6)) : "";
      const said = [headers.get("girder-token"), basic, basic.split(" ")[1], password].filter(Boolean).join(" ");
      sent.push(said);
      return form(said);
    };
    const clients = [
      createV2Client({ baseUrl: SERVER, fetch, token: "hidden-token", retry: QUICK }),
      createV1Client({ baseUrl: SERVER, fetch, token: "hidden-girder", retry: QUICK }),
      createV1Client({ baseUrl: SERVER, fetch, username: "reader", password: "hidden word", retry: QUICK }),
    ] as const;
    for (const client of clients) {
      const call = "login" in client ? client.login() : client.users.me();
      const errors = await Promise.allSettled([call, client.images.get("ISIC_0000000")]);
      for (const each of errors) {
        const text = each.status === "rejected" ? printed(each.reason) : "";
        // Of a redirect's address the path is shown, which nobody takes for a secret.
        expect(text.replaceAll(/https:\/\/x\.test\/\S*/g, ""), String(form)).not.toMatch(/hidden|aGlkZGVu|OmhpZGRlbi/);
      }
    }
    expect(sent.join(" ")).toContain("hidden-token");
  }
});

test("plain http is refused by name, with what to do", () => {
  for (const baseUrl of ["http://192.168.1.20/api/v1", "http://girder.local:8080/api/v1", "http://example.org"]) {
    const { host } = new URL(baseUrl);
    expect(() => createV1Client({ baseUrl })).toThrow(`allowHttp: [${JSON.stringify(host)}]`);
    expect(() => createV1Client({ baseUrl, allowHttp: [host] })).not.toThrow();
  }
  expect(isAllowed(new URL("http://[::1]:3000/"))).toBe(true);
  expect(isAllowed(new URL("http://127.0.0.1.example.org/"))).toBe(false);
  expect(isAllowed(new URL("http://10.0.0.1/"))).toBe(false);
  expect(isAllowed(new URL("http://localhost/"), [], new URL("https://archive.test/"))).toBe(false);
});

test("an address with letters of Latin-1 is one, however often it is asked", () => {
  // Node 20 compiles `URL.canParse` after some thousand calls, and it is wrong then.
  const address = "https://files.test/\u00e9.jpg?token=hidden";
  let wrong = 0;
  for (let n = 0; n < 50_000; n += 1) if (parsedUrl(address)?.host !== "files.test") wrong += 1;
  expect(wrong).toBe(0);
  expect(withoutSignatures({ address })).toEqual({ address: "https://files.test/%C3%A9.jpg" });
  expect(parsedUrl("no address")).toBeUndefined();
});

test("signatures and tokens are cut out of addresses at every depth, and nothing else is changed", () => {
  const signed = "https://content.test/u/a.jpg?Expires=1&Signature=s3cret&Key-Pair-Id=K";
  const amazon = "https://b.s3.test/a.jpg?X-Amz-Algorithm=A&X-Amz-Signature=s3cret";
  const record = {
    files: { full: { url: signed, size: 3 }, other: [{ deep: [amazon] }] },
    note: `see ${signed}, or <a href="${amazon}">here</a>; and https://joe:s3cret@x.test/y`,
    kept: ["https://doi.org/10.1/x#part", "https://archive.test/?query=sex:male&limit=2", "no address", 1, null, true],
    when: new Date(0),
    none: undefined,
  };
  const before = JSON.stringify(record);
  const clean = withoutSignatures(record);
  expect(JSON.stringify(clean)).not.toContain("s3cret");
  expect(clean.files.full).toEqual({ url: "https://content.test/u/a.jpg", size: 3 });
  expect(clean.note).toBe(
    'see https://content.test/u/a.jpg or <a href="https://b.s3.test/a.jpg">here</a>; and https://x.test/y',
  );
  expect(clean.kept).toEqual(record.kept);
  expect(clean.when).toBe(record.when);
  expect(JSON.stringify(record)).toBe(before);
  let deep: { in?: unknown; url: string } = { url: signed };
  for (let level = 0; level < 50_000; level += 1) deep = { in: deep, url: signed };
  let at = withoutSignatures(deep) as typeof deep | undefined;
  for (; at !== undefined; at = at.in as typeof deep | undefined)
    if (at.url.includes("s3cret")) throw new Error("not cut");
  const hostile = withoutSignatures(JSON.parse('{"__proto__":{"x":"https://a.test/?token=s3cret"}}'));
  expect(Object.keys(hostile)).toEqual(["__proto__"]);
});
