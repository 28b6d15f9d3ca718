import { goldenJson } from "@isic/fixtures";
import { beforeAll, describe, expect, test } from "vitest";
import type { OverlapCell, OverlapOptions, OverlapTables } from "../../src/studies/agreement/overlap.ts";
import { correlation, gaussianKernel, smooth } from "../../src/studies/agreement/smoothing.ts";
import { type GoldenWorld, goldenWorld } from "./golden-study.ts";

type Numbers = readonly (readonly (readonly (number | null)[])[])[];
type Golden = Readonly<Record<string, Numbers>> & {
  readonly feature_list: readonly string[];
  readonly category_list: readonly string[];
  readonly overlap_stats: Readonly<Record<string, unknown>>;
};

let world: GoldenWorld;
let goldens: Readonly<Record<string, Golden>>;
beforeAll(async () => {
  world = await goldenWorld();
  const smoothed = await goldenJson<Golden>("study/overlap_stats_smcc.json");
  goldens = { ...(await goldenJson<Record<string, Golden>>("study/overlap_stats.json")), smoothed };
});

const CASES: Readonly<Record<string, OverlapOptions>> = {
  all: {},
  users: { users: ["User HUEU", "KK3Z", "Ator"] },
  feature: { features: ["Lines : Streaks", "Vessels : Dotted"] },
  images: { images: "ISIC_0000000" },
  status: { statuses: ["ok", "quality"] },
  smoothed: { images: ["ISIC_0000000", "ISIC_0000002"], measures: ["dice", "smoothedCorrelation"] },
};

describe("overlapStats equals the Python client's overlap_stats", () => {
  test.each(Object.entries(CASES))("%s", async (name, options) => {
    const study = await world.study("EASY_STUDY_1");
    const stats = await study.overlapStats(options);
    const golden = goldens[name]!;
    expect(stats.images).toEqual(Object.keys(golden.overlap_stats));
    expect(stats.features).toEqual(golden.feature_list);
    expect(stats.categories).toEqual(golden.category_list);
    compare(stats.dice!, golden, "spdice", "dicestats", 12);
    if (stats.smoothedCorrelation !== undefined) compare(stats.smoothedCorrelation, golden, "smcc", "smccstats", 9);
  });

  test("of a combined study", async () => {
    const golden = await goldenJson<{ overlap: Golden }>("study/combine_studies.json");
    const study = await combined();
    const stats = await study.overlapStats();
    expect(stats.features).toEqual(golden.overlap.feature_list);
    expect(stats.categories).toEqual(golden.overlap.category_list);
    compareStats(stats.dice!.byFeature, golden.overlap.feature_dicestats!, 12);
    compareStats(stats.dice!.byCategory, golden.overlap.category_dicestats!, 12);
  });

  test("options are checked, marks of other superpixels refused", async () => {
    const study = await world.study("EASY_STUDY_1");
    await expect(study.overlapStats({ user: "x" } as never)).rejects.toThrow("users");
    const [annotation] = study.selectAnnotations({ images: "ISIC_0000000", features: "Lines : Streaks" });
    annotation!.setData([["Lines : Streaks", { idx: [1], lst: [1], num: 1, count: 5 }]]);
    const options: OverlapOptions = { images: "ISIC_0000000", measures: ["correlation"] };
    await expect(study.overlapStats(options)).rejects.toThrow(/5 superpixels, but there are 997/);
  });
});

async function combined() {
  const { StudyObjects } = await import("../../src/studies/study-objects.ts");
  const parts = [await world.study("EASY_STUDY_1"), await world.study("EASY_STUDY_2")];
  return new StudyObjects(world.context).combine(parts);
}

function compare(tables: OverlapTables, golden: Golden, values: string, stats: string, digits: number): void {
  for (const [name, cells] of [
    ["feature", tables.byFeature],
    ["featcat", tables.byFeatureAndCategory],
    ["category", tables.byCategory],
  ] as const) {
    compareStats(cells, golden[`${name}_${stats}`]!, digits);
    for (const [i, row] of golden[`${name}_${values}`]!.entries()) {
      for (const [j, expected] of row.entries()) {
        const got = cells[i]![j]!.values;
        expect(got).toHaveLength(expected.length);
        for (const [k, value] of (expected as unknown as number[]).entries()) expect(got[k]).toBeCloseTo(value, digits);
      }
    }
  }
}

function compareStats(cells: readonly (readonly OverlapCell[])[], golden: Numbers, digits: number): void {
  for (const [i, row] of golden.entries()) {
    for (const [j, [median, sd]] of row.entries()) {
      const cell = cells[i]![j]!;
      expect(cell.median).toBeCloseTo(median ?? Number.NaN, digits);
      expect(cell.sd).toBeCloseTo(sd ?? Number.NaN, digits);
    }
  }
}

interface Smoothing {
  readonly kernels: Readonly<Record<string, readonly number[]>>;
  readonly smoothed: readonly { readonly input: number[][]; readonly fwhm: number; readonly u8: number[][] }[];
  readonly corr: readonly { readonly a: number[][]; readonly b: number[][]; readonly r: number }[];
}

describe("smoothing as in the Python client", () => {
  test("kernels", async () => {
    const { kernels } = await goldenJson<Smoothing>("study/smoothing.json");
    for (const [fwhm, weights] of Object.entries(kernels)) {
      const kernel = gaussianKernel(Number(fwhm));
      expect(kernel.length, fwhm).toBe(weights.length);
      for (const [i, weight] of weights.entries()) expect(kernel[i]).toBeCloseTo(weight, 8);
    }
  });

  test("masks, byte for byte", async () => {
    const { smoothed } = await goldenJson<Smoothing>("study/smoothing.json");
    // Of a kernel that is longer than the picture the Python client loses rows; ours goes round.
    const fits = smoothed.filter(({ fwhm }) => fwhm < 4);
    expect(fits).toHaveLength(4);
    for (const { input, fwhm, u8 } of fits) {
      const raster = { width: 12, height: 9, channels: 1 as const, data: Uint8Array.from(input.flat()) };
      expect([...smooth(raster, fwhm)], String(fwhm)).toEqual(u8.flat());
    }
  });

  test("Pearson's correlation", async () => {
    const { corr } = await goldenJson<Smoothing>("study/smoothing.json");
    for (const { a, b, r } of corr) expect(correlation(a.flat(), b.flat())).toBeCloseTo(r, 12);
    expect(correlation([1, 1], [1, 2])).toBeNaN();
  });
});

test("annotation.overlap: correlations of masks", async () => {
  const measures =
    await goldenJson<
      readonly {
        a: string;
        f: string;
        b: string;
        g: string;
        same_image: boolean;
        dice_all: number;
        cc_all: number;
        smcc_all: number;
      }[]
    >("study/overlap_measures.json");
  const study = await world.study("EASY_STUDY_1");
  const same = measures.filter((each) => each.same_image);
  expect(same.length).toBeGreaterThan(10);
  for (const { a, f, b, g, dice_all, cc_all, smcc_all } of same) {
    const [first, second] = [study.annotation(a), study.annotation(b)];
    const { superpixels } = await world.image(first.record.image.name);
    expect(first.overlap(f, second, g)).toBeCloseTo(dice_all, 12);
    expect(first.overlap(f, second, g, { measure: "correlation", superpixels: superpixels! })).toBeCloseTo(cc_all, 12);
    const smoothed = first.overlap(f, second, g, { measure: "smoothedCorrelation", superpixels: superpixels! });
    expect(smoothed).toBeCloseTo(smcc_all, 9);
  }
});
