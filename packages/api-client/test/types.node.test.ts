import { describe, expectTypeOf, test } from "vitest";
import type * as z from "zod/mini";
import type * as schemas from "../src/v2/schemas.ts";
import type { Collection, FileRef, Image, Lesion, Me, SimilarImage } from "../src/v2/types.ts";

type Flat<T> = T extends (infer E)[] ? Flat<E>[] : T extends object ? { [K in keyof T]: Flat<T[K]> } : T;

describe("the hand-written types are what the schemas make", () => {
  test("v2", () => {
    expectTypeOf<Flat<z.output<typeof schemas.fileRefSchema>>>().toEqualTypeOf<Flat<FileRef>>();
    expectTypeOf<Flat<z.output<typeof schemas.imageSchema>>>().toEqualTypeOf<Flat<Image>>();
    expectTypeOf<Flat<z.output<typeof schemas.similarImageSchema>>>().toEqualTypeOf<Flat<SimilarImage>>();
    expectTypeOf<Flat<z.output<typeof schemas.collectionSchema>>>().toEqualTypeOf<Flat<Collection>>();
    expectTypeOf<Flat<z.output<typeof schemas.lesionSchema>>>().toEqualTypeOf<Flat<Lesion>>();
    expectTypeOf<Flat<z.output<typeof schemas.meSchema>>>().toEqualTypeOf<Flat<Me>>();
  });
});
