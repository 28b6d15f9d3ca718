import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readSuperpixelPng } from "@isic/core-wasm/node";
import { createSampleArchive } from "@isic/sample-archive";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { IsicApi, isIsicError, nodeCodecs, writeImage } from "../src/node.ts";

const archive = createSampleArchive({ images: 30, smallPhotos: true });
let root: string;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "isic-node-"));
});

afterAll(() => rm(root, { recursive: true, force: true }));
afterEach(() => vi.unstubAllEnvs());

describe("api.download", () => {
  test.each(["v1", "v2"] as const)("brings a selection into a folder, on %s", async (family) => {
    const baseUrl = family === "v1" ? archive.v1Url : archive.v2Url;
    const api = await IsicApi.connect({ family, baseUrl, fetch: archive.fetch, cache: new Map() });
    const field = family === "v1" ? "meta.clinical.sex" : "metadata.clinical.sex";
    const selection = await api.selectImages([field, "==", "female"]);
    const target = join(root, `download-${family}`);
    const summary = await api.download(selection, target, { tables: ["csv"] });
    expect([summary.fetched, summary.failed]).toEqual([selection.size, []]);
    expect((await readdir(target)).filter((name) => name.startsWith("ISIC_"))).toHaveLength(selection.size);
    const again = await api.download([...selection.values()], target, { tables: ["csv"] });
    expect([again.fetched, again.skipped]).toEqual([0, selection.size]);
  });
});

describe("a folder as cache", () => {
  test("holds files under the Python client's names", async () => {
    const cacheFolder = join(root, "names");
    const api = await IsicApi.connect({ family: "v1", baseUrl: archive.v1Url, fetch: archive.fetch, cacheFolder });
    const image = await api.image("ISIC_0000000");
    await image.loadImageData();
    await image.loadSuperpixels();
    await image.loadSegmentation();
    await api.cacheImages();
    const files = (await readdir(cacheFolder, { recursive: true })).filter((name) => /\.(jpg|png|gz)$/.test(name));
    const names = files.map((name) => name.replaceAll("\\", "/").split("/").slice(-2).join("/"));
    expect(names).toContain(`f/image_${image.id}_ISIC_0000000.jpg`);
    expect(names).toContain(`f/spimg_${image.id}.png`);
    expect(names).toContain("0/imcache_000000000000000000000000.json.gz");
    expect(names.some((name) => new RegExp(`^./smask_${image.segmentation!.id}_ISIC_0000000\\.png$`).test(name))).toBe(
      true,
    );
  });

  test("keeps computed superpixels as the archive's own PNG, and remembers that they were computed", async () => {
    const cacheFolder = join(root, "computed");
    const connect = () => IsicApi.connect({ baseUrl: archive.v2Url, fetch: archive.fetch, cacheFolder });
    const image = await (await connect()).image("ISIC_0000000");
    const superpixels = await image.loadSuperpixels();
    const [file] = (await readdir(cacheFolder, { recursive: true })).filter((name) =>
      name.endsWith("spimg_ISIC_0000000.png"),
    );
    const labels = await readSuperpixelPng(new Uint8Array(await readFile(join(cacheFolder, file!))));
    expect(labels.data).toEqual(superpixels.idx.data);
    const again = await (await connect()).image("ISIC_0000000");
    const second = await again.loadSuperpixels();
    expect([second.origin, again.origins.superpixels]).toEqual(["computed", "cache"]);
  });

  test("of v1 says too whether its superpixels were served or computed", async () => {
    const cacheFolder = join(root, "none-served");
    const fetch = async (request: Request): Promise<Response> => {
      if (!request.url.endsWith("/superpixels")) return archive.fetch(request);
      const body = { field: null, message: "Attempt to load null ObjectId: None", type: "validation" };
      return Response.json(body, { status: 400 });
    };
    const connect = () => IsicApi.connect({ family: "v1", baseUrl: archive.v1Url, fetch, cacheFolder });
    const image = await (await connect()).image("ISIC_0000000");
    expect((await image.loadSuperpixels()).origin).toBe("computed");
    expect(image.origins.superpixels).toBe("computed");
    const again = await (await connect()).image("ISIC_0000000");
    expect((await again.loadSuperpixels()).origin).toBe("computed");
    expect(again.origins.superpixels).toBe("cache");
  });

  test("other parameters compute other superpixels and are not kept", async () => {
    const cacheFolder = join(root, "parameters");
    const api = await IsicApi.connect({ baseUrl: archive.v2Url, fetch: archive.fetch, cacheFolder });
    const image = await api.image("ISIC_0000000");
    const few = await image.loadSuperpixels({ compute: { segments: 50 } });
    expect(few.max).toBeLessThan(100);
    const names = await readdir(cacheFolder, { recursive: true });
    expect(names.filter((name) => name.includes("spimg"))).toEqual([]);
  });

  test("that is a file, or no name, is refused when connecting", async () => {
    const file = join(root, "file");
    await writeFile(file, "");
    for (const [cacheFolder, sentence] of [
      [file, `expected a folder for the cache, got a file in its place: ${JSON.stringify(file)}`],
      [join(file, "below"), "expected a folder for the cache, got a file in its place"],
      ["", 'expected `cacheFolder` to name a folder, got ""'],
    ] as const) {
      const options = { baseUrl: archive.v2Url, fetch: archive.fetch, cacheFolder };
      const error = await IsicApi.connect(options).catch((e: unknown) => e);
      expect(isIsicError(error, "ArgumentError") && error.message).toContain(sentence);
    }
  });
});

describe("passwords", () => {
  const user = archive.users[0]!;

  test("come from .netrc", async () => {
    const netrc = join(root, "netrc");
    await writeFile(netrc, `machine archive.sample.invalid login ${user.login} password ${user.password}\n`);
    vi.stubEnv("NETRC", netrc);
    const options = { family: "v1", baseUrl: archive.v1Url, fetch: archive.fetch, cache: false } as const;
    expect((await IsicApi.connect({ ...options, username: user.login })).username).toBe(user.login);
  });

  test("that nobody has are one kind sentence", async () => {
    vi.stubEnv("NETRC", join(root, "no-such-file"));
    const options = { family: "v1", baseUrl: archive.v1Url, fetch: archive.fetch, cache: false } as const;
    const error = await IsicApi.connect({ ...options, username: "somebody" }).catch((e: unknown) => e);
    expect(isIsicError(error, "MissingPasswordError") && error.message).toMatch(
      /^There is no password for "somebody": pass `password`/,
    );
  });
});

describe("writeImage", () => {
  const raster = { width: 3, height: 2, channels: 3 as const, data: Uint8Array.from({ length: 18 }, (_, i) => i * 14) };

  test("writes PNG that reads back to the byte, and JPEG", async () => {
    const png = join(root, "a.png");
    await writeImage(raster, png);
    expect((await nodeCodecs.decode(new Uint8Array(await readFile(png)))).data).toEqual(raster.data);
    const jpeg = join(root, "a.JPG");
    await writeImage(raster, jpeg, { quality: 80 });
    expect([...(await readFile(jpeg)).subarray(0, 3)]).toEqual([0xff, 0xd8, 0xff]);
  });

  test("says what pixels are", async () => {
    const api = await IsicApi.connect({ baseUrl: archive.v2Url, fetch: archive.fetch, cache: false });
    const image = await api.image("ISIC_0000000");
    const pixels = "expected pixels ({ width, height, channels: 1, 3 or 4, data: bytes }), got";
    for (const [given, format, sentence] of [
      [image, undefined, `${pixels} an object that has them as \`data\` or \`mask\``],
      [undefined, undefined, `${pixels} undefined`],
      [raster.data, undefined, `${pixels} object`],
      [{ ...raster, channels: 2 }, undefined, `${pixels} object`],
      [{ ...raster, width: 4 }, undefined, "expected 4 x 2 pixels of 3 bytes (24), got 18"],
      [{ ...raster, width: 0, data: new Uint8Array(0) }, undefined, "expected 0 x 2 pixels of 3 bytes (0), got 0"],
      [raster, "gif", 'expected the format "png" or "jpeg", got "gif"'],
    ] as const) {
      const options = format === undefined ? {} : { format: format as "png" };
      const error = await writeImage(given as never, join(root, "wrong.png"), options).catch((e: unknown) => e);
      expect(isIsicError(error, "ArgumentError") && error.message).toBe(sentence);
    }
    expect((await readdir(root)).filter((name) => name.includes("wrong"))).toEqual([]);
  });

  test("leaves nothing behind when it fails, and says what it wants", async () => {
    const folder = join(root, "write");
    await mkdir(join(folder, "taken.png"), { recursive: true });
    await expect(writeImage(raster, join(folder, "taken.png"))).rejects.toThrow();
    expect(await readdir(folder)).toEqual(["taken.png"]);
    await expect(writeImage(raster, join(folder, "a.gif"))).rejects.toThrow(
      "expected a file name that ends in .png, .jpg",
    );
    const swapped = writeImage(join(folder, "a.png") as never, raster as never);
    await expect(swapped).rejects.toThrow(/^expected a file name, got object$/);
    await expect(writeImage(raster, join(folder, "a.jpg"), { quality: 0 })).rejects.toThrow(
      "expected a quality from 1 to 100, got 0",
    );
  });
});
