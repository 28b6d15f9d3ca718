import { goldenJson } from "@isic/fixtures";
import { beforeAll, describe, expect, test } from "vitest";
import type { HeatMapStats } from "../../src/studies/heat-map.ts";
import { textWidth } from "../../src/studies/montage/draw-figure.ts";
import type { Figure, FigureItem } from "../../src/studies/montage/figure.ts";
import { strokesOf } from "../../src/studies/montage/stroke-font.ts";
import { type GoldenWorld, goldenWorld } from "./golden-study.ts";

interface GoldenMontage {
  readonly tag: string;
  readonly options: { readonly mix_colors?: boolean; readonly underlay_gray?: number };
  readonly heatmap_stats: Readonly<Record<string, HeatMapStats>>;
}

let world: GoldenWorld;
beforeAll(async () => {
  world = await goldenWorld();
});

const textsOf = ({ items }: Figure): string[] => items.flatMap((item) => (item.kind === "text" ? [item.text] : []));
const picturesOf = ({ items }: Figure) => items.filter((item) => item.kind === "picture");

async function studyWithExemplars() {
  const study = await world.study("EASY_STUDY_1");
  await study.loadMetaData({ name: "exemplar.json", text: '{"ISIC_0000000":"Lines : Streaks","ISIC_0000001":""}' });
  return study;
}

describe("a montage", () => {
  test("has heat map, photo and exemplar as they are painted, and a legend", async () => {
    const study = await studyWithExemplars();
    const image = await world.image("ISIC_0000000");
    const photo = image.data!.data.slice();
    const look = { colorOf: world.colorOf, mixColors: false };
    const figure = await study.montage(image, look);
    const [heat, below, exemplar] = picturesOf(figure);
    expect(below!.raster.data).toEqual(photo);
    expect(image.data!.data).toEqual(photo);
    study.heatMap(image, look).draw(image);
    expect(heat!.raster).toEqual(image.data);
    image.data!.data.set(photo);
    study.heatMap(image, { ...look, features: "Lines : Streaks" }).draw(image);
    expect(exemplar!.raster).toEqual(image.data);
    expect(textsOf(figure)).toEqual([
      "ISIC_0000000",
      "Heat map of 5 readers",
      "Photo",
      "Exemplar: Lines : Streaks",
      "Features (readers of 5)",
      "Dots : Black (3)",
      "Globules / Clods : Lacunae : Red (3)",
      "Lines : Streaks (4)",
      "Network : Typical pigment network / Reticulation (3)",
      "Vessels : Dotted (3)",
      "Readers who marked it",
      ...["1", "2", "3", "4", "5"],
    ]);
    const swatches = figure.items.flatMap((item) => (item.kind === "swatch" ? [item.colors] : []));
    expect(swatches.slice(0, 5)).toEqual(study.features.map(({ id }) => [world.colorOf(id)]));
  });

  test("has the heat maps of the Python client's image_heatmaps, in numbers", async () => {
    const study = await studyWithExemplars();
    const cases = await goldenJson<readonly GoldenMontage[]>("study/image_heatmaps.json");
    expect(cases.map(({ tag }) => tag)).toEqual(["default160", "native_se", "easy"]);
    for (const { options, heatmap_stats } of cases) {
      const { mix_colors: mixColors = true, underlay_gray: gray = 0.75 } = options;
      for (const [name, expected] of Object.entries(heatmap_stats)) {
        const image = await world.image(name);
        const look = { mixColors, gray, colorOf: world.colorOf };
        const { users, ...stats } = study.heatMap(image, look).stats();
        expect({ ...stats, users: Object.keys(users).sort() }).toEqual({
          ...expected,
          users: Object.keys(expected.users).sort(),
        });
        const figure = await study.montage(image, { ...look, legend: "combinations" });
        // Its legend has a line for each of them, in the order of names.
        const swatches = figure.items.filter((item) => item.kind === "swatch" && item.width > item.height);
        expect(swatches).toHaveLength(Object.keys(expected.featcols).length);
      }
    }
  });

  test("everything lies on the page, nothing upon another, whatever the size", async () => {
    const study = await studyWithExemplars();
    for (const options of [
      {},
      { longerSide: 64 },
      { legend: "combinations" },
      { fontSize: 30 },
      { captions: false },
    ] as const) {
      const figure = await study.montage("ISIC_0000000", options);
      const boxes = figure.items.map(boxOf);
      const upon = boxes.flatMap((a, i) => boxes.slice(i + 1).flatMap((b) => (overlaps(a, b) ? [[a, b]] : [])));
      expect(upon).toEqual([]);
    }
  });

  test("no line below others: the numbers of the scale are on the page", async () => {
    const { heatMap } = await heatMapOf(numbered(12));
    const figure = heatMap.legend();
    const { data, width } = figure.raster();
    const labels = figure.items.filter((item) => item.kind === "text" && item.middle === true);
    expect(labels).toHaveLength(5);
    for (const label of labels) {
      const box = boxOf(label);
      let dark = 0;
      for (let row = Math.floor(box.y); row <= box.y + box.height; row++)
        for (let column = Math.floor(box.x); column <= box.x + box.width; column++)
          if (data[(row * width + column) * 3]! < 128) dark++;
      expect(dark).toBeGreaterThan(5);
    }
  });

  test("an empty legend", async () => {
    const study = await world.study("EASY_STUDY_1");
    const heatMap = study.heatMap(await world.image("ISIC_0000000"), { minReaders: 99 });
    expect(textsOf(heatMap.legend())).toEqual(["Nothing was marked."]);
  });

  test("names that turn what follows around, break lines, or are wider than any page", async () => {
    const { heatMap } = await heatMapOf(["a\u0007b\u202ec\u2066d\n\u2028e", "x".repeat(5000), "<b>\u5178</b>"]);
    const figure = heatMap.legend({ legend: "features" });
    const texts = textsOf(figure);
    expect(texts).toContain("a b c d e (1)");
    expect(texts.some((text) => text.length > 130)).toBe(false);
    expect(await figure.svg()).not.toMatch(/[\u202a-\u202e\u2066-\u2069]|<b>/);
    world.warnings.length = 0;
    await figure.png();
    expect(world.warnings).toEqual([
      expect.stringMatching(/The font of pictures has no \u5178, .*as SVG they are right/),
    ]);
  });

  test("letters that are stretched: as SVG only what would be too wide has a length of its own", async () => {
    const { heatMap } = await heatMapOf(["\u7f51\u7edc\u5178\u578b\u8272\u7d20\u7f51", "Dots : Regular"]);
    const svg = await heatMap.legend({ legend: "features" }).svg();
    expect(svg.match(/textLength="[^"]+"[^>]*>[^<]*/g)).toEqual([expect.stringContaining("\u7f51\u7edc")]);
  });

  test("sizes that no picture can have, and another kind of legend", async () => {
    const { heatMap } = await heatMapOf([]);
    for (const options of [
      { width: 0 },
      { height: -5 },
      { width: 1e9 },
      { width: 100.5 },
      { fontSize: 0 },
      { legend: "feature" },
    ])
      expect(() => heatMap.legend(options as never)).toThrow(/^expected/);
  });
});

describe("the stroke font", () => {
  test("has all printable ASCII; accents are left out, unknown letters are boxes", () => {
    const box = JSON.stringify(strokesOf("漢").strokes);
    for (let code = 33; code < 127; code++) {
      const { strokes } = strokesOf(String.fromCharCode(code));
      expect(strokes.length, String.fromCharCode(code)).toBeGreaterThan(0);
      expect(JSON.stringify(strokes)).not.toBe(box);
      for (const stroke of strokes)
        for (const [x, y] of stroke) {
          expect(x).toBeGreaterThanOrEqual(0);
          expect(y).toBeLessThanOrEqual(11);
        }
    }
    expect(strokesOf("é")).toEqual(strokesOf("e"));
    expect(textWidth("", 10)).toBe(0);
    expect(textWidth("mm", 20)).toBeCloseTo(2 * textWidth("mm", 10), 12);
  });
});

function boxOf(item: FigureItem): { x: number; y: number; width: number; height: number } {
  if (item.kind === "picture") return { x: item.x, y: item.y, width: item.raster.width, height: item.raster.height };
  if (item.kind === "swatch") return item;
  const width = textWidth(item.text, item.size);
  const x = item.middle === true ? item.x - width / 2 : item.x;
  return { x, y: item.y - 0.72 * item.size, width, height: 0.72 * item.size };
}

type Box = ReturnType<typeof boxOf>;

/** By more than the rounding of a pixel. */
function overlaps(a: Box, b: Box): boolean {
  return a.x + a.width > b.x + 1 && b.x + b.width > a.x + 1 && a.y + a.height > b.y + 1 && b.y + b.height > a.y + 1;
}
