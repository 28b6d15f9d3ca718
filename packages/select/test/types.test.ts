import { describe, expect, expectTypeOf, test } from "vitest";
import {
  type Criteria,
  type CriteriaFor,
  createPredicate,
  type ImageV1,
  type ImageV2,
  type PathOf,
  selectFrom,
  type ValueAt,
} from "../src/index.ts";

const v1: ImageV1[] = [];
const v2 = new Map<string, ImageV2>();

describe("paths and values are known to the compiler", () => {
  test("paths", () => {
    expectTypeOf<"meta.clinical.sex">().toExtend<PathOf<ImageV1>>();
    expectTypeOf<"meta.unstructured.biopsy done">().toExtend<PathOf<ImageV1>>();
    expectTypeOf<"metadata.clinical.diagnosis_3">().toExtend<PathOf<ImageV2>>();
    expectTypeOf<"meta.clinical.sexx">().not.toExtend<PathOf<ImageV1>>();
    expectTypeOf<ValueAt<ImageV1, "meta.clinical.age_approx">>().toEqualTypeOf<number | null | undefined>();
    expectTypeOf<ValueAt<ImageV1, "notes.tags">>().toEqualTypeOf<readonly string[]>();
  });

  test("what fits compiles", () => {
    expectTypeOf(selectFrom(v1, ["meta.clinical.age_approx", ">=", 40])).toEqualTypeOf<ImageV1[]>();
    expectTypeOf(selectFrom(v2, ["metadata.clinical.sex", "==", "male"])).toEqualTypeOf<Map<string, ImageV2>>();
    expectTypeOf(selectFrom({ a: {} as ImageV1 }, ["name", "~", /^ISIC/])).toEqualTypeOf<Record<string, ImageV1>>();
    selectFrom(v1, [
      ["meta.clinical.diagnosis", "in", ["nevus", null]],
      ["notes.tags", "ni", "ISBI 2016: Training"],
      ["notes.tags.#", ">", 1],
      ["notes.tags.0", "==", "x"],
      ["meta.clinical.melanocytic", "==", 1],
      ["meta.clinical.melanocytic", "is", true],
      ["meta.unstructured.biopsy done", "==", "Y"],
      ["meta.clinical.age_approx", "between", [20, 40]],
    ]);
    selectFrom(v1, { or: [["name", "==", "x"], { not: { and: [["_id", "exists"]] } }] });
    selectFrom(v2, ["metadata.clinical.mel_thick_mm", ">", 0.8]);
    const path: string = "any.path";
    selectFrom(v1, [[path, "==", 5]]);
    const declared: Criteria = ["what.ever", "==", 1];
    selectFrom([{ a: 1 }] as unknown[], declared);
    const typed: CriteriaFor<ImageV2> = [["metadata.clinical.age_approx", "<", 50], { or: [["public", "==", true]] }];
    expect(
      createPredicate<ImageV2>(typed)({ metadata: { clinical: { age_approx: 30 } }, public: true } as ImageV2),
    ).toBe(true);
  });

  test("what does not fit does not compile", () => {
    const never = (): void => {
      // @ts-expect-error there is no such field
      selectFrom(v1, ["meta.clinical.sexx", "==", "male"]);
      // @ts-expect-error ages are numbers
      selectFrom(v1, ["meta.clinical.age_approx", ">", "40"]);
      // @ts-expect-error a list is needed
      selectFrom(v1, ["meta.clinical.age_approx", "in", 40]);
      // @ts-expect-error text has no patterns of numbers
      selectFrom(v1, ["meta.clinical.age_approx", "~", "4"]);
      // @ts-expect-error inside a list too
      selectFrom(v1, [
        ["name", "==", "x"],
        ["dataset._accessLevel", "==", "0"],
      ]);
      // @ts-expect-error inside a tree too
      selectFrom(v2, { or: [["isic_id", "==", "x"], { not: ["public", "==", "yes"] }] });
      // @ts-expect-error that is no operator
      selectFrom(v1, ["name", "=", "x"]);
      // @ts-expect-error tags are strings
      selectFrom(v1, ["notes.tags", "ni", 5]);
      // @ts-expect-error the v1 name of a v2 field
      createPredicate<ImageV2>(["meta.clinical.sex", "==", "male"] satisfies CriteriaFor<ImageV2>);
    };
    expect(never).toBeTypeOf("function");
  });
});
