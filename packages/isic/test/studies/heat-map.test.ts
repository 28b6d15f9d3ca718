import { buildMap, LabelCountError } from "@isic/core-wasm";
import { golden, goldenJson } from "@isic/fixtures";
import { beforeAll, describe, expect, test } from "vitest";
import { Superpixels } from "../../src/image/superpixels.ts";
import type { HeatMapOptions, HeatMapStats } from "../../src/studies/heat-map.ts";
import { paintHeat } from "../../src/studies/heat-map-paint.ts";
import { Study } from "../../src/studies/study.ts";
import { type GoldenWorld, goldenWorld } from "./golden-study.ts";

interface Case {
  readonly file?: string;
  readonly image: string;
  readonly options: Readonly<Record<string, never>>;
  readonly stats?: HeatMapStats & { readonly users: readonly string[] };
  readonly error?: string;
}

const cases = await goldenJson<readonly Case[]>("study/image_heatmap.json");
let world: GoldenWorld;
beforeAll(async () => {
  world = await goldenWorld();
});

/** The Python client's options under our names. */
function optionsOf({ options }: Case): HeatMapOptions {
  const names: Readonly<Record<string, keyof HeatMapOptions>> = {
    underlay_gray: "gray",
    seg_outline: "outline",
    mix_colors: "mixColors",
    alpha_scale: "alphaScale",
    min_raters: "minReaders",
    max_raters: "maxReaders",
  };
  return Object.fromEntries(Object.entries(options).map(([name, value]) => [names[name] ?? name, value]));
}

describe("heat maps as the Python client paints them", () => {
  test.each(cases.filter(({ file }) => file !== undefined).map((each) => [each.file!, each] as const))(
    "%s, pixel for pixel",
    async (file, each) => {
      const study = await world.study("EASY_STUDY_1");
      const image = await world.image(each.image);
      const heatMap = study.heatMap(image, { ...optionsOf(each), colorOf: world.colorOf });
      heatMap.draw(image);
      const expected = await world.context.codecs.decode(await golden(`study/${file}`));
      expect(image.data).toEqual(expected);
      const { users, ...stats } = heatMap.stats();
      const { users: readers, ...wanted } = each.stats!;
      expect(stats).toEqual(wanted);
      expect(Object.keys(stats.feat)).toEqual(Object.keys(wanted.feat));
      expect(Object.keys(users)).toEqual(readers);
      expect(users[readers[0]!]).toBe(study.users.find(({ _id }) => _id === readers[0]));
    },
  );

  test("the grey beneath, alone and mixed with the photo, pixel for pixel", async () => {
    const pixels = await goldenJson<{ input: number[][][]; gray: { desaturate: number[][][] }; mix075: number[][][] }>(
      "study/pixels.json",
    );
    const [height, width] = [pixels.input.length, pixels.input[0]!.length];
    const map = buildMap({ width, height, count: 1, data: new Int32Array(width * height) });
    for (const [gray, expected] of [
      [0, pixels.input],
      [0.75, pixels.mix075],
      [1, pixels.gray.desaturate],
    ] as const) {
      const raster = { width, height, channels: 3 as const, data: Uint8Array.from(pixels.input.flat(2)) };
      paintHeat(raster, map, undefined, new Map(), { gray });
      expect([gray, [...raster.data]]).toEqual([gray, expected.flat(2)]);
    }
  });

  test("the look can be chosen when it is drawn", async () => {
    const study = await world.study("EASY_STUDY_1");
    const [first, second] = [await world.image("ISIC_0000000"), await world.image("ISIC_0000000")];
    const heatMap = study.heatMap(first);
    heatMap.draw(first, { gray: 0, outline: false, mixColors: false });
    study.heatMap(second, { gray: 0, outline: false, mixColors: false }).draw(second);
    expect(first.data).toEqual(second.data);
    expect(heatMap.stats({ mixColors: false })).not.toEqual(heatMap.stats());
  });

  test("superpixels that too few readers marked stay cold", async () => {
    const study = await world.study("EASY_STUDY_1");
    const image = await world.image("ISIC_0000000");
    const all = study.heatMap(image).stats().sp;
    const some = study.heatMap(image, { minReaders: 3 }).stats().sp;
    const kept = Object.entries(all).flatMap(([sp, marks]) => {
      const enough = Object.entries(marks).filter(([, readers]) => readers.length >= 3);
      return enough.length === 0 ? [] : [[sp, Object.fromEntries(enough)] as const];
    });
    expect(kept.length).toBeGreaterThan(0);
    expect(kept.length).toBeLessThan(Object.keys(all).length);
    expect(some).toEqual(Object.fromEntries(kept));
  });

  test("readers go by first and last name, features by a part of their names", async () => {
    const study = await world.study("EASY_STUDY_1");
    const image = await world.image("ISIC_0000000");
    const byName = study.heatMap(image, { users: ["Seg Expert", "HUEU"], features: "~DOT" });
    expect(byName.readers).toEqual(["5403b700bae4783967001001", "5403b700bae4783967001004"]);
    expect([...byName.features.keys()]).toEqual(["Dots : Black", "Vessels : Dotted"]);
    expect(() => study.heatMap(image, { features: "~none" })).toThrow('no feature in the study EASY_STUDY_1 "~none"');
    expect(() => study.heatMap(image, { users: "nobody" })).toThrow('"nobody"');
  });

  test("a name that several readers have stands for all of them, as in the Python client", async () => {
    const study = await world.study("EASY_STUDY_1");
    const image = await world.image("ISIC_0000000");
    const users = study.users.map((user, i) => (i < 2 ? { ...user, lastName: "Miller" } : user));
    const own = new Study({ ...study.record, users }, world.context);
    await own.loadAnnotations();
    const both = users.slice(0, 2).map(({ _id }) => _id);
    expect(own.heatMap(image, { users: "Miller" }).stats()).toEqual(own.heatMap(image, { users: both }).stats());
    expect(own.heatMap(image, { users: ["Miller", both[0]!] }).readers).toEqual([...both].sort());
    expect((await own.agreement({ users: ["Miller", both[0]!], draws: 0 })).readers.map(({ id }) => id)).toEqual(both);
  });

  test("unknown options name the right one", async () => {
    const study = await world.study("EASY_STUDY_1");
    const image = await world.image("ISIC_0000000");
    expect(() => study.heatMap(image, { grey: 0.5 } as never)).toThrow("gray");
    expect(() => study.heatMap(image, { alphascale: "sqrt" } as never)).toThrow("alphaScale");
    expect(() => study.heatMap(image).draw(image, { mixcolors: true } as never)).toThrow("mixColors");
    expect(() => study.selectAnnotations({ user: "x" } as never)).toThrow("users");
    expect(() => study.heatMap(image, { gray: 2 }).draw(image)).toThrow("expected gray from 0 to 1, got 2");
  });

  test.each<[object, RegExp]>([
    [{ minReaders: 0 }, /minReaders to be a whole number from 1 on, got 0/],
    [{ minReaders: 1.5 }, /minReaders to be a whole number from 1 on, got 1.5/],
    [{ minReaders: "2" }, /minReaders to be a whole number from 1 on, got "2"/],
    [{ maxReaders: 0 }, /maxReaders to be a whole number from 1 on, got 0/],
    [{ maxReaders: Number.NaN }, /maxReaders to be a whole number/],
    [{ alphaScale: "log" }, /alphaScale "sqrt" or "linear", got "log"/],
    [{ statuses: "okay" }, /no annotation has the status "okay"; did you mean "ok"\?/],
    [{ gray: "0.5" }, /expected gray from 0 to 1/],
    [{ colorOf: "red" }, /colorOf to be a function/],
  ])("a value that means nothing is refused: %j", async (options, sentence) => {
    const study = await world.study("EASY_STUDY_1");
    const image = await world.image("ISIC_0000000");
    const before = image.data!.data.slice();
    const paint = (): void => study.heatMap(image, options).draw(image);
    expect(paint).toThrow(sentence);
    expect(paint).toThrow(expect.objectContaining({ tag: "ArgumentError" }));
    expect(image.data!.data).toEqual(before);
  });

  test("states and statuses that no annotation can have would select nothing: they are refused", async () => {
    const study = await world.study("EASY_STUDY_1");
    expect(() => study.selectAnnotations({ states: "completed" })).toThrow('did you mean "complete"?');
    expect(study.selectAnnotations({ statuses: ["phi", "other"] })).toEqual([]);
    await expect(study.agreement({ statuses: "OK" as never })).rejects.toMatchObject({ tag: "ArgumentError" });
    await expect(study.overlapStats({ measures: "dice" as never })).rejects.toThrow("a list of measures");
    await expect(study.overlapStats({ measures: ["smoothedCorrelation"], fwhm: 1e9 })).rejects.toThrow("up to 32767");
  });
});

describe("marks belong to the superpixels they were made on", () => {
  test("another number of them is refused with both numbers, before anything is painted", async () => {
    const study = await world.study("EASY_STUDY_1");
    const image = await world.image("ISIC_0000000");
    const other = await world.image("ISIC_0000001");
    const [annotation] = study.selectAnnotations({ images: image, features: "Lines : Streaks" });
    expect(annotation!.features.get("Lines : Streaks")!.count).toBe(997);
    const heatMap = study.heatMap(image);
    const strange = new Superpixels(other.superpixels!.idx, "served");
    Object.defineProperty(image, "superpixels", { value: strange });
    Object.defineProperty(image, "mapSuperpixels", { value: () => strange.map });
    const before = image.data!.data.slice();
    for (const call of [
      () => annotation!.draw(image),
      () => annotation!.maskOf("Lines : Streaks", strange),
      () => annotation!.areasOf("Lines : Streaks", strange),
      () => study.heatMap(image),
      () => heatMap.draw(image),
    ]) {
      expect(call).toThrow(LabelCountError);
      expect(call).toThrow(/997 superpixels, but there are 994/);
    }
    expect(image.data!.data).toEqual(before);
  });

  test("files of the Python client, which keep no number, are refused where a mark lies beyond", async () => {
    const study = await world.study("EASY_STUDY_1");
    const image = await world.image("ISIC_0000000");
    const [annotation] = study.selectAnnotations({ images: image, features: "Lines : Streaks" });
    annotation!.setData([["Lines : Streaks", { idx: [3, 1200], lst: [1, 1], num: 2 }]]);
    expect(() => annotation!.areasOf("Lines : Streaks", image.superpixels!)).toThrow(
      /1201 superpixels, but there are 997/,
    );
  });

  test("computed superpixels are a warning on every path", async () => {
    const study = await world.study("EASY_STUDY_1");
    const image = await world.image("ISIC_0000000");
    const computed = new Superpixels(image.superpixels!.idx, "computed");
    Object.defineProperty(image, "superpixels", { value: computed });
    const [annotation] = study.selectAnnotations({ images: image, features: "Lines : Streaks" });
    world.warnings.length = 0;
    annotation!.draw(image, { features: "Lines : Streaks" });
    annotation!.maskOf("Lines : Streaks", computed);
    annotation!.areasOf("Lines : Streaks", computed);
    study.heatMap(image).draw(image);
    expect(world.warnings).toHaveLength(5);
    for (const warning of world.warnings) expect(warning).toContain("computed here");
  });
});
