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
      for (const [i, a] of boxes.entries()) {
        expect(a.x).toBeGreaterThanOrEqual(0);
        expect(a.y).toBeGreaterThanOrEqual(0);
        expect(a.x + a.width, JSON.stringify([options, i])).toBeLessThanOrEqual(figure.width + 1);
        expect(a.y + a.height).toBeLessThanOrEqual(figure.height + 1);
        for (const b of boxes.slice(i + 1)) {
          const apart =
            a.x + a.width <= b.x + 1 ||
            b.x + b.width <= a.x + 1 ||
            a.y + a.height <= b.y + 1 ||
            b.y + b.height <= a.y + 1;
          expect(apart, JSON.stringify([options, a, b])).toBe(true);
        }
      }
    }
  });

  test("no exemplar: the panel stays empty; another feature, several, none on demand", async () => {
    const study = await studyWithExemplars();
    expect(picturesOf(await study.montage("ISIC_0000001"))).toHaveLength(2);
    expect(picturesOf(await study.montage("ISIC_0000000", { exemplar: false }))).toHaveLength(2);
    const figure = await study.montage("ISIC_0000001", { exemplar: ["Lines : Streaks", "~dots"] });
    expect(textsOf(figure)).toContain("Exemplar: Lines : Streaks, Dots : Black");
    await expect(study.montage("ISIC_0000001", { exemplar: "nothing" })).rejects.toThrow('"nothing"');
  });

  test("as SVG: real text, pictures within, and no markup of others", async () => {
    const study = await studyWithExemplars();
    const figure = await study.montage("ISIC_0000000");
    const svg = await figure.svg();
    expect(svg).toContain(">Photo</text>");
    expect(svg.match(/<image [^>]*href="data:image\/png;base64,[A-Za-z0-9+/=]+"/g)).toHaveLength(3);
    const [, address] = /href="data:image\/png;base64,([^"]+)"/.exec(svg)!;
    const png = Uint8Array.from(atob(address!), (char) => char.charCodeAt(0));
    expect(await world.context.codecs.decode(png)).toEqual(picturesOf(figure)[0]!.raster);
    const hostile = { ...figure.items[0]!, kind: "text", text: `<script>"&'\u0000\ud800` } as FigureItem;
    const { Figure } = await import("../../src/studies/montage/figure.ts");
    const page = { width: 10, height: 10, items: [hostile], title: "<b>" };
    const text = await new Figure(page, world.context.codecs).svg();
    expect(text).toContain("&#60;script&#62;&#34;&#38;&#39;  </text>");
    expect(text).toContain("<title>&#60;b&#62;</title>");
    expect(text).not.toContain("<script");
    expect(text).not.toContain("\u0000");
  });

  test("as PNG: the page is white, and text is on it", async () => {
    const figure = await (await studyWithExemplars()).montage("ISIC_0000000", { captions: true });
    const raster = await world.context.codecs.decode(await figure.png());
    expect([raster.width, raster.height]).toEqual([figure.width, figure.height]);
    expect([...raster.data.subarray(0, 3)]).toEqual([255, 255, 255]);
    const title = figure.items.find((item) => item.kind === "text" && item.text === "ISIC_0000000")!;
    const { x, y, width, height } = boxOf(title);
    let dark = 0;
    for (let row = Math.floor(y); row < y + height; row++)
      for (let column = Math.floor(x); column < x + width; column++)
        if (raster.data[(row * raster.width + column) * 3]! < 100) dark++;
    expect(dark).toBeGreaterThan(50);
  });

  test("options are checked", async () => {
    const study = await world.study("EASY_STUDY_1");
    await expect(study.montage("ISIC_0000000", { exemplars: "x" } as never)).rejects.toThrow("exemplar");
    await expect(study.montage("ISIC_0000000", { longerSide: 3 })).rejects.toThrow("at least 16 pixels");
    await expect(study.montage("ISIC_9")).rejects.toThrow('"ISIC_9"');
  });
});

test("a legend by itself: stripes where colours are not mixed, combinations by their short names", async () => {
  const study = await world.study("EASY_STUDY_1");
  const image = await world.image("ISIC_0000000");
  const heatMap = study.heatMap(image, { colorOf: world.colorOf, mixColors: false });
  const legend = heatMap.legend({ legend: "combinations" });
  expect([legend.width, legend.height]).toEqual([480, 320]);
  expect(textsOf(legend)).toContain("(Dots:Black + Line:Streaks)");
  const swatches = legend.items.flatMap((item) => (item.kind === "swatch" ? [item.colors] : []));
  expect(swatches[1]).toHaveLength(2);
  expect((await legend.svg()).match(/<linearGradient/g)).toHaveLength(3);
  expect(() => heatMap.legend({ widht: 3 } as never)).toThrow("width");
});

describe("what an author of a paper would send back", () => {
  /** A heat map in which so many further features were marked, by one to five readers. */
  async function heatMapOf(names: readonly string[]) {
    const study = await world.study("EASY_STUDY_1");
    const image = await world.image("ISIC_0000000");
    const annotations = study.selectAnnotations({ images: image.name });
    for (const [i, name] of names.entries()) {
      for (const annotation of annotations.slice(0, 1 + (i % 5)))
        annotation.setData([[name, { idx: [i], lst: [1], num: 1, count: 997 }]]);
    }
    return { study, heatMap: study.heatMap(image) };
  }
  const numbered = (count: number) =>
    Array.from({ length: count }, (_, i) => `Category ${i % 7} : A long name, number ${i}`);

  test.each([0, 1, 7, 12, 40, 90])(
    "text below the page or too small to read: legends of %i further features",
    async (count) => {
      const { study, heatMap } = await heatMapOf(numbered(count));
      for (const figure of [
        heatMap.legend(),
        heatMap.legend({ legend: "features" }),
        heatMap.legend({ legend: "combinations" }),
        heatMap.legend({ width: 300, height: 200 }),
        await study.montage("ISIC_0000000"),
        await study.montage("ISIC_0000000", { longerSide: 32, captions: false }),
      ]) {
        for (const item of figure.items) {
          const { x, y, width, height } = boxOf(item);
          expect(x + width).toBeLessThanOrEqual(figure.width);
          expect(y + height).toBeLessThanOrEqual(figure.height);
          expect(Math.min(x, y)).toBeGreaterThanOrEqual(0);
          const isGiven = figure.width === 300;
          if (item.kind === "text" && !isGiven)
            expect(item.size).toBeGreaterThanOrEqual(item.middle === true ? 8 : 10.9);
        }
        const boxes = figure.items.map(boxOf);
        const upon = boxes.flatMap((a, n) => boxes.slice(n + 1).flatMap((b) => (overlaps(a, b) ? [[a, b]] : [])));
        expect(upon).toEqual([]);
      }
    },
  );

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
