import { beforeAll, describe, expect, test } from "vitest";
import { textWidth } from "../../src/studies/montage/draw-figure.ts";
import type { Figure, FigureItem } from "../../src/studies/montage/figure.ts";
import { strokesOf } from "../../src/studies/montage/stroke-font.ts";
import { type GoldenWorld, goldenWorld } from "./golden-study.ts";

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
