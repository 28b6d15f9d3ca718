import type {
  AnnotationRecord,
  DatasetRecord,
  Group,
  ImageRecord,
  StudyRecord,
  UserRecord,
} from "../archive/source.ts";
import type { ArchiveState } from "../archive/state.ts";
import type { Context } from "./context.ts";
import { denied, restError, validationError } from "./errors.ts";

type Asker = UserRecord | undefined;
const LEVELS = { Read: 0, Write: 1, Admin: 2 } as const;

export function isIn(user: Asker, group: Group): boolean {
  return user?.groups.includes(group) ?? false;
}

/** The level as v1 reports it: a logged-in user without an entry gets -1 although he may read what is public. */
export function reportedLevel(user: Asker, dataset: DatasetRecord): -1 | 0 | 1 | 2 {
  if (user === undefined) return dataset.public ? 0 : -1;
  if (user.admin || isIn(user, "Dataset QC Reviewers")) return 2;
  return user.id === dataset.creatorId ? 1 : -1;
}

export function mayDataset(user: Asker, dataset: DatasetRecord, level: keyof typeof LEVELS = "Read"): boolean {
  return (level === "Read" && dataset.public) || reportedLevel(user, dataset) >= LEVELS[level];
}

/** Is the image where everybody who may read its dataset can see it? */
function published(image: ImageRecord): boolean {
  return image.reviewed !== null;
}

export function mayImage(state: ArchiveState, user: Asker, image: ImageRecord): boolean {
  const dataset = state.datasetOf(image);
  const owned = published(image)
    ? mayDataset(user, dataset) && !(state.withdrawn.has(image.name) && reportedLevel(user, dataset) < 1)
    : user?.admin === true || isIn(user, "Dataset QC Reviewers");
  return owned || throughStudy(state, user, image);
}

/** An annotator sees the images he was given; by an omission of the real server, so does everybody without a login. */
function throughStudy(state: ArchiveState, user: Asker, image: ImageRecord): boolean {
  if (user === undefined && state.quirks.v1StudyLeak !== true) return false;
  return state.studies.some(
    (study) => study.imageIds.includes(image.id) && (user === undefined || study.userIds.includes(user.id)),
  );
}

export function mayStudy(user: Asker, study: StudyRecord): boolean {
  return study.public || isStudyAdmin(user) || (user !== undefined && study.userIds.includes(user.id));
}

export function isStudyAdmin(user: Asker): boolean {
  return user?.admin === true || isIn(user, "Study Administrators");
}

/** The image that the path names, if the asker may read it. */
export function readImage(context: Context): ImageRecord {
  const id = context.id();
  const image = context.state.imageById.get(id);
  if (image === undefined) throw restError(`Invalid item id (${id}).`);
  return checkImage(context, image);
}

export function checkImage({ state, user }: Context, image: ImageRecord): ImageRecord {
  if (mayImage(state, user, image)) return image;
  const dataset = state.datasetOf(image);
  throw denied(user, "Read", `folder ${published(image) ? dataset.folderId : dataset.reviewFolderId}`);
}

export function readDataset(context: Context, level: keyof typeof LEVELS = "Read"): DatasetRecord {
  const id = context.id();
  const dataset = context.state.dataset(id);
  if (dataset === undefined) throw restError(`Invalid dataset id (${id}).`);
  if (!mayDataset(context.user, dataset, level)) throw denied(context.user, level, `dataset ${id}`);
  return dataset;
}

export function checkStudy(context: Context, study: StudyRecord): StudyRecord {
  if (!mayStudy(context.user, study)) throw denied(context.user, "Read", `folder ${study.id}`);
  return study;
}

export function readStudy(context: Context): StudyRecord {
  const id = context.id();
  const study = context.state.studies.find((candidate) => candidate.id === id);
  if (study === undefined) throw restError(`Invalid folder id (${id}).`);
  return checkStudy(context, study);
}

/** An id given as a parameter; an unknown one has its own words. */
export function byParameter<T extends { readonly id: string }>(items: Iterable<T>, model: string, id: string): T {
  if (!/^[0-9a-fA-F]{24}$/.test(id)) throw validationError(`Invalid ObjectId: ${id}`, "id");
  for (const item of items) if (item.id === id) return item;
  throw validationError(`No such ${model}: ${id}`, "id");
}

export function readAnnotation(context: Context): { annotation: AnnotationRecord; study: StudyRecord } {
  const id = context.id();
  const annotation = context.state.annotations.find((candidate) => candidate.id === id);
  if (annotation === undefined) throw restError(`Invalid annotation id (${id}).`);
  const study = context.state.studies.find((candidate) => candidate.id === annotation.studyId)!;
  return { annotation, study: checkStudy(context, study) };
}
