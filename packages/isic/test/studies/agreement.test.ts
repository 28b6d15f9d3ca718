import { goldenJson } from "@isic/fixtures";
import { beforeAll, describe, expect, test } from "vitest";
import { type AgreementOptions, agreementOf, type Readings } from "../../src/studies/agreement/agreement.ts";
import {
  addCoincidences,
  cohenKappa,
  fleissKappa,
  krippendorffAlpha,
} from "../../src/studies/agreement/coefficients.ts";
import type { Annotation } from "../../src/studies/annotation.ts";
import { markedFeature } from "../../src/studies/marked-feature.ts";
import { type GoldenWorld, goldenWorld } from "./golden-study.ts";

/** By scikit-learn, statsmodels, and from the definition: `fixtures/golden/study/agreement.py`. */
interface Oracle<Value> {
  readonly cohen: readonly Value[];
  readonly linear: readonly Value[];
  readonly fleiss: Value;
  readonly nominal: Value;
  readonly ordinal: Value;
}

interface Goldens {
  readonly published: readonly (readonly (number | null)[])[];
  readonly study: Readonly<Record<string, Oracle<number | null>>>;
  readonly drawn: {
    readonly images: readonly (readonly (readonly number[] | null)[])[];
    readonly coefficients: Oracle<number>;
    readonly intervals: Oracle<readonly [number, number]>;
  };
}

let goldens: Goldens;
let world: GoldenWorld;
beforeAll(async () => {
  goldens = await goldenJson<Goldens>("study/agreement.json");
  world = await goldenWorld();
});

function close(got: number | null, expected: number | null): void {
  if (expected === null) expect(got).toBeNull();
  else expect(got).toBeCloseTo(expected, 12);
}

test("Krippendorff's published example", () => {
  const coincidences = new Float64Array(25);
  for (const unit of goldens.published) {
    const counts = new Float64Array(5);
    for (const value of unit) if (value !== null) counts[value - 1]!++;
    addCoincidences(coincidences, counts);
  }
  expect(krippendorffAlpha(coincidences, 5)).toBeCloseTo(0.743, 3);
  expect(krippendorffAlpha(coincidences, 5, true)).toBeCloseTo(0.815, 3);
});

describe("coefficients at their ends", () => {
  test("the same everywhere is 1, nothing that varies is null, agreement by chance is 0", () => {
    expect(cohenKappa([3, 0, 0, 5], 2)).toBe(1);
    expect(cohenKappa([8, 0, 0, 0], 2)).toBeNull();
    expect(cohenKappa([4, 4, 4, 4], 2)).toBe(0);
    expect(cohenKappa([0, 5, 5, 0], 2)).toBe(-1);
    expect(fleissKappa(10, [30, 0], 10)).toBeNull();
    expect(krippendorffAlpha([0, 0, 0, 0], 2)).toBeNull();
  });
});

describe("a study", () => {
  test("equals scikit-learn and statsmodels, feature by feature and pair by pair", async () => {
    const study = await world.study("EASY_STUDY_1");
    const nominal = await study.agreement({ draws: 0 });
    const ordinal = await study.agreement({ draws: 0, level: "ordinal" });
    expect(nominal.features.map(({ feature }) => feature)).toEqual(Object.keys(goldens.study));
    for (const [i, { feature, cohen, fleiss, krippendorff }] of nominal.features.entries()) {
      const oracle = goldens.study[feature]!;
      expect(cohen).toHaveLength(10);
      for (const [j, { value }] of cohen.entries()) close(value, oracle.cohen[j]!);
      close(fleiss!.value, oracle.fleiss);
      close(krippendorff.value, oracle.nominal);
      const other = ordinal.features[i]!;
      for (const [j, { value }] of other.cohen.entries()) close(value, oracle.linear[j]!);
      close(other.krippendorff.value, oracle.ordinal);
      expect(other.fleiss).toBeNull();
    }
  });

  test("says what is compared and what is missing", async () => {
    const study = await world.study("EASY_STUDY_1");
    const { readers, images, leftOut, features } = await study.agreement({ draws: 0, features: "Lines : Streaks" });
    expect(images).toEqual(study.imageNames());
    expect(leftOut).toEqual([]);
    // One of FVYJ's annotations has the status "quality".
    const missing = readers.map(({ name, finished, missing }) => [name, finished, missing]);
    expect(missing).toEqual([
      ["User FVYJ", 3, 1],
      ["User HUEU", 4, 0],
      ["User KK3Z", 4, 0],
      ["User VTJJ", 4, 0],
      ["User XRV7", 4, 0],
    ]);
    const [{ cohen, fleiss, krippendorff }] = features as [(typeof features)[0]];
    expect([fleiss!.images, fleiss!.units]).toEqual([3, 997 + 996 + 996]);
    expect([krippendorff.images, krippendorff.units, krippendorff.missing]).toEqual([4, 3983, 994]);
    expect(cohen.map(({ images }) => images)).toEqual([3, 3, 3, 3, 4, 4, 4, 4, 4, 4]);
    const [first] = cohen;
    const marks = (user: string) =>
      study
        .selectAnnotations({ users: user, features: "Lines : Streaks" })
        .filter(({ record }) => record.image.name !== "ISIC_0000001")
        .reduce((sum, { features }) => sum + features.get("Lines : Streaks")!.num, 0);
    expect(first!.marked).toEqual([marks("FVYJ"), marks("HUEU")]);
  });

  test("a reader who had no chance to mark a feature has no value for it: combined studies", async () => {
    const { StudyObjects } = await import("../../src/studies/study-objects.ts");
    const parts = [await world.study("EASY_STUDY_1"), await world.study("EASY_STUDY_2")];
    const study = new StudyObjects(world.context).combine(parts);
    const options: AgreementOptions = {
      draws: 0,
      images: "ISIC_0000003",
      features: ["Dots : Black", "Lines : Streaks"],
    };
    const { features } = await study.agreement(options);
    // XRV7 took part in the first study only, in which dots could be marked.
    for (const { krippendorff } of features) expect(krippendorff).toMatchObject({ images: 1, units: 996, missing: 0 });
    const second = await parts[1]!.agreement({ draws: 0 });
    expect(second.readers.map(({ missing }) => missing)).toEqual([0, 0, 0, 1]);
    const only = { ...options, features: "Structureless : Blotch regular" };
    const blotch = (await study.agreement(only)).features[0]!;
    expect(blotch.krippendorff.missing).toBe(996);
  });

  test("intervals: the same seed gives the same, fewer than two images none", async () => {
    const study = await world.study("EASY_STUDY_1");
    const options: AgreementOptions = { draws: 200, features: "Lines : Streaks", users: ["HUEU", "KK3Z"] };
    const first = await study.agreement(options);
    expect(await study.agreement(options)).toEqual(first);
    expect(await study.agreement({ ...options, seed: 2 })).not.toEqual(first);
    const one = await study.agreement({ ...options, images: "ISIC_0000000" });
    expect(one.features[0]!.cohen[0]!.interval).toBeNull();
    expect(one.features[0]!.cohen[0]!.value).not.toBeNull();
  });

  test("superpixels are only asked for where somebody finished and nobody marked anything", async () => {
    const own = await goldenWorld();
    const study = await own.study("EASY_STUDY_2");
    own.requests.length = 0;
    const none = await study.agreement({ draws: 0, images: "ISIC_0000005", users: "VTJJ" });
    expect(none.readers.map(({ finished, missing }) => [finished, missing])).toEqual([[0, 1]]);
    expect(own.requests).toEqual([]);
    const first = await own.study("EASY_STUDY_1");
    for (const annotation of first.annotations) Object.defineProperty(annotation, "features", { value: new Map() });
    own.requests.length = 0;
    const unmarked = await first.agreement({ draws: 0, images: "ISIC_0000003", features: "Dots : Black" });
    expect(own.requests).toEqual(["in_ISIC_0000003_superpixels.png"]);
    const { value, units } = unmarked.features[0]!.krippendorff;
    expect([value, units]).toEqual([null, 996]);
  });

  test("its progress is of images, whose superpixels may have to be fetched, and then of features", async () => {
    const study = await world.study("EASY_STUDY_1");
    const seen: string[] = [];
    const options = { features: study.featureList().slice(0, 2), draws: 0 };
    await study.agreement({ ...options, onProgress: ({ done, total }) => seen.push(`${done}/${total}`) });
    const total = study.images.length + 2;
    expect(seen).toEqual(Array.from({ length: total }, (_, i) => `${i + 1}/${total}`));
  });

  test("options are checked", async () => {
    const study = await world.study("EASY_STUDY_1");
    await expect(study.agreement({ draw: 5 } as never)).rejects.toThrow("draws");
    await expect(study.agreement({ level: "interval" } as never)).rejects.toThrow('"nominal" or "ordinal"');
    await expect(study.agreement({ draws: -1 })).rejects.toThrow("draws from 0 on");
    await expect(study.agreement({ draws: 1e9 })).rejects.toThrow("at most 100000");
    await expect(study.agreement({ features: "Dots" })).rejects.toThrow('"Dots"');
  });

  test("readers who marked different numbers of superpixels are not compared", async () => {
    const study = await world.study("EASY_STUDY_1");
    const [annotation] = study.selectAnnotations({ images: "ISIC_0000000", features: "Lines : Streaks" });
    annotation!.setData([["Lines : Streaks", { idx: [1], lst: [1], num: 1, count: 5 }]]);
    await expect(study.agreement({ draws: 0 })).rejects.toMatchObject({ tag: "LabelCountError" });
  });
});

describe("30 drawn images with missing readings", () => {
  function readings(): Readings {
    const annotations = new Map<string, Annotation[]>();
    for (const [i, byReader] of goldens.drawn.images.entries()) {
      for (const [reader, values] of byReader.entries()) {
        if (values === null) continue;
        const features = new Map([["x", markedFeature(values)]]);
        annotations.set(`${i} ${reader}`, [{ features } as unknown as Annotation]);
      }
    }
    return {
      images: goldens.drawn.images.map((_, i) => ({ id: String(i), name: String(i), superpixels: 40 })),
      leftOut: [],
      readers: ["0", "1", "2"].map((id) => ({ id, name: id })),
      features: ["x"],
      finished: (image, reader) => annotations.get(`${image} ${reader}`) ?? [],
    };
  }

  test("coefficients are the oracles', intervals those of another bootstrap", async () => {
    const { coefficients, intervals } = goldens.drawn;
    const nominal = (await agreementOf(readings(), {}, () => undefined)).features[0]!;
    const ordinal = (await agreementOf(readings(), { level: "ordinal" }, () => undefined)).features[0]!;
    const near = (
      interval: { low: number; high: number; draws: number } | null,
      [low, high]: readonly [number, number],
    ) => {
      expect(interval!.draws).toBe(2000);
      expect(Math.abs(interval!.low - low)).toBeLessThan(0.01);
      expect(Math.abs(interval!.high - high)).toBeLessThan(0.01);
    };
    for (const [pair, { value, interval }] of nominal.cohen.entries()) {
      close(value, coefficients.cohen[pair]!);
      near(interval, intervals.cohen[pair]!);
    }
    for (const [pair, { value, interval }] of ordinal.cohen.entries()) {
      close(value, coefficients.linear[pair]!);
      near(interval, intervals.linear[pair]!);
    }
    close(nominal.fleiss!.value, coefficients.fleiss);
    near(nominal.fleiss!.interval, intervals.fleiss);
    close(nominal.krippendorff.value, coefficients.nominal);
    near(nominal.krippendorff.interval, intervals.nominal);
    close(ordinal.krippendorff.value, coefficients.ordinal);
    near(ordinal.krippendorff.interval, intervals.ordinal);
  });
});
