import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Box, startBox } from "./box.ts";
import { temporaryFolder } from "./folder.ts";
import { isic } from "./isic.ts";

let box: Box;
beforeAll(async () => {
  box = await startBox(4);
});
afterAll(() => box.close());

const cache = (command: string, folder: string, ...words: readonly string[]) =>
  isic("cache", command, "--cache", folder, ...words);

/** Shows an image, which keeps its record and its photo. */
const fill = async (folder: string): Promise<void> => {
  const words = ["ISIC_0000001", "--server", box.url, "--cache", folder, "-o", join(folder, "..", "picture.png")];
  expect((await isic("image", "show", ...words)).code).toBe(0);
};

async function photoIn(folder: string): Promise<string> {
  const files = await readdir(folder, { recursive: true });
  return join(folder, files.find((file) => /image[^/\\]*$/.test(file) && /ISIC|jpg/i.test(file))!);
}

describe("where there is no cache", () => {
  it.each(["info", "clear"])("%s says so, makes none, and ends well", async (command) => {
    await using folder = await temporaryFolder();
    const place = join(folder.path, "none");
    const { code, out, err } = await cache(command, place);
    expect([code, err]).toEqual([0, ""]);
    expect(out).toMatch(/: there is no cache yet[.,]/);
    expect(out.startsWith(`${place}: `)).toBe(true);
    expect(JSON.parse((await cache(command, place, "--json")).out)).toMatchObject({
      folder: place,
      entries: 0,
      bytes: 0,
    });
    expect(await readdir(folder.path)).toEqual([]);
  });

  it.each(["verify", "repair"])("%s fails: all cannot be well there", async (command) => {
    await using folder = await temporaryFolder();
    const place = join(folder.path, "none");
    expect(await cache(command, place)).toEqual({
      code: 1,
      out: "",
      err: `isic: There is no cache at ${place} yet.\n`,
    });
  });
});

describe("what is kept", () => {
  it("is counted by what it is, and removed when somebody says yes", async () => {
    await using folder = await temporaryFolder();
    const place = join(folder.path, "cache");
    await fill(place);
    const { entries, bytes, holdings } = JSON.parse((await cache("info", place, "--json")).out);
    expect(holdings.map(({ type }: { type: string }) => type)).toContain("image");
    expect(holdings.reduce((sum: number, each: { bytes: number }) => sum + each.bytes, 0)).toBe(bytes);
    expect((await cache("info", place)).out).toMatch(/^.*cache: \d+ entr(y|ies), .*\n\nserver +account +what +/);
    expect(await cache("clear", place)).toMatchObject({
      code: 1,
      err: expect.stringContaining("Nothing was removed."),
    });
    expect(JSON.parse((await cache("info", place, "--json")).out)).toMatchObject({ entries, bytes });
    expect(JSON.parse((await cache("clear", place, "--yes", "--json")).out)).toEqual({ folder: place, entries, bytes });
    expect((await cache("info", place)).out).toBe(`${place}: 0 entries, 0 B\n`);
  });

  it("is held against its name; what is broken is named, and gone after a repair", async () => {
    await using folder = await temporaryFolder();
    const place = join(folder.path, "cache");
    await fill(place);
    expect(await cache("verify", place)).toMatchObject({
      code: 0,
      out: expect.stringContaining("all as they should be"),
    });
    const photo = await photoIn(place);
    await writeFile(photo, (await readFile(photo)).subarray(0, 100));
    const verified = await cache("verify", place);
    expect([verified.code, verified.err]).toEqual([
      1,
      expect.stringMatching(/^isic: 1 problem in \d+ entr.*isic cache repair/),
    ]);
    expect(JSON.parse((await cache("verify", place, "--json")).out).problems).toHaveLength(1);
    expect(await cache("repair", place)).toMatchObject({ code: 0, out: expect.stringContaining("(repaired)") });
    expect((await cache("verify", place)).code).toBe(0);
    await fill(place);
    expect((await cache("verify", place)).code).toBe(0);
  });

  it("is not looked for where nothing is kept", async () => {
    expect(await isic("cache", "info", "--no-cache")).toMatchObject({ code: 2, out: "" });
  });
});

describe("a folder that the Python client made", () => {
  const photo = "image_5436e3abbae478396759f0cf_ISIC_0000000.jpg";
  const made = async (folder: string): Promise<string> => {
    for (const digit of "0123456789abcdef") await mkdir(join(folder, "old", digit), { recursive: true });
    await writeFile(join(folder, "old", "f", photo), "no picture");
    return join(folder, "old");
  };

  it.each(["info", "verify", "repair", "clear"])("%s: is not touched until it is said whose it is", async (command) => {
    await using folder = await temporaryFolder();
    const place = await made(folder.path);
    const { code, out, err } = await cache(command, place, ...(command === "clear" ? ["--yes"] : []));
    expect([code, out]).toEqual([2, ""]);
    expect(err).toBe(
      `isic: The cache folder ${place} was made by the Python client, and does not say whose files it holds: add --identity SERVER/ACCOUNT, such as --identity isic-archive.com/anonymous.\n`,
    );
    expect(await readdir(join(place, "f"))).toEqual([photo]);
  });

  it("is looked at as that identity's", async () => {
    await using folder = await temporaryFolder();
    const place = await made(folder.path);
    const words = ["--identity", "isic-archive.com/anonymous"];
    const { holdings } = JSON.parse((await cache("info", place, ...words, "--json")).out);
    expect(holdings).toEqual([
      { server: "isic-archive.com", account: "anonymous", type: "image", entries: 1, bytes: 10 },
    ]);
    const verified = await cache("verify", place, ...words);
    expect([verified.code, verified.out]).toEqual([1, expect.stringContaining(photo)]);
  });

  it("of one account is not looked at as another's", async () => {
    await using folder = await temporaryFolder();
    const place = join(folder.path, "cache");
    await fill(place);
    const [server = ""] = await readdir(place);
    const account = join(place, server, "anonymous");
    expect((await cache("info", account)).code).toBe(0);
    const { code, err } = await cache("info", account, "--identity", "isic-archive.com/somebody");
    expect([code, err]).toEqual([
      2,
      expect.stringMatching(/ holds the files of .*\/anonymous: leave out --identity\.\n$/),
    ]);
  });

  it.each(["anonymous", "a/b/c", "/x", ""])("--identity %j is none", async (text) => {
    const { code, err } = await isic("cache", "info", "--identity", text);
    expect([code, err]).toEqual([2, expect.stringContaining("Expected a server and an account, such as")]);
  });
});
