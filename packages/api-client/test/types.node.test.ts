import { describe, expectTypeOf, test } from "vitest";
import type * as z from "zod/mini";
import type * as v1 from "../src/v1/schemas.ts";
import type * as V1 from "../src/v1/types.ts";
import type * as v2 from "../src/v2/schemas.ts";
import type { Collection, FileRef, Image, Lesion, Me, SimilarImage } from "../src/v2/types.ts";

type Flat<T> = T extends (infer E)[] ? Flat<E>[] : T extends object ? { [K in keyof T]: Flat<T[K]> } : T;
type Made<S extends z.ZodMiniType> = Flat<z.output<S>>;

describe("the hand-written types are what the schemas make", () => {
  test("v2", () => {
    expectTypeOf<Made<typeof v2.fileRefSchema>>().toEqualTypeOf<Flat<FileRef>>();
    expectTypeOf<Made<typeof v2.imageSchema>>().toEqualTypeOf<Flat<Image>>();
    expectTypeOf<Made<typeof v2.similarImageSchema>>().toEqualTypeOf<Flat<SimilarImage>>();
    expectTypeOf<Made<typeof v2.collectionSchema>>().toEqualTypeOf<Flat<Collection>>();
    expectTypeOf<Made<typeof v2.lesionSchema>>().toEqualTypeOf<Flat<Lesion>>();
    expectTypeOf<Made<typeof v2.meSchema>>().toEqualTypeOf<Flat<Me>>();
  });

  test("v1: users and datasets", () => {
    expectTypeOf<Made<typeof v1.userSummarySchema>>().toEqualTypeOf<Flat<V1.UserSummary>>();
    expectTypeOf<Made<typeof v1.userSchema>>().toEqualTypeOf<Flat<V1.User>>();
    expectTypeOf<Made<typeof v1.meSchema>>().toEqualTypeOf<Flat<V1.User> | null>();
    expectTypeOf<Made<typeof v1.datasetSummarySchema>>().toEqualTypeOf<Flat<V1.DatasetSummary>>();
    expectTypeOf<Made<typeof v1.datasetSchema>>().toEqualTypeOf<Flat<V1.Dataset>>();
    expectTypeOf<Made<typeof v1.accessSchema>>().toEqualTypeOf<Flat<V1.AccessList>>();
    expectTypeOf<Made<typeof v1.metadataFileSchema>>().toEqualTypeOf<Flat<V1.MetadataFile>>();
    expectTypeOf<Made<typeof v1.reviewImageSchema>>().toEqualTypeOf<Flat<V1.ReviewImage>>();
  });

  test("v1: images", () => {
    expectTypeOf<Made<typeof v1.imageSummarySchema>>().toEqualTypeOf<Flat<V1.ImageSummary>>();
    expectTypeOf<Made<typeof v1.imageSchema>>().toEqualTypeOf<Flat<V1.Image>>();
    expectTypeOf<Made<typeof v1.histogramSchema>>().toEqualTypeOf<Flat<V1.Histogram>>();
    expectTypeOf<Made<typeof v1.metadataReportSchema>>().toEqualTypeOf<Flat<V1.MetadataReport>>();
    expectTypeOf<Made<typeof v1.tileInfoSchema>>().toEqualTypeOf<Flat<V1.TileInfo>>();
    expectTypeOf<Made<typeof v1.outlineSchema>>().toEqualTypeOf<Flat<V1.Outline>>();
  });

  test("v1: studies, annotations, segmentations, tasks", () => {
    expectTypeOf<Made<typeof v1.studySummarySchema>>().toEqualTypeOf<Flat<V1.StudySummary>>();
    expectTypeOf<Made<typeof v1.studySchema>>().toEqualTypeOf<Flat<V1.Study>>();
    expectTypeOf<Made<typeof v1.annotationSummarySchema>>().toEqualTypeOf<Flat<V1.AnnotationSummary>>();
    expectTypeOf<Made<typeof v1.annotationSchema>>().toEqualTypeOf<Flat<V1.Annotation>>();
    expectTypeOf<Made<typeof v1.segmentationSummarySchema>>().toEqualTypeOf<Flat<V1.SegmentationSummary>>();
    expectTypeOf<Made<typeof v1.segmentationSchema>>().toEqualTypeOf<Flat<V1.Segmentation>>();
    expectTypeOf<Made<typeof v1.studyTaskSchema>>().toEqualTypeOf<Flat<V1.StudyTask>>();
    expectTypeOf<Made<typeof v1.datasetTaskSchema>>().toEqualTypeOf<Flat<V1.DatasetTask>>();
  });
});
