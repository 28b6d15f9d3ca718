import { goldenJson } from "@isic/fixtures";
import { describe, expect, test } from "vitest";
import { StudyObjects } from "../../src/studies/study-objects.ts";
import { goldenWorld } from "./golden-study.ts";

interface Golden {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly features: readonly { id: string }[];
  readonly images: readonly string[];
  readonly questions: readonly unknown[];
  readonly users: readonly string[];
  readonly user_completion: Readonly<Record<string, number>>;
  readonly annotations: readonly string[];
  readonly loaded_features: Readonly<Record<string, number>>;
  readonly select_annotations_all: readonly string[];
  readonly select_annotations_completed_6: readonly string[];
}

describe("combineStudies", () => {
  test("equals the Python client's combine_studies, and changes no input", async () => {
    const golden = await goldenJson<Golden>("study/combine_studies.json");
    const world = await goldenWorld();
    const [first, second] = [await world.study("EASY_STUDY_1"), await world.study("EASY_STUDY_2")];
    await first.loadMetaData({ name: "exemplar.json", text: '{"ISIC_0000000":"Lines : Streaks","ISIC_0000001":""}' });
    await second.loadMetaData({ name: "exemplar.json", text: '{"ISIC_0000000":"overrides","ISIC_0000005":"x"}' });
    await second.loadMetaData({ name: "list.json", text: "[1,2]" });
    const before = JSON.stringify([first, second, first.metaData, second.metaData]);
    const study = new StudyObjects(world.context).combine([first, second]);
    expect(study.id).toBe(golden.id);
    expect(study.name).toBe(golden.name);
    expect(study.description).toBe(golden.description);
    expect(study.features).toEqual(golden.features);
    expect(study.images.map(({ _id }) => _id)).toEqual(golden.images);
    expect(study.questions).toEqual(golden.questions);
    expect(study.users.map(({ _id }) => _id)).toEqual(golden.users);
    expect(study.userCompletion).toEqual(golden.user_completion);
    expect(study.annotations.map(({ id }) => id)).toEqual(golden.annotations);
    const loaded: Record<string, number> = {};
    for (const { features } of study.annotations)
      for (const feature of features.keys()) loaded[feature] = (loaded[feature] ?? 0) + 1;
    expect(loaded).toEqual(golden.loaded_features);
    const ids = (filter = {}) => study.selectAnnotations(filter).map(({ id }) => id);
    expect(ids()).toEqual(golden.select_annotations_all);
    expect(ids({ userCompletion: 6 })).toEqual(golden.select_annotations_completed_6);
    expect(study.metaData).toEqual({
      exemplar: { ISIC_0000000: "overrides", ISIC_0000001: "", ISIC_0000005: "x" },
      list: [1, 2],
    });
    (study.metaData.list as number[]).push(3);
    expect(JSON.stringify([first, second, first.metaData, second.metaData])).toBe(before);
  });

  test("loads the annotations of its parts when they are not loaded, and paints with all readers", async () => {
    const world = await goldenWorld();
    const parts = [await world.study("EASY_STUDY_1"), await world.study("EASY_STUDY_2")];
    for (const part of parts) part.clearData();
    const study = new StudyObjects(world.context).combine(parts);
    expect(() => study.selectAnnotations()).toThrow("loadAnnotations()");
    expect(await study.loadAnnotations()).toHaveLength(32);
    const image = await world.image("ISIC_0000003");
    expect(study.heatMap(image).readers).toHaveLength(5);
    expect(() => new StudyObjects(world.context).combine([])).toThrow("expected studies to combine, got none");
    for (const wrong of ["EASY_STUDY_1", ["EASY_STUDY_1"], undefined])
      expect(() => new StudyObjects(world.context).combine(wrong as never)).toThrow(/^expected a list of studies/);
  });

  test("annotations without any mark are chosen when they are asked for", async () => {
    const world = await goldenWorld();
    const study = await world.study("EASY_STUDY_1");
    const all = study.selectAnnotations({ unmarked: true });
    const marked = study.selectAnnotations();
    expect(all.filter((each) => !marked.includes(each)).map(({ id }) => id)).toEqual(["58d91cadd831137d0f00002b"]);
    expect(study.selectAnnotations({ unmarked: true, features: "Dots : Black" })).not.toContain(
      study.annotation("58d91cadd831137d0f00002b"),
    );
  });
});
