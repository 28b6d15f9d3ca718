import type { Bytes } from "@isic/cache";
import { createSampleArchive } from "@isic/sample-archive";
import { afterEach, describe, expect, test, vi } from "vitest";
import { connectClient } from "../src/archive/connect.ts";
import { isIsicError } from "../src/errors.ts";
import { IsicApi } from "../src/index.ts";
import { platformApi } from "./support/api.ts";

const archive = createSampleArchive({ images: 60, smallPhotos: true });
const cache = new Map<string, Bytes>();
const common = { family: "v1", baseUrl: archive.v1Url, fetch: archive.fetch, cache, onWarning: () => {} } as const;
const admin = archive.users.find(({ login }) => login === "admin")!;

describe("who is logged in", () => {
  test("sees more, and keeps it where guests do not look", async () => {
    const own = await platformApi({ ...common, username: admin.login, password: () => admin.password });
    expect(own.username).toBe(admin.login);
    const guest = await platformApi(common);
    expect(guest.username).toBeUndefined();
    const all = await own.allImages();
    const open = await guest.allImages();
    expect(all.size).toBeGreaterThan(open.size);

    const hidden = [...all.values()].find((record) => !open.has(String(record._id)))!;
    const image = await own.image(hidden);
    await image.loadRawData();
    const keys = [...cache.keys()].filter((key) => key.includes(String(hidden._id)));
    expect(keys.length).toBeGreaterThan(0);
    expect(keys.every((key) => key.includes(`/${admin.login}/`))).toBe(true);

    const other = await platformApi(common);
    await expect(other.image(hidden).then((each) => each.loadRawData())).rejects.toThrow();
  });

  test("takes everything along when he logs out with erase", async () => {
    const own = await platformApi({ ...common, username: admin.login, password: admin.password });
    await own.cacheImages();
    await own.selectImages(["meta.clinical.sex", "==", "female"]);
    await own.datasetList();
    await own.studyList();
    await own.loadMetaHist();
    expect([own.images.size, own.imageSelection!.size, own.datasets.size, own.studies.size]).not.toContain(0);
    await own.logout({ erase: true });
    expect([own.images.size, own.imageCache.size, own.datasets.size, own.studies.size]).toEqual([0, 0, 0, 0]);
    expect([own.username, own.imageSelection, own.metaHist]).toEqual([undefined, undefined, undefined]);
    const prefixes = new Set([...cache.keys()].map((key) => key.split("/")[1]));
    expect(prefixes).toEqual(new Set(["anonymous"]));
  });

  test("is nobody after a logout, and keeps what was kept", async () => {
    const own = await platformApi({ ...common, username: admin.login, password: admin.password });
    const image = await own.image("ISIC_0000000");
    await own.logout();
    expect([own.username, own.imageCache.get(image.id)]).toEqual([undefined, image.record]);
  });

  test("with a wrong password is told so, and no secret is shown", async () => {
    const error = await platformApi({ ...common, username: admin.login, password: "s3cr3t" }).catch((e: unknown) => e);
    expect(isIsicError(error, "AuthError") && error.message).toContain("Check name and password");
    expect(JSON.stringify(error) + String((error as Error).stack)).not.toContain("s3cr3t");
  });

  test("on v2 by a token", async () => {
    const token = archive.issueToken(admin.login);
    const api = await platformApi({ baseUrl: archive.v2Url, fetch: archive.fetch, cache: new Map(), token });
    expect(api.username).toBe(admin.email);
    const dead = platformApi({ baseUrl: archive.v2Url, fetch: archive.fetch, cache: false, token: "nonsense" });
    await expect(dead).rejects.toThrow("log in again");
  });
});

describe("debug", () => {
  afterEach(() => vi.restoreAllMocks());

  test.each(["v1", "v2"] as const)("writes one line for each request to %s, without secrets", async (family) => {
    const lines: string[] = [];
    vi.spyOn(console, "debug").mockImplementation((line: string) => lines.push(line));
    const asked: string[] = [];
    const secrets = [admin.password, btoa(`${admin.login}:${admin.password}`)];
    const fetch = (request: Request): Promise<Response> => {
      asked.push(request.method);
      const { headers } = request;
      secrets.push(headers.get("girder-token") ?? "", headers.get("authorization")?.split(" ").at(-1) ?? "");
      return archive.fetch(request);
    };
    const own =
      family === "v1"
        ? { baseUrl: archive.v1Url, username: admin.login, password: admin.password }
        : { baseUrl: archive.v2Url, token: archive.issueToken(admin.login) };
    const api = await platformApi({ family, fetch, cache: false, debug: true, ...own });
    await (await api.image("ISIC_0000000")).loadRawData();
    expect(asked.length).toBeGreaterThan(2);
    expect(lines).toHaveLength(asked.length);
    for (const line of lines) expect(line).toMatch(/^isic: GET https:\/\/\S+$/);
    for (const secret of secrets.filter((each) => each !== "")) expect(lines.join("\n")).not.toContain(secret);
    expect(secrets.filter((each) => each !== "").length).toBeGreaterThan(3);
  });

  test("is silent unless asked for", async () => {
    const spy = vi.spyOn(console, "debug");
    for (const debug of [undefined, false]) await (await platformApi({ ...common, debug })).image("ISIC_0000000");
    expect(spy).not.toHaveBeenCalled();
  });
});

describe("mistakes when connecting", () => {
  test.each([
    [{ family: "v1" }, "expected baseUrl for v1"],
    [{ username: "me" }, "no login by name and password"],
    [{ baseUrl: "http://archive.example" }, "http"],
    [{ family: "v1", baseUrl: "not a url" }, "not a url"],
  ] as const)("%j", async (options, sentence) => {
    const password = "username" in options ? { password: "x" } : {};
    await expect(platformApi({ cache: false, ...password, ...options })).rejects.toThrow(sentence);
  });

  test.each([
    [{ password: "x" }, "expected `username` beside `password`, got none"],
    [{ username: "me", password: 5 }, "expected `password` as text or a function that gets it, got number"],
    [{ username: 5, password: "x" }, "expected `username` as text, got number"],
    [{ username: "me", token: "x" }, "expected `username` with `password`, or `token` alone, got both"],
    [{ token: 5 }, "expected the token of a v1 login as text"],
    [{ cache: "folder" }, "expected a cache such as a Map, got folder; folders: `cacheFolder`"],
    [{ family: "v3" }, 'expected the family "v2" or "v1", got "v3"'],
    [{ family: "v2", clientId: "x" }, "nobody is logged in by connecting: expected `token`"],
    [{ family: "v2", token: 5 }, "expected `token` as text, a function that gets it, or a session"],
  ])("%j is an ArgumentError, and nobody is a guest unawares", async (options: object, sentence) => {
    const mistaken = { ...common, ...options } as never;
    const error = await platformApi(mistaken).catch((e: unknown) => e);
    expect(isIsicError(error, "ArgumentError") && error.message).toContain(sentence);
  });

  test("a name without a password, where nobody can be asked", async () => {
    const error = await connectClient({ family: "v1", baseUrl: archive.v1Url, username: "me" }).catch(
      (e: unknown) => e,
    );
    expect(isIsicError(error, "MissingPasswordError") && error.message).toBe(
      'There is no password for "me": pass `password`, a function that asks for it.',
    );
  });

  test("without connect", () => {
    const sentence = "await IsicApi.connect() has them";
    for (const options of [undefined, {}, { client: {}, account: "anonymous" }]) {
      let error: unknown;
      try {
        new IsicApi(options as never);
      } catch (e) {
        error = e;
      }
      expect(isIsicError(error, "ArgumentError") && error.message).toContain(sentence);
    }
  });
});

describe("names from the server", () => {
  test("never become paths or other keys", async () => {
    const hostile = "../../etc/passwd\0 :*?";
    const own = new Map<string, Bytes>();
    const fetch = async (request: Request): Promise<Response> => {
      const answer = await archive.fetch(request);
      if (!(answer.headers.get("content-type") ?? "").includes("json")) return answer;
      const headers = new Headers(answer.headers);
      headers.delete("content-length");
      const text = (await answer.text()).replaceAll("ISIC_0000000", JSON.stringify(hostile).slice(1, -1));
      return new Response(text, { status: answer.status, headers });
    };
    const api = await platformApi({ family: "v1", baseUrl: archive.v1Url, fetch, cache: own });
    const image = await api.image("5436e3abbae478396759f0cf");
    expect(image.name).toBe(hostile);
    await image.loadImageData();
    const [key] = [...own.keys()].filter((each) => each.includes("/image/"));
    expect(key!.split("/")).toHaveLength(5);
    expect(key).toMatch(/^[A-Za-z0-9._%/-]+$/);
  });

  test("a photo that is a web page never enters", async () => {
    const own = new Map<string, Bytes>();
    const fetch = async (request: Request): Promise<Response> =>
      request.url.includes("/download")
        ? new Response("<html>sorry</html>", { headers: { "content-type": "image/jpeg" } })
        : archive.fetch(request);
    const api = await platformApi({ family: "v1", baseUrl: archive.v1Url, fetch, cache: own, retry: { limit: 0 } });
    const image = await api.image("ISIC_0000000");
    await expect(image.loadImageData()).rejects.toThrow();
    expect([...own.keys()].filter((each) => each.includes("/image/"))).toEqual([]);
  });

  test("a cached photo that is broken is fetched again, with a word", async () => {
    const own = new Map<string, Bytes>();
    const warnings: string[] = [];
    const options = { ...common, cache: own, onWarning: (message: string) => warnings.push(message) };
    const first = await (await platformApi(options)).image("ISIC_0000000");
    await first.loadImageData();
    const key = [...own.keys()].find((each) => each.includes("/image/"))!;
    own.set(key, own.get(key)!.slice(0, 500));
    const second = await (await platformApi(options)).image("ISIC_0000000");
    await second.loadImageData();
    expect(second.origins.data).toBe("network");
    expect(second.data!.data).toEqual(first.data!.data);
    expect(warnings.join()).toContain("is not usable");
  });
});
