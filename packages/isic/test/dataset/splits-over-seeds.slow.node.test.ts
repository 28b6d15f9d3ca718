import { createSampleArchive, type SampleArchive } from "@isic/sample-archive";
import { beforeAll, describe, expect, test } from "vitest";
import { type ComparedPicture, findDuplicates } from "../../src/dataset/duplicates/find-duplicates.ts";
import { type CandidateImage, type DatasetPlan, planDataset } from "../../src/dataset/plan/plan.ts";
import type { Recipe } from "../../src/dataset/recipe/recipe.ts";

const SEEDS = 200;
const METHODS = ["hash", "balanced"] as const;
const SHARES = { train: 70, validation: 15, test: 15 };
const SUM = 100;
const RECIPE: Recipe = { version: 1, title: "T", selection: { search: "x" } };
type Fields = Readonly<Record<string, unknown>>;

/** All records of a box, page by page, as its APIs give them. */
async function recordsOf(box: SampleArchive, family: "v1" | "v2"): Promise<CandidateImage[]> {
  const get = async (url: string): Promise<unknown> => (await box.fetch(new Request(url))).json();
  if (family === "v1") {
    const records = (await get(`${box.v1Url}/image?limit=0&detail=true`)) as Fields[];
    return records.map((record) => ({
      id: record._id as string,
      name: record.name as string,
      record,
      licence: "CC-0",
    }));
  }
  const records: Fields[] = [];
  for (let url: string | null = `${box.v2Url}images/?limit=100`; url !== null; ) {
    const page = (await get(url)) as { next: string | null; results: Fields[] };
    records.push(...page.results);
    url = page.next;
  }
  return records.map((record) => {
    const id = record.isic_id as string;
    return { id, name: id, record, licence: record.copyright_license as string };
  });
}

/** Its patient and its lesions, read without the product's help: every text under a key that is called so. */
function unitsOf({ record }: CandidateImage): string[] {
  const { metadata, meta } = record as { metadata?: object; meta?: object };
  return Object.values({ ...metadata, ...meta }).flatMap((part) =>
    Object.entries(typeof part === "object" && part !== null ? (part as Fields) : {}).flatMap(([key, value]) => {
      const unit = /^(patient|lesion)[ _]?(id)?$/i.exec(key)?.[1];
      return unit === undefined || value === null || value === "unknown" ? [] : [`${unit} ${value}`];
    }),
  );
}

/** What lies in more than one part. */
function leaks({ images }: DatasetPlan, keysOf: (image: CandidateImage) => readonly string[]): string[] {
  const parts = new Map<string, Set<string>>();
  for (const { image, split } of images)
    for (const key of keysOf(image)) parts.set(key, (parts.get(key) ?? new Set()).add(split));
  return [...parts].filter(([, set]) => set.size > 1).map(([key]) => key);
}

/** The furthest that any part is from its share of any class, measured in the largest group of that class. */
function furthest({ images, counts }: DatasetPlan): number {
  const sizes = new Map<string, Map<string, number>>();
  for (const { group, labels } of images) {
    const label = labels[0] as string;
    const mine = sizes.get(label) ?? new Map<string, number>();
    sizes.set(label, mine.set(group, (mine.get(group) ?? 0) + 1));
  }
  let most = 0;
  for (const [label, groups] of sizes) {
    const total = [...groups.values()].reduce((sum, size) => sum + size, 0);
    for (const [part, share] of Object.entries(SHARES)) {
      const away = Math.abs((counts[part]?.[label] ?? 0) - (share / SUM) * total);
      most = Math.max(most, away / Math.max(...groups.values()));
    }
  }
  return most;
}

const partsOf = ({ images }: DatasetPlan): Map<string, string> =>
  new Map(images.map(({ image: { id }, split }) => [id, split]));

describe.each(["v1", "v2"] as const)("the box's records of %s, over 200 seeds:", (family) => {
  const box = createSampleArchive({ images: 400, smallPhotos: true });
  let all: CandidateImage[];
  let grown: CandidateImage[];
  beforeAll(async () => {
    all = await recordsOf(box, family);
    box.grow(100);
    grown = await recordsOf(box, family);
  });
  const labels: Recipe["labels"] =
    family === "v1"
      ? { challenge: "isic2016" }
      : { classes: { Malignant: 'diagnosis_1 = "Malignant"' }, otherwise: "Other" };

  test.each(METHODS)("no patient and no lesion in two parts (%s)", (method) => {
    const units = all.flatMap(unitsOf);
    expect(units.length - new Set(units).size).toBeGreaterThan(10);
    for (let seed = 0; seed < SEEDS; seed++)
      expect(leaks(planDataset(all, { ...RECIPE, split: { shares: SHARES, method, seed } }), unitsOf)).toEqual([]);
  });

  test("balanced: each class is within one group of its share in every part", () => {
    let most = 0;
    for (let seed = 0; seed < SEEDS; seed++)
      most = Math.max(
        most,
        furthest(planDataset(all, { ...RECIPE, labels, split: { shares: SHARES, method: "balanced", seed } })),
      );
    console.info(`${family}: at most ${most.toFixed(2)} groups from the ideal`);
    expect(most).toBeGreaterThan(0);
    expect(most).toBeLessThanOrEqual(1);
  });

  test("hash: nothing moves and nobody is left out when a quarter is added, whether parts are held or not", () => {
    expect(grown.length).toBeGreaterThanOrEqual(1.24 * all.length);
    for (let seed = 0; seed < SEEDS; seed++) {
      const recipe: Recipe = { ...RECIPE, split: { shares: SHARES, seed } };
      // The quarter that the archive adds, and any other.
      for (const some of [all, grown.filter((_, i) => (i * 7 + seed) % 5 !== 0)]) {
        const before = planDataset(some, recipe);
        const held = new Map(before.images.map(({ image, split }) => [image.id, { split }]));
        for (const after of [planDataset(grown, recipe), planDataset(grown, recipe, { held })]) {
          const parts = partsOf(after);
          const moved = [...partsOf(before)].filter(([id, part]) => parts.get(id) !== part);
          expect([seed, moved, after.leftOut, after.images.length]).toEqual([seed, [], [], grown.length]);
        }
      }
    }
  });
});

describe("pictures that show the same, over 200 seeds:", () => {
  // Three or fewer pictures of each subject, the second and third a little otherwise than the one before.
  let state = 1;
  const random = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  const digits = (count: number): string =>
    Array.from({ length: count }, () => Math.floor(random() * 16).toString(16)).join("");
  const pictures: ComparedPicture[] = [];
  const images: CandidateImage[] = [];
  const subjectOf = new Map<string, string>();
  for (let subject = 0; subject < 150; subject++) {
    let [hash, thumb] = [digits(16), digits(512)];
    for (let copy = 0; copy <= subject % 3; copy++) {
      const id = `ISIC_${String(images.length).padStart(7, "0")}`;
      if (copy > 0) {
        // One bit of the hash, and the lowest two bits of each grey value.
        const at = Math.floor(random() * 16);
        hash = `${hash.slice(0, at)}${(Number.parseInt(hash[at]!, 16) ^ 1).toString(16)}${hash.slice(at + 1)}`;
        thumb = thumb.replace(/(.)(.)/g, (_, high: string, low: string) => {
          return high + (Number.parseInt(low, 16) ^ Math.floor(random() * 4)).toString(16);
        });
      }
      subjectOf.set(id, `subject ${subject}`);
      pictures.push({ id, sha256: digits(64), fingerprint: { hash, thumb } });
      const clinical = images.length % 2 === 0 ? { patient_id: `IP_${Math.floor(random() * 120)}` } : {};
      images.push({ id, name: id, licence: "CC-0", record: { isic_id: id, metadata: { clinical } } });
    }
  }
  const duplicates = new Map(
    findDuplicates(pictures).flatMap(({ ids }) => ids.map((id) => [id, ids[0] as string] as const)),
  );

  test("all are found, and no others", () => {
    const groups = new Map<string, Set<string>>();
    for (const [id, group] of duplicates)
      groups.set(group, (groups.get(group) ?? new Set()).add(subjectOf.get(id) as string));
    expect([...groups.values()].every((subjects) => subjects.size === 1)).toBe(true);
    expect([groups.size, duplicates.size]).toEqual([100, 250]);
  });

  test.each(METHODS)("none of them, and no patient, in two parts (%s)", (method) => {
    const keysOf = (image: CandidateImage): string[] => [subjectOf.get(image.id) as string, ...unitsOf(image)];
    let without = 0;
    for (let seed = 0; seed < SEEDS; seed++) {
      const recipe = { ...RECIPE, split: { shares: SHARES, method, seed } };
      expect(leaks(planDataset(images, recipe, { duplicates }), keysOf)).toEqual([]);
      without += leaks(planDataset(images, recipe), keysOf).length;
    }
    // What is measured can be otherwise.
    expect(without).toBeGreaterThan(SEEDS);
  });
});
