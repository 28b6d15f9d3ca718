import { hasRealData, realJson, withoutRealData } from "@isic/fixtures";
import { describe, expect, test } from "vitest";
import { findGroupFields } from "../../src/dataset/plan/group-fields.ts";
import { normalLicence } from "../../src/dataset/plan/licences.ts";
import {
  type Assignment,
  type CandidateImage,
  type DatasetPlan,
  type PlanDatasetOptions,
  planDataset,
} from "../../src/dataset/plan/plan.ts";
import { splitImages } from "../../src/dataset/plan/split-images.ts";
import type { Recipe } from "../../src/dataset/recipe/recipe.ts";

const RECIPE: Recipe = { version: 1, title: "T", selection: { search: "x" } };
const name = (n: number): string => `ISIC_${String(n).padStart(7, "0")}`;
const image = (n: number, clinical: object = {}, licence = "CC-0"): CandidateImage => ({
  id: name(n),
  name: name(n),
  licence,
  record: { isic_id: name(n), metadata: { clinical } },
});
const plan = (
  images: readonly CandidateImage[],
  over: Partial<Recipe> = {},
  options: PlanDatasetOptions = {},
): DatasetPlan => planDataset(images, { ...RECIPE, ...over }, options);
const halves = { train: 1, test: 1 };
const held = ({ images }: DatasetPlan): Map<string, Assignment> =>
  new Map(images.map(({ image: { id }, split, fold }) => [id, { split, fold }]));

/** How many values of a key lie in more than one part. */
function leaks({ images }: DatasetPlan, keyOf: (each: CandidateImage) => string | undefined): number {
  const parts = new Map<string, Set<string>>();
  for (const { image: each, split } of images) {
    const key = keyOf(each);
    if (key !== undefined) parts.set(key, (parts.get(key) ?? new Set()).add(split));
  }
  return [...parts.values()].filter((set) => set.size > 1).length;
}

const clinical = (each: CandidateImage): Record<string, string | undefined> =>
  (each.record.metadata as { clinical: Record<string, string | undefined> }).clinical;

describe("groups", () => {
  test("are found by their fields' names on both APIs, and by nothing like them", () => {
    const fields = findGroupFields(
      [
        { metadata: { clinical: { patient_id: "IP_1", lesion_id: "IL_1" } } },
        {
          meta: {
            clinical: { patientId: 3 },
            unstructured: { patient: "1", "patient id": "2", "Lesion ID": "4", patientlocation: "1", "lesion size": 3 },
          },
        },
        { meta: { unstructured: { patient: "unknown" } } },
      ],
      undefined,
    );
    expect(fields.map(({ unit, path, images }) => `${unit} ${path} ${images}`)).toEqual([
      "patient meta.clinical.patientId 1",
      "patient meta.unstructured.patient 1",
      "patient meta.unstructured.patient id 1",
      "patient metadata.clinical.patient_id 1",
      "lesion meta.unstructured.Lesion ID 1",
      "lesion metadata.clinical.lesion_id 1",
    ]);
  });

  test("are joined over patients and lesions together", () => {
    const lesions = Array.from({ length: 40 }, (_, i) =>
      image(i, { lesion_id: `IL_${i >> 1}`, ...(i % 2 === 0 ? { patient_id: `IP_${i >> 2}` } : {}) }),
    );
    for (let seed = 0; seed < 50; seed++) {
      for (const method of ["hash", "balanced"] as const) {
        const made = plan(lesions, { split: { shares: halves, method, seed } });
        expect(leaks(made, (each) => clinical(each).lesion_id)).toBe(0);
        expect(leaks(made, (each) => clinical(each).patient_id)).toBe(0);
        expect(made.without).toEqual({ patient: 20, lesion: 0 });
        expect(made.notes[0]).toBe("patient: metadata.clinical.patient_id; 20 of 40 images have none.");
      }
    }
  });

  test("keep all images of a lesion that only some of them give a patient", () => {
    const images = Array.from({ length: 40 }, (_, i) =>
      image(i, { lesion_id: `IL_${i >> 1}`, ...(i % 2 === 0 ? { patient_id: `IP_${i % 28}` } : {}) }),
    );
    for (let seed = 0; seed < 200; seed++) {
      for (const method of ["hash", "balanced"] as const) {
        const made = plan(images, { split: { shares: halves, method, seed } });
        expect([seed, made.images.length, made.leftOut]).toEqual([seed, 40, []]);
        expect(leaks(made, (each) => clinical(each).lesion_id) + leaks(made, (each) => clinical(each).patient_id)).toBe(
          0,
        );
        const { parts, leftOut } = splitImages(images, { shares: halves, method, seed });
        expect([...parts].sort()).toEqual(made.images.map(({ image: { id }, split }) => [id, split]).sort());
        expect(leftOut).toEqual([]);
      }
    }
  });

  test("hold for pictures that show the same, and not where the recipe says none", () => {
    const images = Array.from({ length: 60 }, (_, i) => image(i, { patient_id: `P${i >> 1}` }));
    const duplicates = new Map(images.map(({ id }, i) => [id, `d${Math.floor(i / 3)}`]));
    const made = plan(images, { split: { shares: halves } }, { duplicates });
    expect(leaks(made, ({ id }) => duplicates.get(id))).toBe(0);
    expect(
      leaks(plan(images, { groups: "none", split: { shares: halves } }), (each) => clinical(each).patient_id),
    ).toBeGreaterThan(0);
  });
});

describe("what is held", () => {
  const first = Array.from({ length: 200 }, (_, i) => image(2 * i, { patient_id: `P${i % 60}` }));
  const more = Array.from({ length: 50 }, (_, i) => image(2 * i + 1, { patient_id: `P${i + 30}` }));

  test.each(["hash", "balanced"] as const)("never moves (%s)", (method) => {
    const split = { shares: { train: 6, validation: 2, test: 2 }, method, folds: 3 };
    const before = plan(first, { split });
    const after = plan([...first, ...more], { split }, { held: held(before) });
    const now = held(after);
    for (const [id, assignment] of held(before)) expect(now.get(id)).toEqual(assignment);
    expect(now.size).toBe(250);
    expect(leaks(after, (each) => clinical(each).patient_id)).toBe(0);
  });

  test("with hash, nothing moves without it either", () => {
    const [before, after] = [plan(first), plan([...first, ...more])].map(held);
    for (const [id, assignment] of before!) expect(after!.get(id)).toEqual(assignment);
  });

  test("is not joined: a new image between two parts is left out and listed, one of one part is not", () => {
    const old = [image(1, { patient_id: "A" }), image(2, { patient_id: "B" })];
    const now = new Map([
      [name(1), { split: "train" }],
      [name(2), { split: "test" }],
    ]);
    const news = [
      image(3, { patient_id: "A", lesion_id: "l" }),
      image(4, { lesion_id: "l" }),
      image(5, { patient_id: "B", lesion_id: "l" }),
      image(6, { patient_id: "B" }),
    ];
    const made = plan([...old, ...news], { split: { shares: halves } }, { held: now });
    expect(made.leftOut).toEqual([{ id: name(5), reason: "would join two parts" }]);
    expect(Object.fromEntries(made.images.map(({ image: { id }, split }) => [id, split]))).toEqual({
      [name(1)]: "train",
      [name(2)]: "test",
      [name(3)]: "train",
      [name(4)]: "train",
      [name(6)]: "test",
    });
  });
});

test("images are split without a recipe, too", () => {
  const images = Array.from({ length: 40 }, (_, i) =>
    image(i, { lesion_id: `IL_${i >> 1}`, ...(i % 2 === 0 ? { patient_id: `IP_${i >> 2}` } : {}) }),
  );
  for (const groups of [undefined, ["lesion"]]) {
    const { parts, without } = splitImages(images, { shares: halves, groups });
    expect(parts.size).toBe(40);
    for (let i = 0; i < 40; i += 2) expect(parts.get(name(i))).toBe(parts.get(name(i + 1)));
    expect(without.lesion).toBe(0);
  }
  const held = new Map([...splitImages(images, { shares: halves, seed: 1 }).parts].slice(0, 20));
  const { parts } = splitImages(images, { shares: halves, seed: 2, held });
  for (const [id, part] of held) expect(parts.get(id)).toBe(part);
});

test("a plan and splitImages give the same parts", () => {
  const images = Array.from({ length: 400 }, (_, i) =>
    image(i, {
      ...(i % 3 === 0 ? {} : { lesion_id: `IL_${i >> 2}` }),
      ...(i % 5 === 0 ? {} : { patient_id: `IP_${i >> 3}` }),
    }),
  );
  for (let seed = 0; seed < 20; seed++) {
    const shares = { train: 70, validation: 10, test: 20 };
    const planned = plan(images, { split: { shares, seed } });
    const byPlan = new Map(planned.images.map(({ image: { id }, split: part }) => [id, part]));
    expect(splitImages(images, { shares, seed })).toMatchObject({ parts: byPlan, leftOut: [] });
  }
});

test("folds that are asked for later never part what is held", () => {
  const images = Array.from({ length: 60 }, (_, i) =>
    image(i, { lesion_id: `IL_${i >> 1}`, ...(i % 2 === 0 ? { patient_id: `IP_${i}` } : {}) }),
  );
  const plain = plan(images, { split: { shares: halves, method: "balanced" } });
  const later = plan(images, { split: { shares: halves, folds: 3 } }, { held: held(plain) });
  const folds = new Map<string | undefined, Set<number | undefined>>();
  for (const { image: each, fold } of later.images)
    folds.set(clinical(each).lesion_id, (folds.get(clinical(each).lesion_id) ?? new Set()).add(fold));
  expect([...folds.values()].every((set) => set.size === 1)).toBe(true);
  expect(later.images.every(({ split: part, fold }) => (fold !== undefined) === (part === "train"))).toBe(true);
});

describe("a plan", () => {
  const labels = { classes: { M: 'diagnosis_1 = "Malignant"', B: 'diagnosis_1 = "Benign"' } };
  const kinds = ["Benign", "Malignant", "Benign", "Indeterminate", "Benign"];
  const images = Array.from({ length: 500 }, (_, i) =>
    image(i, { diagnosis_1: kinds[i % 5], patient_id: `P${i >> 1}` }, i % 10 === 0 ? "CC-BY-NC" : "CC-0"),
  );

  test("counts what falls through, refuses licences, and tells both", () => {
    const made = plan(images, { labels, licences: { commercial: true } });
    expect(made.unlabelled).toEqual({ Indeterminate: 100 });
    expect(made.leftOut.filter(({ reason }) => reason === "licence").length).toBe(50);
    expect(made.images.length).toBe(350);
    expect(plan(images, { labels, licences: { allow: ["CC0-1.0"] } }).images.length).toBe(350);
  });

  test("does not depend on the order of its images", () => {
    for (const method of ["hash", "balanced"] as const) {
      expect(plan([...images].reverse(), { labels, split: { method } })).toEqual(
        plan(images, { labels, split: { method } }),
      );
    }
  });

  test("balanced: each class is within one group of its share", () => {
    const { counts } = plan(images, { labels, split: { method: "balanced", shares: { train: 7, test: 3 } } });
    for (const kind of ["M", "B"]) {
      const [train = 0, test_ = 0] = [counts.train?.[kind], counts.test?.[kind]];
      expect(Math.abs(train - 0.7 * (train + test_))).toBeLessThanOrEqual(2);
    }
  });

  test("hash: shares are within four binomial deviations, for groups and for those that stand alone", () => {
    const many = Array.from({ length: 20_000 }, (_, i) => image(i, i % 2 === 0 ? { patient_id: `P${i % 3000}` } : {}));
    const made = plan(many, { split: { shares: { train: 80, test: 20 } } });
    for (const isGroup of [true, false]) {
      const groups = new Map(
        made.images
          .filter(({ group }) => group.startsWith("patient") === isGroup)
          .map(({ group, split }) => [group, split]),
      );
      const inTest = [...groups.values()].filter((split) => split === "test").length;
      expect(Math.abs(inTest - 0.2 * groups.size)).toBeLessThan(4 * Math.sqrt(groups.size * 0.16));
    }
  });

  test("caps classes, keeps those it had, and makes all equal", () => {
    const capped = plan(images, { labels, balance: { caps: { B: 50 } } });
    expect(capped.images.filter(({ labels: [label] }) => label === "B").length).toBe(50);
    const less = plan(images, { labels, balance: { caps: { B: 30 } } });
    const ids = new Set(capped.images.map(({ image: { id } }) => id));
    expect(less.images.every(({ image: { id } }) => ids.has(id))).toBe(true);
    const equal = plan(images, { labels, balance: { equal: true } });
    expect(equal.images.length).toBe(200);
  });

  test("gives folds to the first part, with whole groups", () => {
    const made = plan(images, { split: { folds: 5 } });
    const folds = new Map<string, Set<number | undefined>>();
    for (const { group, fold, split } of made.images) {
      expect(fold === undefined).toBe(split !== "train");
      folds.set(group, (folds.get(group) ?? new Set()).add(fold));
    }
    expect([...folds.values()].every((set) => set.size === 1)).toBe(true);
    expect(new Set(made.images.map(({ fold }) => fold)).size).toBe(6);
  });

  test("leaves out what is excluded, and says who shares its patients", () => {
    const made = plan(images, {}, { exclude: new Set([name(0), name(2), name(3)]) });
    expect(made.images.length).toBe(497);
    expect(made.notes).toContain("1 images share a patient or lesion with excluded ones.");
  });

  test.each([
    [
      { licences: { allow: ["CC-BY-4.0"] } },
      "The recipe leaves no image of 500 (500 licence). Their licences: CC-BY-NC, CC-0.",
    ],
    [
      { labels: { classes: { X: 'diagnosis_1 = "No"', M: 'diagnosis_1 = "Malignant"' } } },
      'The class "X" has no image (diagnosis_1 = "No")',
    ],
    [{ labels, balance: { caps: { M: 3 } }, split: { folds: 90 } }, "folds"],
    [
      { groups: ["metadata.clinical.diagnosis_1"] },
      "The largest group (metadata.clinical.diagnosis_1 Benign) has 300 images, and the part validation only has room for 75 of 500",
    ],
  ] as const)("%o is impossible in one sentence", (over, sentence) => {
    expect(() => plan(images, over as Partial<Recipe>)).toThrow(sentence);
  });

  test("needs images, and parts that get some", () => {
    expect(() => plan([])).toThrow("The selection has no images");
    expect(() => plan([image(1)])).toThrow(/The part \w+ stays empty: 1 images in 1 groups/);
  });
});

test.each([
  ["CC-0", "CC0-1.0"],
  ["cc0", "CC0-1.0"],
  ["CC0-1.0", "CC0-1.0"],
  ["CC-BY", "CC-BY-4.0"],
  ["CC BY-NC 4.0", "CC-BY-NC-4.0"],
  ["CC-BY-NC-SA-3.0", "CC-BY-NC-SA-3.0"],
  ["MIT", undefined],
  ["", undefined],
])("the licence %s is %s", (licence, expected) => {
  expect(normalLicence(licence)).toBe(expected);
});

describe.skipIf(!hasRealData)(`the 4,010 real records ${hasRealData ? "" : withoutRealData}`, () => {
  test("have no patient and no lesion in two parts, over 200 seeds, by either method", {
    timeout: 240_000,
  }, async () => {
    const records = Object.values(
      await realJson<Record<string, CandidateImage["record"]>>("imcache_000000000000000000000000.json.gz"),
    );
    const all = records.map((record) => ({
      id: record._id as string,
      name: record.name as string,
      record,
      licence: "CC-0",
    }));
    const of =
      (key: string) =>
      ({ record }: CandidateImage) =>
        (record.meta as { unstructured: Record<string, string> }).unstructured[key];
    const dataset = ({ record }: CandidateImage) => (record.dataset as { name: string }).name;
    const grouped = all.filter((each) => ["MSK-1", "MSK-4"].includes(dataset(each)));
    for (let seed = 0; seed < 200; seed++) {
      for (const method of ["hash", "balanced"] as const) {
        // All of them in some runs; those that have groups in every one.
        const made = plan(seed % 20 === 0 ? all : grouped, {
          labels: { challenge: "isic2016" },
          split: { method, seed },
        });
        for (const key of ["patient", "lesion id", "lesion_id"]) {
          expect(leaks(made, (each) => (of(key)(each) ? `${key} ${of(key)(each)}` : undefined))).toBe(0);
        }
      }
    }
    const before = held(plan(all.filter((_, i) => i % 5 > 0)));
    const after = held(plan(all));
    expect([...before].filter(([id, { split }]) => after.get(id)?.split !== split)).toEqual([]);
  });
});
