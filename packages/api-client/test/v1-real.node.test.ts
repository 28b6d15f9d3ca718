import { hasRealData, realJson, withoutRealData } from "@isic/fixtures";
import { expect, test } from "vitest";
import { validate } from "../src/schema/validate.ts";
import { imageSchema, segmentationSchema } from "../src/v1/schemas.ts";

const endpoint = "GET real data";

test.skipIf(!hasRealData)(`thousands of real records fit ${hasRealData ? "" : withoutRealData}`, async () => {
  const images = Object.values(await realJson<object>("imcache_000000000000000000000000.json.gz"));
  const segmentations = Object.values(await realJson<object>("sgcache_000000000000000000000000.json.gz"));
  expect(images.length).toBeGreaterThan(1000);
  expect(segmentations.length).toBeGreaterThan(1000);
  for (const image of images) validate(imageSchema, image, "", { endpoint }, undefined);
  const times = segmentations.map(
    (sent) => validate(segmentationSchema, sent, "", { endpoint }, undefined).meta.startTime,
  );
  expect(new Set(times.map((time) => typeof time))).toEqual(new Set(["string", "undefined"]));
});
