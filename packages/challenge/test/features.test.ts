import { decodeRgb, LabelCountError, readSuperpixelPng, writeSuperpixelPng } from "@isic/core-wasm";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  ChallengeFileError,
  drawFeature,
  readFeatureArrays,
  readMask,
  taskOf,
  writeFeatureArrays,
  writeMask,
} from "../src/index.ts";
import { bytes, json } from "./drawn.ts";

describe("what is written is read back", () => {
  test.each(["2016-2", "2017-2"] as const)("%s, any arrays, to the last bit", (task) => {
    const about = taskOf(task);
    if (about.kind !== "arrays") throw new Error("no task of arrays");
    const arrays = fc.nat(30).chain((length) =>
      fc.record({
        length: fc.constant(length),
        keys: fc.constantFrom("scorer" as const, "page" as const),
        features: fc.record(
          Object.fromEntries(
            about.features.map((feature) => [
              feature,
              fc
                .array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: length, maxLength: length })
                .map((values) => Float64Array.from(values, (value) => value + 0)),
            ]),
          ),
        ),
      }),
    );
    fc.assert(
      fc.property(arrays, (each) => {
        // Where page and scorer spell all keys alike, the page's spelling cannot be told from the scorer's.
        const keys = task === "2016-2" ? "scorer" : each.keys;
        expect(readFeatureArrays(task, writeFeatureArrays(task, { ...each, keys }))).toEqual({ ...each, keys });
      }),
      { numRuns: 50 },
    );
  });

  test("what does not belong to the task is not written", () => {
    const streaks = Float64Array.of(0, 1);
    const write = (features: { readonly [name: string]: Float64Array<ArrayBuffer> }) =>
      writeFeatureArrays("2016-2", { length: 2, features, keys: "scorer" });
    expect(() => write({ streaks })).toThrow(/an array of globules, got none/);
    expect(() => write({ streaks, globules: Float64Array.of(1) })).toThrow(/2 values of globules, got 1/);
    expect(() => write({ streaks, globules: Float64Array.of(1, Number.NaN) })).toThrow(/from 0 to 1, got NaN/);
  });
});

describe("the keys of 2017", () => {
  const of = (...keys: readonly string[]) => json(Object.fromEntries(keys.map((key) => [key, [0, 1]])));

  test("as the scorer has them, and as the page has them: which was met is said", () => {
    const scorer = readFeatureArrays("2017-2", of("pigment_network", "negative_network", "milia_like_cyst", "streaks"));
    expect(scorer.keys).toBe("scorer");
    const page = readFeatureArrays("2017-2", of("network", "negative network", "milia like cyst", "streaks"));
    expect(page.keys).toBe("page");
    expect(page.features).toEqual(scorer.features);
  });

  test("a file that is too large is not parsed", () => {
    expect(() => readFeatureArrays("2016-2", bytes(" ".repeat(100)), { maxFileBytes: 99 })).toThrow(ChallengeFileError);
    expect(() => readFeatureArrays("2016-2", bytes(" ".repeat(100)), { maxFileBytes: 99 })).toThrow(
      /has 100 bytes, more than maxFileBytes, 99/,
    );
  });
});

describe("arrays drawn on superpixels", () => {
  const labels = decodeRgb(new Uint8Array([0, 0, 0, 1, 0, 0, 2, 0, 0, 2, 0, 0, 1, 0, 0, 0, 0, 0]), 3, 2);

  test("of their own image", async () => {
    const served = await readSuperpixelPng(await writeSuperpixelPng(labels));
    const drawn = drawFeature(served, [0, 1, 0.5]);
    expect(drawn).toEqual({ width: 3, height: 2, channels: 1, data: Uint8Array.of(0, 255, 128, 128, 255, 0) });
    expect(await readMask(await writeMask(drawn))).toEqual(drawn);
  });

  test.each([2, 4])("an array of %i values on 3 superpixels is refused, and both numbers are said", (length) => {
    const draw = () => drawFeature(labels, new Float64Array(length));
    expect(draw).toThrow(LabelCountError);
    expect(draw).toThrow(new RegExp(`values has a value for ${length} superpixels, but there are 3`));
  });

  test("on superpixels that know where they come from: a warning for computed ones", () => {
    const heard: string[] = [];
    const onWarning = (message: string) => heard.push(message);
    const drawn = drawFeature(labels, [0, 1, 0.5]);
    expect(drawFeature({ idx: labels, origin: "served" }, [0, 1, 0.5], { onWarning })).toEqual(drawn);
    expect(heard).toEqual([]);
    expect(drawFeature({ idx: labels, origin: "computed" }, [0, 1, 0.5], { onWarning })).toEqual(drawn);
    expect(heard).toEqual([expect.stringMatching(/were computed/)]);
    expect(() => drawFeature({ idx: labels, origin: "computed" }, [0, 1], { onWarning })).toThrow(LabelCountError);
    expect(heard).toHaveLength(1);
    const misspelt = { onwarning: onWarning } as object;
    expect(() => drawFeature(labels, [0, 1, 0.5], misspelt)).toThrow(
      /no option "onwarning"\. Did you mean onWarning\?/,
    );
  });

  test("values and labels out of range", () => {
    expect(() => drawFeature(labels, [0, Number.NaN, 0])).toThrow(/from 0 to 1, got NaN for superpixel 1/);
    const wrong = { ...labels, data: Int32Array.of(0, 1, 2, 3, 0, 0) };
    expect(() => drawFeature(wrong, [0, 0, 0])).toThrow(/labels from 0 to 2, got 3 at pixel 3/);
  });
});
