import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { addToSelection, removeFromSelection, sample, split } from "../src/index.ts";

const records = Array.from({ length: 1000 }, (_, i) => ({
  i,
  kind: i % 10 === 0 ? "rare" : "common",
  patient: i % 7 === 0 ? null : Math.floor(i / 5),
}));
const rare = (list: readonly { kind: string }[]): number => list.filter(({ kind }) => kind === "rare").length;

describe("split", () => {
  test("puts every record into one part, in order, the same each time", () => {
    const parts = split(records, { train: 0.7, validate: 0.1, test: 0.2 }, { seed: 3 });
    expect([parts.train.length, parts.validate.length, parts.test.length]).toEqual([700, 100, 200]);
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
