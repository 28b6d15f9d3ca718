import { beforeAll, describe, expect, test } from "vitest";
import { Kit } from "./archive-kit.ts";

interface Annotation {
  readonly _id: string;
  readonly state: string;
  readonly status?: string;
  readonly image: { readonly _id: string };
  readonly user: { readonly _id: string };
  readonly markups?: Readonly<Record<string, boolean>>;
}

describe("the study that five people read", () => {
  const kit = new Kit({ images: 60, smallPhotos: false });
  const study = kit.archive.studies.find(({ userIds }) => userIds.length === 5)!;
  let all: readonly Annotation[];
  const values = (id: string, feature: string): Promise<number[]> =>
    kit.json(kit.v1(`annotation/${id}/${encodeURIComponent(feature)}`));
  beforeAll(async () => {
    all = await kit.json(kit.v1(`annotation?studyId=${study.id}&detail=true`));
  });

  test("is public, of twelve images; one reading was set aside, one is not finished", async () => {
    expect(await kit.json(kit.v1(`study/${study.id}`))).toMatchObject({ name: "Reader agreement: five readers" });
    expect([study.imageIds.length, all.length]).toEqual([12, 60]);
    expect(all.filter(({ state }) => state === "active")).toHaveLength(1);
    expect(all.filter(({ status }) => status === "quality")).toHaveLength(1);
  });

  test("readers agree on the middle of a feature and not on its border: heat of all steps from one to five readers", async () => {
    let heated = 0;
    for (const image of study.imageIds.slice(0, 3)) {
      for (const feature of study.features) {
        const marked = all.filter((each) => each.image._id === image && each.markups?.[feature] === true);
        if (marked.length < 5) continue;
        const arrays = await Promise.all(marked.map(({ _id }) => values(_id, feature)));
        const readers = arrays[0]!.map((_, label) => arrays.filter((array) => array[label]! > 0).length);
        const steps = new Set(readers);
        expect(steps.has(0) && steps.has(1), `${image} ${feature}`).toBe(true);
        expect(Math.max(...readers)).toBeGreaterThanOrEqual(4);
        expect(steps.size).toBeGreaterThanOrEqual(4);
        expect(new Set(arrays.flat())).toEqual(new Set([0, 0.5, 1]));
        heated++;
      }
    }
    expect(heated).toBeGreaterThanOrEqual(3);
  });

  test("pairs of readers differ: their overlap (Dice) is neither none nor all", async () => {
    const overlaps: number[] = [];
    for (const image of study.imageIds.slice(0, 3)) {
      for (const feature of study.features) {
        const marked = all.filter((each) => each.image._id === image && each.markups?.[feature] === true);
        const arrays = await Promise.all(marked.map(({ _id }) => values(_id, feature)));
        for (let a = 0; a < arrays.length; a++) {
          for (let b = 0; b < a; b++) overlaps.push(dice(arrays[a]!, arrays[b]!));
        }
      }
    }
    overlaps.sort((a, b) => a - b);
    expect(overlaps.length).toBeGreaterThan(30);
    expect(overlaps[0]).toBeLessThan(0.6);
    expect(overlaps.at(-1)).toBeLessThan(1);
    expect(overlaps[overlaps.length >> 1]).toBeGreaterThan(0.4);
  });

  test("the same seed gives the same marks", async () => {
    const again = new Kit({ images: 60, smallPhotos: false });
    const { _id, markups } = all.find((each) => Object.values(each.markups ?? {}).includes(true))!;
    const feature = Object.keys(markups!).find((name) => markups![name])!;
    const path = `annotation/${_id}/${encodeURIComponent(feature)}`;
    expect(await again.json(again.v1(path))).toEqual(await values(_id, feature));
  });
});

function dice(a: readonly number[], b: readonly number[]): number {
  const both = a.filter((value, label) => value > 0 && b[label]! > 0).length;
  return (2 * both) / (a.filter((value) => value > 0).length + b.filter((value) => value > 0).length);
}
