export { createSampleArchive, type SampleArchive, type SampleUser } from "./archive.ts";
export { type FaultKind, type FaultPlan, faultKinds } from "./faults.ts";
export type { OAuthClient, Quirks, SampleArchiveOptions } from "./options.ts";
export type {
  AnnotationRecord,
  Bytes,
  CollectionRecord,
  DatasetRecord,
  Group,
  ImageRecord,
  Json,
  JsonObject,
  Picture,
  SegmentationRecord,
  Source,
  StudyRecord,
  UserRecord,
} from "./source.ts";
export { generatedWorld, type WorldOptions } from "./world/world.ts";
