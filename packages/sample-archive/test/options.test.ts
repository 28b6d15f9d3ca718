import { describe, expect, test } from "vitest";
import { createSampleArchive, generatedWorld } from "../src/index.ts";

/** Options as a caller without types gives them. */
const loose = (options: object) => options as never;

describe("an option that does not exist is refused, and the near one is named", () => {
  const archive = createSampleArchive({ images: 1 });
  test.each<[string, () => unknown, string]>([
    ["createSampleArchive", () => createSampleArchive(loose({ image: 5 })), 'option "image"; did you mean "images"?'],
    ["quirks", () => createSampleArchive(loose({ quirks: { fileCORS: false } })), 'did you mean "fileCors"?'],
    [
      "clients",
      () => createSampleArchive(loose({ clients: [{ id: "a", redirectUri: [] }] })),
      'createSampleArchive: clients: unknown option "redirectUri"; did you mean "redirectUris"?',
    ],
    ["faults", () => createSampleArchive(loose({ faults: { rate: 0, kind: [] } })), 'did you mean "kinds"?'],
    ["generatedWorld", () => generatedWorld(loose({ seeds: "a" })), 'did you mean "seed"?'],
    ["useFaults", () => archive.useFaults(loose({ rate: 0, slowms: 5 })), 'did you mean "slowMs"?'],
    ["failNext", () => archive.failNext("503", loose({ time: 2 })), 'failNext: unknown option "time"'],
    ["far from all", () => generatedWorld(loose({ colour: 1 })), "its options are images, seed"],
  ])("%s", (_, call, words) => {
    expect(call).toThrow(TypeError);
    expect(call).toThrow(words);
  });

  test("kinds of faults that do not exist are refused too", () => {
    expect(() => archive.failNext("505" as never)).toThrow(/^failNext: there is no fault "505"; there are 429/);
    expect(() => archive.useFaults({ rate: 1, kinds: ["resets" as never] })).toThrow(RangeError);
  });
});
