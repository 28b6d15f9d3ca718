/** A download that is served again: what it does not hold is made where it can be. */
import { join } from "node:path";
import { createSampleArchive } from "@isic/sample-archive";
import { openFolder, serve } from "@isic/sample-archive/node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startBox } from "./box.ts";
import { temporaryFolder } from "./folder.ts";
import { isic } from "./isic.ts";

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let running: Awaited<ReturnType<typeof serve>>;
beforeAll(async () => {
  folder = await temporaryFolder();
  const box = await startBox(10);
  const data = join(folder.path, "data");
  await isic("image", "download", data, "--limit", "2", "--server", box.url);
  await box.close();
  running = await serve(createSampleArchive({ source: await openFolder(data) }));
});
afterAll(async () => {
  await running.close();
  await folder[Symbol.asyncDispose]();
});

describe("a folder without superpixels, served as v1", () => {
  const v1 = () => ["--api", "v1", "--server", running.url];

  it("has them computed", async () => {
    const { code, out } = await isic("superpixels", "ISIC_0000000", ...v1(), "--no-cache");
    expect([code, out]).toEqual([0, expect.stringContaining("superpixels, computed")]);
    const set = join(folder.path, "set");
    const downloaded = await isic("image", "download", set, "--superpixels", ...v1());
    expect([downloaded.code, downloaded.out]).toEqual([0, expect.stringContaining("4 files fetched")]);
    expect((await isic("image", "verify", set)).code).toBe(0);
  });
});

describe("a cache of two servers", () => {
  it("is told and cleared for one of them by --identity", async () => {
    const cache = ["--cache", join(folder.path, "cache")];
    const boxes = [await startBox(10), await startBox(10)];
    const [one, two] = boxes.map(({ url }) => `${new URL(url).host}/anonymous`);
    for (const { url, close } of boxes) {
      await isic("image", "show", "ISIC_0000000", "--as", "blocks", "--width", "20", "--server", url, ...cache);
      await close();
    }
    const entries = async (...words: string[]): Promise<number> =>
      JSON.parse((await isic("cache", "info", "--json", ...cache, ...words)).out).entries;
    expect([await entries(), await entries("--identity", one!), await entries("--identity", two!)]).toEqual([2, 1, 1]);
    expect(await entries("--identity", `${one}-else`)).toBe(0);
    const cleared = await isic("cache", "clear", "--yes", ...cache, "--identity", one!);
    expect([cleared.code, cleared.out]).toEqual([0, expect.stringContaining("1 entry removed")]);
    expect([await entries(), await entries("--identity", two!)]).toEqual([1, 1]);
    expect((await isic("cache", "clear", "--yes", ...cache)).code).toBe(0);
    expect(await entries()).toBe(0);
  });
});
