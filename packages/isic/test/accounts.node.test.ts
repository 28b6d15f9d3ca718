/** Whose keys and folders they are, by what the server says of who is logged in. */
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Bytes } from "@isic/cache";
import { createSampleArchive } from "@isic/sample-archive";
import { describe, expect, test } from "vitest";
import { accountOf } from "../src/archive/account.ts";
import { IsicApi, openClient } from "../src/node.ts";

const archive = createSampleArchive({ images: 20, smallPhotos: true });
const admin = archive.users.find(({ login }) => login === "admin")!;
const common = { fetch: archive.fetch, onWarning: () => undefined };

/** The archive, with other fields in what it says of who is logged in. */
function saying(fields: object): (request: Request) => Promise<Response> {
  return async (request) => {
    const answer = await archive.fetch(request);
    if (!/\/(user\/me|users\/me\/?|user\/authentication)$/.test(new URL(request.url).pathname)) return answer;
    const said = (await answer.json()) as { user?: object };
    const changed = said.user === undefined ? { ...said, ...fields } : { ...said, user: { ...said.user, ...fields } };
    return Response.json(changed, { status: answer.status });
  };
}

const v1 = (fetch = common.fetch) =>
  openClient({
    ...common,
    fetch,
    family: "v1",
    baseUrl: archive.v1Url,
    username: admin.login,
    password: admin.password,
  });
const v2 = (fetch = common.fetch) =>
  openClient({ ...common, fetch, baseUrl: archive.v2Url, token: archive.issueToken(admin.login) });

describe("an account", () => {
  test("is named by its login on v1, and by its hash id on v2; by its id before", async () => {
    expect(await v1()).toMatchObject({ account: "admin", formerNames: [admin.id] });
    const { account, formerNames, client } = await v2();
    const me = await (client as { users: { me(): Promise<{ id: number; hash_id: string | null }> } }).users.me();
    expect(account).toBe(me.hash_id ?? String(me.id));
    expect(me.hash_id === null ? [] : [String(me.id)]).toEqual(formerNames);
    expect(await v2(saying({ hash_id: null }))).toMatchObject({ account: String(me.id), formerNames: [] });
  });

  test("whose login is an e-mail address is named by its id", async () => {
    const login = "jane@example.org";
    expect(await v1(saying({ login }))).toMatchObject({ account: admin.id, formerNames: [login], username: login });
  });

  test("is never the guest, whatever it is called", async () => {
    expect(await v1(saying({ login: "anonymous" }))).toMatchObject({ account: "~anonymous" });
    expect(await v2(saying({ hash_id: "Anonymous" }))).toMatchObject({ account: "~Anonymous" });
    expect(() => accountOf(undefined, [undefined, ""])).toThrow("does not say who is logged in");
    expect(accountOf("", ["7"])).toEqual({ account: "7", formerNames: [] });
    // What is too long for a key, or has no UTF-8, is no name.
    for (const name of ["x".repeat(161), "\u76ae".repeat(50), "\ud800", "\u001b[2J".repeat(40)])
      expect(accountOf(name, [name, "7"])).toEqual({ account: "7", formerNames: [] });
    expect(() => accountOf("\u76ae".repeat(85), [])).toThrow("does not say who is logged in");
  });

  test("finds what it kept under its former name", async () => {
    const folder = await mkdtemp(join(tmpdir(), "isic-accounts-"));
    try {
      const connect = (fetch: (request: Request) => Promise<Response>, hash: string | null) =>
        IsicApi.connect({
          ...common,
          fetch: (request) => saying({ hash_id: hash })(request).then((answer) => answer ?? fetch(request)),
          baseUrl: archive.v2Url,
          token: archive.issueToken(admin.login),
          cacheFolder: folder,
        });
      await (await (await connect(archive.fetch, null)).image("ISIC_0000000")).loadRawData();
      const later = await (await connect(archive.fetch, "h4sh")).image("ISIC_0000000");
      await later.loadRawData();
      expect(later.origins.data).toBe("cache");
      const [server] = (await readdir(folder)).filter((name) => name.includes("sample"));
      expect(await readdir(join(folder, server!))).toContain("h4sh");
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

describe("names of images on v1 that are too long for a key", () => {
  test.each(["long-".repeat(60), "ÄÖÜ".repeat(40), "LONG".repeat(30), "日本".repeat(40)])("%s", async (long) => {
    const folder = await mkdtemp(join(tmpdir(), "isic-accounts-"));
    const renamed = async (request: Request): Promise<Response> => {
      const answer = await archive.fetch(request);
      if (!(answer.headers.get("content-type") ?? "").includes("json")) return answer;
      const text = (await answer.text()).replaceAll("ISIC_0000000", long);
      return new Response(text, { status: answer.status, headers: { "content-type": "application/json" } });
    };
    try {
      for (const cache of [new Map<string, Bytes>(), undefined]) {
        const where = cache === undefined ? { cacheFolder: folder } : { cache };
        const connect = () =>
          IsicApi.connect({ ...common, fetch: renamed, family: "v1", baseUrl: archive.v1Url, ...where });
        const image = await (await connect()).image("5436e3abbae478396759f0cf");
        expect(image.name).toBe(long);
        await image.loadRawData();
        await image.loadSuperpixels();
        await image.loadSegmentation();
        const again = await (await connect()).image("5436e3abbae478396759f0cf");
        await again.loadRawData();
        expect(again.origins.data).toBe("cache");
      }
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
