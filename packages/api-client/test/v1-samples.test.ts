import { describe, expect, test } from "vitest";
import { type Schema, validate } from "../src/schema/validate.ts";
import { datasetSummarySchema, histogramSchema, imageSchema, segmentationSchema } from "../src/v1/schemas.ts";
import samples from "./golden/v1-samples.json" with { type: "json" };

const parsed = <T>(schema: Schema<T>, value: unknown): T =>
  validate(schema, structuredClone(value), "", { endpoint: "GET sample" }, undefined);

/** Records of the real server of 2019, one of each shape: known and unknown, missing and null. */
describe("what the Girder server sent fits, and is handed on as it came", () => {
  test.each<readonly [string, Schema<unknown>, readonly unknown[]]>([
    ["summaries of datasets", datasetSummarySchema, samples.datasets],
    ["images", imageSchema, samples.images],
    ["segmentations", segmentationSchema, samples.segmentations],
    ["the histogram", histogramSchema, samples.histogram],
  ])("%s", (_what, schema, records) => {
    expect(records.length).toBeGreaterThan(0);
    for (const record of records) expect(parsed(schema, record)).toEqual(record);
  });

  test("but for the lists of one, which are taken off", () => {
    const [segmentation] = samples.segmentations;
    const listed = { ...segmentation, meta: { ...segmentation?.meta, startTime: [segmentation?.meta.startTime] } };
    expect(parsed(segmentationSchema, listed)).toEqual(segmentation);
    const [image] = samples.images;
    const later = { ...image, meta: { ...image?.meta, unstructured: [image?.meta.unstructured] } };
    expect(parsed(imageSchema, later)).toEqual(image);
  });

  test("and what it never sent does not fit", () => {
    const [image] = samples.images;
    const sex = { ...image, meta: { ...image?.meta, clinical: { sex: 1 } } };
    expect(() => parsed(imageSchema, sex)).toThrow(/meta\.clinical\.sex is not as expected \(expected string\), got 1/);
    expect(() => parsed(imageSchema, { ...image, _id: undefined })).toThrow(/_id is not as expected/);
    const [segmentation] = samples.segmentations;
    const two = { ...segmentation, meta: { startTime: ["a", "b"] } };
    expect(() => parsed(segmentationSchema, two)).toThrow(/meta\.startTime/);
  });
});
