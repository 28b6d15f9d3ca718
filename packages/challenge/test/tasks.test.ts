import { describe, expect, test } from "vitest";
import {
  type ArrayTask,
  challengeFileName,
  type MaskTask,
  scoreSubmission,
  type TableTask,
  type TaskName,
  taskOf,
  writeFeatureArrays,
  writeMask,
  writeTable,
} from "../src/index.ts";
import { files, mask } from "./drawn.ts";
import { differences, type GoldenTask, golden } from "./golden/golden.ts";

/** Truth and submission of a golden case, as files with the challenge's names. */
async function filesOf(given: GoldenTask): Promise<readonly { readonly [name: string]: Uint8Array<ArrayBuffer> }[]> {
  const about = taskOf(given.task);
  const sides = [0, 1] as const;
  if (about.kind === "table") return sides.map((side) => ({ "table.csv": tableOf(about, given, side) }));
  if (about.kind === "arrays") return sides.map((side) => arraysOf(about, given, side));
  return Promise.all(sides.map((side) => masksOf(about, given, side)));
}

function tableOf(task: TableTask, { truth = [], prediction = [], weights }: GoldenTask, side: 0 | 1) {
  const rows = side === 0 ? truth : prediction;
  const images = rows.map((_, i) => `ISIC_${String(i).padStart(7, "0")}`);
  const values = Float64Array.from(rows.flat());
  const weighted = side === 0 && weights !== undefined ? { weights: Float64Array.from(weights) } : {};
  return writeTable(task.name, { classes: task.classes, images, values, ...weighted });
}

function arraysOf(task: ArrayTask, { arrays = {} }: GoldenTask, side: 0 | 1) {
  return Object.fromEntries(
    Object.entries(arrays).map(([image, both]) => {
      const features = Object.fromEntries(
        Object.entries(both[side]).map(([feature, values]) => [feature, Float64Array.from(values)]),
      );
      const length = Object.values(features)[0]?.length ?? 0;
      return [challengeFileName(task, image), writeFeatureArrays(task.name, { length, features, keys: "scorer" })];
    }),
  );
}

async function masksOf(task: MaskTask, { masks = {} }: GoldenTask, side: 0 | 1) {
  const all = Object.entries(masks).map(async ([item, both]) => {
    const [image = "", feature] = item.split(" ");
    return [challengeFileName(task, image, feature), await writeMask(mask(both[side]))] as const;
  });
  return Object.fromEntries(await Promise.all(all));
}

describe("whole tasks, against scikit-learn and numpy to 1e-12", () => {
  test.each(golden.tasks.map((each, i) => [each.task, i, each] as const))("%s (%i)", async (task, _, given) => {
    const [truth = {}, submission = {}] = await filesOf(given);
    const score = await scoreSubmission(task, files(truth), files(submission));
    expect(score.mistakes).toEqual([]);
    expect(Object.keys(score.groups).sort()).toEqual(Object.keys(given.groups).sort());
    for (const [group, expected] of Object.entries(given.groups)) {
      expect({ group, wrong: differences(score.groups[group] ?? {}, expected) }).toEqual({ group, wrong: [] });
      expect(Object.keys(score.groups[group] ?? {}).sort()).toEqual(Object.keys(expected).sort());
    }
    given.perImage?.forEach((expected, i) => {
      expect(differences(score.perImage[i]?.metrics ?? {}, expected)).toEqual([]);
    });
    const { rankedBy, rankedGroup } = taskOf(task);
    expect(score.overall).toBe(score.groups[rankedGroup]?.[rankedBy]);
    expect(score.overall).not.toBeNull();
    const known = given.masks ?? given.arrays;
    const images =
      known === undefined ? given.truth?.length : new Set(Object.keys(known).map((key) => key.slice(0, 12))).size;
    expect(score.images).toBe(images);
  });
});

describe("undefined values in the mean", () => {
  test("are left out in 2016 and 2017, and count as 1 in 2018", async () => {
    const empty = await writeMask(mask("00/00"));
    const half = await writeMask(mask("11/00"));
    const truth = files({ "ISIC_0000001_segmentation.png": empty, "ISIC_0000002_segmentation.png": half });
    const answer = files({ "ISIC_0000001_a.png": empty, "ISIC_0000002_a.png": await writeMask(mask("10/00")) });
    for (const task of ["2016-1", "2017-1"] as const) {
      const { groups, perImage } = await scoreSubmission(task, truth, answer);
      expect(perImage[0]?.metrics).toMatchObject({ jaccard: null, dice: null, sensitivity: null, specificity: 1 });
      expect(groups.mean).toMatchObject({ jaccard: 0.5, thresholdJaccard: 0, sensitivity: 0.5 });
    }
    const { groups, overall } = await scoreSubmission("2018-1", truth, answer);
    expect(groups.mean).toMatchObject({ jaccard: 0.75, thresholdJaccard: 0.5, sensitivity: 0.75 });
    expect(overall).toBe(0.5);
  });

  test("a Jaccard index of exactly 0.65 counts", async () => {
    const row = (ones: number) => "1".repeat(ones) + "0".repeat(20 - ones);
    const truth = files({ "ISIC_0000001_segmentation.png": await writeMask(mask(row(20))) });
    const answer = (ones: number) => writeMask(mask(row(ones)));
    const at = async (ones: number) =>
      (await scoreSubmission("2018-1", truth, files({ "ISIC_0000001.png": await answer(ones) }))).overall;
    expect(await at(13)).toBe(0.65);
    expect(await at(12)).toBe(0);
  });
});

test.each([
  ["2017-4", "2017-1 or 2017-2 or 2017-3"],
  ["ISIC 2016, part 3B", "2016-3b"],
  ["2018_task2", "2018-2"],
  ["isic2019", "2019"],
  ["24", "2024"],
])("the task %j is none; it may be %s", (given, near) => {
  expect(() => taskOf(given as TaskName)).toThrow(`Did you mean ${near}?`);
});

test.each(["", "2015-1", "2021", "melanoma", "20171", "\u001b[31m"])("no task is near %j", (given) => {
  expect(() => taskOf(given as TaskName)).toThrow(/^There is no task "[ -~]*"; the tasks are 2016-1, .*, 2024\.$/);
});
