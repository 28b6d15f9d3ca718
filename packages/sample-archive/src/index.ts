export { type FaultKind, type FaultPlan, faultKinds, type NextFault } from "./archive/faults.ts";
export type { OAuthClient, Quirks, SampleArchiveOptions } from "./archive/options.ts";
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
} from "./archive/source.ts";
export { createSampleArchive, type SampleArchive, type SampleUser } from "./sample-archive.ts";
export { generatedWorld, type WorldOptions } from "./world/world.ts";
