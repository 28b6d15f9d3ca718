/**
 * The Girder server of the original package: API v1.
 *
 * @module
 */
export { type AnnotationListOptions, type Annotations, annotationsOf } from "./annotations.ts";
export { createV1Api, type V1Api, type V1Options } from "./api.ts";
export { createV1Client, type V1Client } from "./client.ts";
export { type Datasets, datasetsOf, type SizedListOptions } from "./datasets.ts";
export type { Filter, FilterField, FilterValue } from "./filter.ts";
export { type ImageListOptions, type Images, imagesOf, type ThumbnailOptions, type ZipOptions } from "./images.ts";
export { type SegmentationListOptions, type Segmentations, segmentationsOf } from "./segmentations.ts";
export type { Secret, V1Session } from "./session.ts";
export { type Studies, type StudyListOptions, studiesOf } from "./studies.ts";
export { type Tasks, tasksOf } from "./tasks.ts";
export type * from "./types.ts";
export { type SeenUser, type Users, usersOf } from "./users.ts";
