export { createSampleArchive, type SampleArchive, type SampleUser } from "./archive.ts";
export type { FaultPlan } from "./faults.ts";
export type { Quirks, SampleArchiveOptions } from "./options.ts";
export type {
  AnnotationRecord,
  Bytes,
  CollectionRecord,
  DatasetRecord,
  Group,
  ImageRecord,
  Json,
  JsonObject,
  Labels,
  Picture,
  SegmentationRecord,
  Source,
  StudyRecord,
  UserRecord,
} from "./source.ts";
export { generatedWorld, type WorldOptions } from "./world/world.ts";
