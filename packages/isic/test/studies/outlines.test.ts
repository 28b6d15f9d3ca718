import { boundaryMask } from "@isic/core-wasm";
import { goldenJson } from "@isic/fixtures";
import { describe, expect, test } from "vitest";
import { superpixelColors } from "../../src/image/superpixel-colors.ts";
import { goldenWorld } from "./golden-study.ts";

interface Golden {
  readonly image: string;
  readonly osvg: string;
  readonly osvgp: string;
  readonly osvgp_hole: string;
  readonly coords: readonly (readonly number[])[];
}

describe("segmentation.outline as in the Python client", () => {
  test("SVG documents, paths, and pixels on the edge", async () => {
    const world = await goldenWorld();
    for (const golden of await goldenJson<readonly Golden[]>("study/segmentation_outline.json")) {
      const { segmentation } = await world.image(golden.image);
      expect(segmentation!.outline()).toBe(golden.osvg);
      expect(segmentation!.outline("osvgp")).toBe(golden.osvgp);
      expect(segmentation!.outline("osvgp", { negative: true })).toBe(golden.osvgp_hole);
      expect(segmentation!.outline("coords")).toEqual(golden.coords);
    }
  });

  test("needs the mask; formats and options are checked", async () => {
    const world = await goldenWorld();
    const { segmentation } = await world.image("ISIC_0000000");
    expect(() => segmentation!.outline("svg" as never)).toThrow('"osvg", "osvgp" or "coords", got "svg"');
    expect(() => segmentation!.outline("osvg", { negativ: true } as never)).toThrow("negative");
    segmentation!.clearData();
    expect(() => segmentation!.outline()).toThrow("loadMaskData()");
  });
});

interface Attributes {
  readonly image: string;
  readonly superpixel_colors: readonly string[];
  readonly interleave: readonly string[];
  readonly osvgp_selection: Readonly<Record<string, string>>;
  readonly osvgs: Readonly<Record<string, string>>;
}

describe("superpixel outlines with attributes, and of some superpixels", () => {
  test("as in the Python client", async () => {
    const golden = await goldenJson<Attributes>("study/outlines_attribs.json");
    expect(superpixelColors(5)).toEqual(golden.superpixel_colors);
    expect(superpixelColors(4, { interleave: 64, attributes: 'stroke="#000"' })).toEqual(golden.interleave);
    const world = await goldenWorld();
    const image = await world.image(golden.image);
    const pixSelection = Object.keys(golden.osvgp_selection).map(Number);
    const attributes = superpixelColors(image.superpixels!.idx.count);
    const paths = await image.superpixelOutlines("osvgp", { attributes, pixSelection });
    expect(paths).toEqual(Object.values(golden.osvgp_selection));
    const [third] = await image.superpixelOutlines("osvgs", { pixSelection: [3] });
    expect(third).toBe(golden.osvgs[3]);
    const all = await image.superpixelOutlines("osvg", attributes);
    expect(all.split("\n")).toHaveLength(2 + 997);
    expect(all).toContain(`\n    ${golden.osvgp_selection[5]}\n`);
    expect(await image.superpixelOutlines("osvgp", 'class="a"')).toHaveLength(997);
    const [fifth] = await image.superpixelOutlines("cjson", { pixSelection: [5] });
    expect(fifth!.properties.labelindex).toBe("5");
  });

  test("too few attributes, superpixels that there are not, and unknown options are refused", async () => {
    const world = await goldenWorld();
    const image = await world.image("ISIC_0000000");
    await expect(image.superpixelOutlines("osvgp", ["a"])).rejects.toThrow(
      "997 attributes, one for each superpixel, got 1",
    );
    await expect(image.superpixelOutlines("cjson", { pixSelection: [997] })).rejects.toThrow("from 0 to 996, got 997");
    await expect(image.superpixelOutlines("osvgp", { attribs: "x" } as never)).rejects.toThrow("attributes");
  });
});

test("markSuperpixels paints the edge of every superpixel, as the Python client does; with a width, lines", async () => {
  const world = await goldenWorld();
  const image = await world.image("ISIC_0000002");
  const before = image.data!.data.slice();
  image.markSuperpixels({ color: [1, 2, 3] });
  const edge = boundaryMask(image.superpixels!.idx).data;
  const expected = before.map((value, i) => (edge[Math.floor(i / 3)] !== 0 ? 1 + (i % 3) : value));
  expect(image.data!.data).toEqual(expected);
  image.data!.data.set(before);
  image.markSuperpixels({ color: [1, 2, 3], width: 1 });
  expect(image.data!.data).not.toEqual(expected);
});

test("metaInfo has what the Python client's meta_info has", async () => {
  const world = await goldenWorld();
  const image = await world.image("ISIC_0000000");
  const info = await image.metaInfo();
  expect(info.image).toMatchObject({ height: 96, width: 128, numPixels: 96 * 128 });
  expect(Object.keys(info.superpixels!)).toEqual(["number", "cjson", "osvgp", "numpix", "centers", "spInMask"]);
  expect(info.superpixels!.cjson).toHaveLength(997);
  expect(info.segmentation!.osvgpHole).toBe(image.segmentation!.outline());
  expect(info.segmentation!.osvgpMask).toContain('d="M63.5 11.5h6');
});
