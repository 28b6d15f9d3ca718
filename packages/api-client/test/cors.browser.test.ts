import { describe, expect, inject, test } from "vitest";
import { createV1Client } from "../src/v1/index.ts";
import { createV2Client, type V2Options } from "../src/v2/index.ts";
import { QUICK } from "./support/handlers.ts";

const { open, closed } = inject("corsServers");

/** A client in this page, which is of another origin than all of its servers; and the requests it makes. */
function client(server: { readonly url: string }, options: V2Options = {}) {
  const requests: string[] = [];
  const onRequest = ({ method, url }: { readonly method: string; readonly url: string }) =>
    requests.push(`${method} ${url}`);
  return { requests, api: createV2Client({ baseUrl: server.url, retry: QUICK, onRequest, ...options }) };
}

describe("a page of another origin", () => {
  test("reads the API, and files of a host that allows it", async () => {
    expect(open.url).not.toBe(location.origin);
    const { api, requests } = client(open);
    const [image] = await api.images.list().all();
    const file = await api.images.download(image?.isic_id ?? "");
    expect((await file.bytes()).length).toBe(file.length);
    expect(new URL(file.url).origin).toBe(open.fileUrl);
    expect(requests).toHaveLength(3);
  });

  test("learns of a host that does not allow it, which is not asked again and again", async () => {
    const { api, requests } = client(closed);
    const [image] = await api.images.list().all();
    requests.length = 0;
    await expect(api.images.download(image ?? "")).rejects.toMatchObject({
      tag: "CorsError",
      origin: closed.fileUrl,
      retryable: false,
    });
    expect(requests).toHaveLength(2);
  });

  test("reads such files through a proxy", async () => {
    const proxied: string[] = [];
    const proxy = (url: URL) => {
      proxied.push(url.origin);
      return new URL(url.pathname, open.fileUrl);
    };
    const { api } = client(closed, { proxy });
    const [image] = await api.images.list().all();
    const file = await api.images.download(image ?? "");
    expect((await file.bytes()).length).toBeGreaterThan(0);
    expect(new URL(file.url).origin).toBe(open.fileUrl);
    expect(proxied).toEqual([closed.fileUrl]);
  });

  test("tells a server that does not allow it from one that is not there", async () => {
    const girder = createV1Client({ baseUrl: `${open.url}/api/v1`, retry: QUICK });
    await expect(girder.datasets.list().all()).rejects.toMatchObject({ tag: "CorsError", origin: open.url });
    const nobody = client({ url: "http://127.0.0.1:9" }, { retry: { ...QUICK, limit: 2 } });
    await expect(nobody.api.images.list().all()).rejects.toMatchObject({ tag: "NetworkError", retryable: true });
    expect(nobody.requests).toHaveLength(3);
  });

  test("reads what a host that allows it has to say", async () => {
    const { api, requests } = client(open);
    const missing = { url: `${open.fileUrl}/images/ISIC_9999999.jpg`, size: 1 };
    await expect(api.images.download(missing)).rejects.toMatchObject({ tag: "AuthError", status: 403 });
    expect(requests).toHaveLength(1);
  });

  test("logs in: the token passes the preflight", async () => {
    const { api } = client(open, { token: open.token, requireLogin: true });
    expect((await api.users.me()).email).toBe("reader@example.com");
  });
});

test("an image of v1 is looked up on the site, which takes no token from a page", async () => {
  const { api } = client(open, { token: open.token });
  expect(await api.images.idOfV1(open.v1Id)).toBe(open.isicId);
});

describe("a redirect, which a page cannot look into", () => {
  // Without its last slash, each address of the API leads to the one with it.
  const call = { path: "collections" };

  test("is followed for a guest", async () => {
    expect(JSON.parse(await client(open).api.api.text(call)).results).toBeDefined();
  });

  test("is refused with credentials on board", async () => {
    const { api } = client(open, { token: open.token });
    await expect(api.api.text(call)).rejects.toMatchObject({ tag: "RedirectError", location: "", retryable: false });
  });
});
