import { createSampleArchive } from "@isic/sample-archive";
import { describe, expect, test } from "vitest";
import { ArgumentError, isIsicError } from "../src/errors.ts";
import { platformApi } from "./support/api.ts";

const archive = createSampleArchive();

async function v1(onWarning?: (message: string) => void) {
  return platformApi({ family: "v1", baseUrl: archive.v1Url, fetch: archive.fetch, cache: false, onWarning });
}

describe("selectImages on v1", () => {
  test("the original README's sequence ends on a handful", async () => {
    const api = await v1();
    const sizes: number[] = [];
    const first = await api.selectImages([
      ["meta.acquisition.pixelsX", ">=", 2048],
      ["meta.acquisition.image_type", "==", "dermoscopic"],
      ["meta.clinical.diagnosis", "!=", "nevus"],
    ]);
    sizes.push(first.size);
    for (const criterion of [
      ["dataset._accessLevel", "==", 0],
      ["notes.tags", "ni", "ISBI 2017: Training"],
      ["meta.unstructured.biopsy done", "==", "Y"],
      ["meta.clinical.melanocytic", "is", true],
    ] as const) {
      sizes.push((await api.selectImages(criterion, { subSelect: true })).size);
    }
    expect(sizes).toEqual([...sizes].sort((a, b) => b - a));
    expect(sizes.at(-1)).toBeGreaterThan(0);
    expect(sizes.at(-1)).toBeLessThan(10);
    expect(api.imageSelection?.size).toBe(sizes.at(-1));
    await api.image("ISIC_0000000");
    expect(api.images.get("ISIC_0000000")).toBe("5436e3abbae478396759f0cf");
    expect(api.imageCache.get("5436e3abbae478396759f0cf")).toMatchObject({ name: "ISIC_0000000" });
  });

  test("add and remove work on the current selection", async () => {
    const api = await v1();
    const women = (await api.selectImages(["meta.clinical.sex", "==", "female"])).size;
    const men = (await api.selectImages(["meta.clinical.sex", "==", "male"])).size;
    const both = await api.selectImages(["meta.clinical.sex", "==", "female"], { add: true });
    expect(both.size).toBe(women + men);
    const left = await api.selectImages(["meta.clinical.sex", "==", "male"], { remove: true });
    expect(left.size).toBe(women);
  });

  test("subSelect before any selection is one kind sentence", async () => {
    const api = await v1();
    const error = await api.selectImages([], { subSelect: true }).catch((e: unknown) => e);
    expect(isIsicError(error, "NotLoadedError") && error.message).toBe(
      "subSelect needs a selection: selectImages(criteria) first.",
    );
  });

  test("selects among the records given, as a list or a map", async () => {
    const api = await v1();
    const women = await api.selectImages(["meta.clinical.sex", "==", "female"]);
    const few = [...women.values()].slice(0, 3);
    expect((await api.selectImages([], { subSelect: few })).size).toBe(3);
    expect((await api.selectImages(["meta.clinical.sex", "==", "male"], { subSelect: women })).size).toBe(0);
  });

  test.each([
    [{ sub_select: true }, 'selectImages: unknown option "sub_select"; did you mean "subSelect"?'],
    [true, "selectImages: expected an object of options, got a boolean"],
    [{ subSelect: "yes" }, "expected subSelect to be true or records, got yes"],
  ])("refuses %o instead of selecting from everything", async (options, message) => {
    const api = await v1();
    await expect(api.selectImages([], options as never)).rejects.toThrow(new ArgumentError(message));
  });

  test("a path that no image has is a warning with near paths; a bad operator an error", async () => {
    const warnings: string[] = [];
    const api = await v1((message) => warnings.push(message));
    await api.selectImages(["meta.clinical.sexx", "==", "female"]);
    expect(warnings).toEqual(['No image here has the field "meta.clinical.sexx". Did you mean "meta.clinical.sex"?']);
    const error = await api.selectImages(["meta.clinical.sex", "=" as "==", "female"]).catch((e: unknown) => e);
    expect(isIsicError(error, "CriteriaError")).toBe(true);
  });
});

describe("selectImages on v2", () => {
  const v2 = () => platformApi({ baseUrl: archive.v2Url, fetch: archive.fetch, cache: false });

  test("takes the old paths where they mean the same", async () => {
    const api = await v2();
    const old = await api.selectImages([
      ["meta.acquisition.pixelsX", ">=", 2048],
      ["meta.clinical.sex", "==", "female"],
    ]);
    const today = await api.selectImages([
      ["metadata.acquisition.pixels_x", ">=", 2048],
      ["metadata.clinical.sex", "==", "female"],
    ]);
    expect(old.size).toBeGreaterThan(0);
    expect([...old.keys()]).toEqual([...today.keys()]);
  });

  test("and says what took the place of the others", async () => {
    const api = await v2();
    const error = await api.selectImages(["meta.clinical.diagnosis", "==", "nevus"]).catch((e: unknown) => e);
    expect(isIsicError(error, "RenamedFieldError") && error.message).toBe(
      'The v2 API has no "meta.clinical.diagnosis"; instead there are metadata.clinical.diagnosis_1 to diagnosis_5.',
    );
  });
});

describe("unknown images", () => {
  test("say so, with near names that are known", async () => {
    const api = await v1();
    await api.image("ISIC_0000000");
    const error = await api.image("ISIC_00000000").catch((e: unknown) => e);
    expect(isIsicError(error, "NotFoundError") && error.message).toBe(
      'There is no image "ISIC_00000000" here. Did you mean "ISIC_0000000"?',
    );
  });
});

describe("images seen so far", () => {
  test("are those of lists, as far as they were read, and can be looked up without a request", async () => {
    const api = await v1();
    const listed: unknown[] = [];
    for await (const record of api.imageList({ limit: 3 })) listed.push(record);
    expect([...api.imageCache.values()]).toEqual(listed);
    expect((await api.image([...api.images.keys()][2]!)).origins.record).toBe("cache");
  });

  test("are those of the server's search too", async () => {
    const api = await platformApi({ baseUrl: archive.v2Url, fetch: archive.fetch, cache: false });
    const found = await api.selectImages(["metadata.clinical.sex", "==", "female"]);
    expect(found.size).toBeGreaterThan(0);
    for (const [id, record] of found) expect(api.imageCache.get(id)).toBe(record);
  });
});
