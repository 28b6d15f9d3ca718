import type { Bytes } from "@isic/cache";
import { pixelsOf } from "@isic/core-wasm";
import { createSampleArchive, type SampleArchive } from "@isic/sample-archive";
import { beforeAll, describe, expect, test } from "vitest";
import { isIsicError } from "../src/errors.ts";
import { platformApi } from "./support/api.ts";

/** Counts the requests of each kind that reach the archive. */
function counted(archive: SampleArchive): { fetch: (request: Request) => Promise<Response>; paths: string[] } {
  const paths: string[] = [];
  return {
    paths,
    fetch: (request) => {
      paths.push(new URL(request.url).pathname);
      return archive.fetch(request);
    },
  };
}

describe.each(["v1", "v2"] as const)("the walk on %s", (family) => {
  let archive: SampleArchive;
  const cache = new Map<string, Bytes>();

  beforeAll(() => {
    archive = createSampleArchive();
  });

  test("connect, look up, load, map, paint", async () => {
    const { fetch, paths } = counted(archive);
    const baseUrl = family === "v1" ? archive.v1Url : archive.v2Url;
    const api = await platformApi({ family, baseUrl, fetch, cache });
    const image = await api.image("ISIC_0000000");
    expect(image.name).toBe("ISIC_0000000");
    const data = await image.loadImageData();
    expect([data.width, data.height]).toEqual([1022, 767]);
    const superpixels = await image.loadSuperpixels();
    expect(superpixels.origin).toBe(family === "v1" ? "served" : "computed");
    expect(superpixels.max).toBeGreaterThan(900);
    expect(image.origins).toEqual({
      record: "network",
      data: "network",
      superpixels: family === "v1" ? "network" : "computed",
    });
    const map = image.mapSuperpixels();
    image.colorSuperpixels([472], { color: [255, 0, 0] });
    for (const pixel of pixelsOf(map, 472)) {
      expect([...data.data.subarray(pixel * 3, pixel * 3 + 3)]).toEqual([255, 0, 0]);
    }
    expect(paths.length).toBeGreaterThan(0);

    expect((await image.superpixelOutlines())[472]).toMatch(/^<path .*d="M/);
    expect((await image.superpixelOutlines("cjson"))[472]).toBeDefined();
    const svg = await image.superpixelOutlines("svg" as "osvgp").catch((e: unknown) => e);
    expect(isIsicError(svg, "ArgumentError") && svg.message).toContain(
      'expected the format "osvgp" or "cjson", "osvg" or "osvgs", got "svg"',
    );
    const red = () => image.colorSuperpixels([472], { color: "red" as never });
    expect(red).toThrow('expected a colour ([red, green, blue], each from 0 to 255), or 1 of them, got "red"');
    expect(() => image.markSuperpixels({ color: [300, 0, 0] })).toThrow("each from 0 to 255), got [300,0,0]");
    for (const style of ["red", 7, [255, 0, 0]]) {
      const sentence = `expected a style such as { color: [255, 0, 0] }, got ${style}`;
      expect(() => image.markSuperpixels(style as never)).toThrow(sentence);
    }
    const [direct] = await image.superpixelNeighbors();
    for (const neighbor of direct![472]!) expect([...direct![neighbor]!]).toContain(472);
    expect(direct![472]!.length).toBeGreaterThan(2);
  });

  test("the second time, no photo and no superpixels are asked for", async () => {
    const { fetch, paths } = counted(archive);
    const baseUrl = family === "v1" ? archive.v1Url : archive.v2Url;
    const api = await platformApi({ family, baseUrl, fetch, cache });
    const image = await api.image("ISIC_0000000");
    await image.loadImageData();
    const superpixels = await image.loadSuperpixels();
    expect(image.origins).toEqual({ record: "network", data: "cache", superpixels: "cache" });
    expect(superpixels.origin).toBe(family === "v1" ? "served" : "computed");
    expect(paths).toHaveLength(1);
  });
});
