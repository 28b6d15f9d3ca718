import { hasRealData, realJson, withoutRealData } from "@isic/fixtures";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { addToSelection, joinGroups, type Key, removeFromSelection, sample, split } from "../src/index.ts";
import { random } from "./records.ts";

const records = Array.from({ length: 1000 }, (_, i) => ({
  i,
  kind: i % 10 === 0 ? "rare" : "common",
  patient: i % 7 === 0 ? null : Math.floor(i / 5),
}));
const rare = (list: readonly { kind: string }[]): number => list.filter(({ kind }) => kind === "rare").length;

describe("split", () => {
  test("puts every record into one part, in order, the same each time", () => {
    const exact = split(records, { train: 0.7, validate: 0.1, test: 0.2 }, { seed: 3, method: "balanced" });
    expect([exact.train.length, exact.validate.length, exact.test.length]).toEqual([700, 100, 200]);
    const parts = split(records, { train: 0.7, validate: 0.1, test: 0.2 }, { seed: 3 });
    expect([...parts.train, ...parts.validate, ...parts.test].map(({ i }) => i).sort((a, b) => a - b)).toEqual(
      records.map(({ i }) => i),
    );
    expect(parts.train.map(({ i }) => i)).toEqual(parts.train.map(({ i }) => i).sort((a, b) => a - b));
    expect(split(records, { train: 0.7, validate: 0.1, test: 0.2 }, { seed: 3 })).toEqual(parts);
    expect(split(records, { train: 0.7, validate: 0.1, test: 0.2 }, { seed: 4 })).not.toEqual(parts);
  });
  test("keeps the mixture", () => {
    const { train, test: rest } = split(records, { train: 3, test: 1 }, { stratify: "kind" });
    expect([train.length, rare(train), rest.length, rare(rest)]).toEqual([750, 75, 250, 25]);
  });
  test("never parts a group", () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ lesion: fc.option(fc.nat(12)), kind: fc.constantFrom("a", "b") }), { maxLength: 60 }),
        fc.nat(),
        (list, seed) => {
          const { train, test: rest } = split(
            list,
            { train: 0.8, test: 0.2 },
            { group: "lesion", stratify: (each) => each.kind, seed },
          );
          const lesions = new Set(train.map(({ lesion }) => lesion).filter((lesion) => lesion !== null));
          expect(rest.some(({ lesion }) => lesion !== null && lesions.has(lesion))).toBe(false);
          expect(train.length + rest.length).toBe(list.length);
        },
      ),
    );
    const { train, test: rest } = split(
      records,
      { train: 0.8, test: 0.2 },
      { group: "patient", stratify: "kind", seed: "a" },
    );
    expect(Math.abs(train.length - 800)).toBeLessThan(10);
    expect(Math.abs(rare(rest) - 20)).toBeLessThan(8);
  });
  test("refuses parts without a size", () => {
    expect(() => split(records, { a: 0 })).toThrow(RangeError);
    expect(() => split(records, { a: 2, b: -1 })).toThrow(RangeError);
    expect(split([], { a: 1, b: 1 })).toEqual({ a: [], b: [] });
  });
});

interface Image {
  readonly isic_id: string;
  readonly patient?: string | undefined;
  readonly lesion?: string | undefined;
  readonly label: string;
}

/** Patients with one to thirty images, lesions of some, images without a patient or without anything, three labels. */
function makeImages(count: number, seed: number): Image[] {
  const next = random(seed);
  const images: Image[] = [];
  for (let patient = 0; images.length < count; patient++) {
    const kind = next();
    const size = kind < 0.4 ? 1 : kind < 0.9 ? 1 + Math.floor(next() * 5) : 10 + Math.floor(next() * 20);
    for (let i = 0; i < size; i++) {
      const isKnown = kind >= 0.2;
      images.push({
        isic_id: `ISIC_${String(images.length).padStart(7, "0")}`,
        patient: isKnown && next() < 0.8 ? `IP_${patient}` : undefined,
        lesion: isKnown && next() < 0.7 ? `IL_${patient}_${Math.floor(i / 3)}` : undefined,
        label: next() < 0.7 ? "benign" : next() < 0.8 ? "malignant" : "indeterminate",
      });
    }
  }
  return images;
}

const keys: (keyof Image)[] = ["patient", "lesion"];
const shares = { train: 0.8, validate: 0.05, test: 0.15 };

/** Values of a key that lie in more than one part. */
function leaks<R>(parts: Readonly<Record<string, readonly R[]>>, read: (record: R) => unknown): unknown[] {
  const part = new Map<unknown, string>();
  const leaked = new Set<unknown>();
  for (const [name, list] of Object.entries(parts)) {
    for (const record of list) {
      const value = read(record);
      if (value == null) continue;
      if ((part.get(value) ?? name) !== name) leaked.add(value);
      part.set(value, name);
    }
  }
  return [...leaked];
}

describe("groups joined over several keys", () => {
  const images = makeImages(2000, 5);

  test("0 patients and lesions in two parts over 200 seeds, with either method", () => {
    for (let seed = 0; seed < 200; seed++) {
      for (const method of ["hash", "balanced"] as const) {
        const parts = split(images, shares, { group: keys, seed, method });
        expect([leaks(parts, ({ patient }) => patient), leaks(parts, ({ lesion }) => lesion)]).toEqual([[], []]);
        expect(Object.values(parts).flat()).toHaveLength(images.length);
      }
    }
  });

  test("a lesion joins the patients that its images name", () => {
    const bridge = [
      { p: "a" },
      { p: "b", l: 1 },
      { l: 2 },
      { p: "a", l: 1 },
      { p: "", l: null },
      { p: "" },
      { l: 2 },
      { p: Number.NaN },
    ];
    expect([...joinGroups(bridge, ["p", "l"])]).toEqual([0, 0, 2, 0, 4, 5, 2, 7]);
    expect([...joinGroups(bridge, "p")]).toEqual([0, 1, 2, 0, 4, 5, 6, 7]);
    expect([...joinGroups([{ v: 1 }, { v: "1" }, { v: [1] }, { v: [1] }], ({ v }) => v)]).toEqual([0, 1, 2, 2]);
    expect([...joinGroups([], "p")]).toEqual([]);
  });

  test("a chain of any length is one group", () => {
    const chain = Array.from({ length: 100_000 }, (_, i) => ({ a: i >> 1, b: (i + 1) >> 1 }));
    expect(new Set(joinGroups(chain, ["a", "b"])).size).toBe(1);
  });
});

describe("split by hash", () => {
  const parted = (images: readonly Image[], seed: number): Map<string, string> => {
    const parts = split(images, { shares, group: "patient", seed });
    return new Map(
      Object.entries(parts).flatMap(([part, list]) => list.map(({ isic_id }) => [isic_id, part] as const)),
    );
  };

  test("moves nothing when a quarter is added, anywhere in the list", () => {
    const images = makeImages(4000, 9);
    const before = images.filter((_, i) => i % 5 !== 3);
    for (let seed = 0; seed < 20; seed++) {
      const [old, now] = [parted(before, seed), parted(images, seed)];
      expect([...old].filter(([id, part]) => now.get(id) !== part)).toEqual([]);
    }
  });

  test("nor do records without ids", () => {
    const plain = Array.from({ length: 200 }, (_, i) => ({ value: i % 90 }));
    const before = split(plain.slice(40), { a: 1, b: 1 }).a.map(({ value }) => value);
    const now = split(plain, { a: 1, b: 1 }).a.map(({ value }) => value);
    for (const value of before) expect(now).toContain(value);
    expect(Math.abs(now.length - 100)).toBeLessThan(30);
    const circle: { self?: unknown } = {};
    circle.self = circle;
    expect(split([circle], { a: 1, b: 0 }).a).toHaveLength(1);
  });

  test("large groups, small ones and images without any come in proportion", () => {
    const images = makeImages(40_000, 3);
    const sizes = new Map<number, number>();
    const roots = joinGroups(images, keys);
    for (const root of roots) sizes.set(root, (sizes.get(root) ?? 0) + 1);
    const rootOf = new Map(images.map(({ isic_id }, i) => [isic_id, roots[i] as number]));
    const kinds = {
      alone: (size: number) => size === 1,
      small: (size: number) => size > 1 && size <= 5,
      large: (size: number) => size > 5,
    };
    for (let seed = 0; seed < 10; seed++) {
      const parts = split(images, { shares, group: keys, seed });
      for (const isKind of Object.values(kinds)) {
        const groups = [...sizes.values()].filter(isKind).length;
        for (const [name, share] of Object.entries(shares)) {
          const list = parts[name as keyof typeof shares].map(({ isic_id }) => rootOf.get(isic_id) as number);
          const found = new Set(list.filter((root) => isKind(sizes.get(root) as number))).size;
          const deviation = Math.sqrt(groups * share * (1 - share));
          expect(Math.abs(found - groups * share)).toBeLessThan(4 * deviation);
        }
      }
    }
  });

  test("one image's parts under 1,000 seeds are as the shares", () => {
    const counts = { train: 0, validate: 0, test: 0 };
    for (let seed = 0; seed < 1000; seed++) {
      const parts = split([{ id: "ISIC_0000001" }], shares, { seed });
      for (const name of ["train", "validate", "test"] as const) counts[name] += parts[name].length;
    }
    expect(Math.abs(counts.train - 800)).toBeLessThan(4 * Math.sqrt(1000 * 0.8 * 0.2));
    expect(Math.abs(counts.validate - 50)).toBeLessThan(4 * Math.sqrt(1000 * 0.05 * 0.95));
  });
});

describe("split in balance", () => {
  const deviations = (
    list: readonly Image[],
    parts: Readonly<Record<keyof typeof shares, readonly Image[]>>,
  ): number[] => {
    const labels = [...new Set(list.map(({ label }) => label))];
    const of = (some: readonly Image[], label: string): number => some.filter((image) => image.label === label).length;
    return labels.flatMap((label) =>
      Object.entries(shares).map(([name, share]) => of(parts[name as "train"], label) - share * of(list, label)),
    );
  };

  test("each class is within one group of its share, where groups are of one class", () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ size: fc.integer({ min: 1, max: 6 }), label: fc.constantFrom("a", "b", "c", "d") }), {
          maxLength: 60,
        }),
        fc.nat(),
        (groups, seed) => {
          const list = groups.flatMap(({ size, label }, patient) =>
            Array.from({ length: size }, (_, i) => ({ isic_id: `${patient}.${i}`, patient: `${patient}`, label })),
          );
          const parts = split(list, shares, { group: "patient", stratify: "label", seed });
          const largest = Math.max(0, ...groups.map(({ size }) => size));
          for (const deviation of deviations(list, parts))
            expect(Math.abs(deviation)).toBeLessThanOrEqual(largest + 1e-6);
        },
      ),
      { numRuns: 200 },
    );
  });

  test("images by themselves: within one image, and the whole too", () => {
    const list = makeImages(997, 8);
    for (let seed = 0; seed < 20; seed++) {
      const parts = split(list, { shares, stratify: "label", seed });
      for (const deviation of deviations(list, parts)) expect(Math.abs(deviation)).toBeLessThanOrEqual(1);
      expect(Math.abs(parts.test.length - 997 * 0.15)).toBeLessThanOrEqual(1);
    }
  });

  test("groups of several classes: within one group", () => {
    const list = makeImages(5000, 2);
    for (let seed = 0; seed < 20; seed++) {
      const parts = split(list, { shares, stratify: "label", group: keys, seed });
      for (const deviation of deviations(list, parts)) expect(Math.abs(deviation)).toBeLessThanOrEqual(3);
    }
  });

  test("is decided by the seed, and not by the order of groups of different sizes", () => {
    const list = makeImages(500, 4);
    const ids = (images: readonly Image[], seed: number): string[] =>
      split(images, shares, { stratify: "label", group: keys, seed }).test.map(({ isic_id }) => isic_id);
    expect(ids(list, 1)).toEqual(ids(list, 1));
    expect(ids(list, 1)).not.toEqual(ids(list, 2));
    expect(ids([...list].reverse(), 1).sort()).toEqual(ids(list, 1).sort());
  });
});

describe("600,000 records", () => {
  test("are split in a few seconds, by either method", () => {
    const images = makeImages(600_000, 1);
    for (const options of [{ group: keys }, { group: keys, stratify: "label" as const }]) {
      const began = performance.now();
      const parts = split(images, shares, options);
      expect(performance.now() - began).toBeLessThan(20_000);
      expect(Math.abs(parts.test.length / images.length - 0.15)).toBeLessThan(0.01);
    }
  });
});

describe.skipIf(!hasRealData)(`splits of real records${hasRealData ? "" : ` (${withoutRealData})`}`, () => {
  test("0 patients and lesions in two parts, and nothing moves when a quarter is added", async () => {
    const all = Object.values(
      await realJson<Record<string, Record<string, unknown>>>("imcache_000000000000000000000000.json.gz"),
    );
    const group: Key<unknown>[] = [
      "meta.unstructured.patient",
      "meta.unstructured.patient_id",
      "meta.clinical.patient_id",
      "meta.unstructured.lesion_id",
      "meta.clinical.lesion_id",
    ];
    const roots = joinGroups(all, group);
    expect(new Set(roots).size).toBeLessThan(all.length);
    const rootOf = new Map(all.map((record, i) => [record, roots[i]]));
    for (let seed = 0; seed < 40; seed++) {
      for (const method of ["hash", "balanced"] as const) {
        const parts = split(all, { shares, group, method, seed });
        expect(leaks(parts, (record) => rootOf.get(record))).toEqual([]);
      }
    }
    const some = all.filter((_, i) => i % 5 !== 2);
    const now = new Set(split(all, { shares, group }).train);
    expect(split(some, { shares, group }).train.filter((record) => !now.has(record))).toEqual([]);
  });
});

describe("options", () => {
  test("are checked", () => {
    expect(() => split(records, shares, { groupBy: "patient" } as never)).toThrow('did you mean "group"');
    expect(() => split(records, { shares, groupBy: "patient" } as never)).toThrow('did you mean "group"');
    expect(() => sample(records, 5, { stratfy: "kind" } as never)).toThrow('did you mean "stratify"');
    expect(() => sample(records, 5, { method: "hash" } as never)).toThrow(TypeError);
    expect(() => split(records, shares, { method: "random" } as never)).toThrow(RangeError);
    expect(() => split(records, shares, { method: "hash", stratify: "kind" })).toThrow(TypeError);
    expect(() => split(records, { shares: {} })).toThrow(RangeError);
    expect(() => split(records, { a: Number.NaN, b: 1 })).toThrow(RangeError);
    expect(() => split(records, { a: "1" as never, b: 1 })).toThrow(RangeError);
  });
});

describe("sample", () => {
  test("draws as many as asked, and their shares", () => {
    expect(sample(records, 100)).toHaveLength(100);
    expect(sample(records, 5000)).toHaveLength(1000);
    expect([sample(records, 0), sample([], 5)]).toEqual([[], []]);
    const drawn = sample(records, 200, { stratify: "kind", seed: 9 });
    expect([drawn.length, rare(drawn)]).toEqual([200, 20]);
    expect(() => sample(records, -1)).toThrow(RangeError);
    expect(() => sample(records, 1.5)).toThrow(RangeError);
  });
  test("draws whole groups, as many as fit", () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ lesion: fc.nat(9) }), { maxLength: 50 }),
        fc.nat(60),
        fc.nat(),
        (list, size, seed) => {
          const drawn = sample(list, size, { group: "lesion", seed });
          expect(drawn.length).toBeLessThanOrEqual(size);
          const lesions = new Set(drawn.map(({ lesion }) => lesion));
          expect(drawn).toEqual(list.filter(({ lesion }) => lesions.has(lesion)));
        },
      ),
    );
  });
  test("is fair: every record comes up about as often", () => {
    const few = records.slice(0, 20);
    const times = new Map<number, number>();
    for (let seed = 0; seed < 2000; seed++)
      for (const { i } of sample(few, 5, { seed })) times.set(i, (times.get(i) ?? 0) + 1);
    for (const { i } of few) expect(Math.abs((times.get(i) ?? 0) - 500)).toBeLessThan(110);
  });
});

describe("selections added and removed", () => {
  const [a, b, c] = [{ id: 1 }, { id: 2 }, { id: 3 }];
  test("of every kind", () => {
    expect(addToSelection([a, b], [b, c])).toEqual([a, b, c]);
    expect(removeFromSelection([a, b, c], [b])).toEqual([a, c]);
    expect(addToSelection<Record<string, object>>({ a, b }, { b, c })).toEqual({ a, b, c });
    expect(removeFromSelection<Record<string, object>>({ a, b }, { b })).toEqual({ a });
    expect(addToSelection(new Map([["a", a]]), new Map([["c", c]]))).toEqual(
      new Map([
        ["a", a],
        ["c", c],
      ]),
    );
    expect(() => addToSelection([a] as readonly unknown[], { a } as never)).toThrow(TypeError);
  });
});
