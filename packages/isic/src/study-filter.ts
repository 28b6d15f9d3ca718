import type { Study as StudyRecord } from "@isic/api-client/v1";
import type { Annotation } from "./annotation.ts";
import { NotFoundError } from "./errors.ts";
import { nearMatches } from "./near.ts";

/** Which annotations; what is absent does not restrict. */
export interface AnnotationFilter {
  /** @default ["complete"] */
  readonly states?: readonly string[];
  /** @default ["ok"] */
  readonly statuses?: readonly string[];
  /** Those that marked any of these features. */
  readonly features?: readonly string[];
  /** Images by id or name. */
  readonly images?: readonly string[];
  /** Users by id, `User ABCD`, `ABCD`, or login and names where this account may see them. */
  readonly users?: readonly string[];
  /** Only users who completed at least so many annotations. */
  readonly userCompletion?: number;
  /** Those that marked any of these superpixels. */
  readonly superpixels?: readonly number[];
}

/** Throws a `NotFoundError` for features, images and users that the study does not have. */
export function filterAnnotations(
  annotations: readonly Annotation[],
  study: StudyRecord,
  filter: AnnotationFilter,
): Annotation[] {
  const { states = ["complete"], statuses = ["ok"], features, userCompletion = 0, superpixels } = filter;
  checkFeatures(study, features ?? []);
  const images = filter.images && new Set(filter.images.map((image) => imageId(study, image)));
  const users = filter.users && new Set(filter.users.map((user) => userId(study, user)));
  return annotations.filter(
    (annotation) =>
      states.includes(annotation.state) &&
      (annotation.status === undefined || statuses.includes(annotation.status)) &&
      (images === undefined || images.has(annotation.imageId)) &&
      (users === undefined || users.has(annotation.userId)) &&
      (study.userCompletion[annotation.userId] ?? 0) >= userCompletion &&
      (features === undefined || features.some((feature) => annotation.markups[feature] === true)) &&
      (superpixels === undefined || marksAny(annotation, features, superpixels)),
  );
}

function marksAny(
  annotation: Annotation,
  features: readonly string[] | undefined,
  superpixels: readonly number[],
): boolean {
  const wanted = new Set(superpixels);
  for (const [feature, { idx }] of annotation.features) {
    if (features !== undefined && !features.includes(feature)) continue;
    if (idx.some((superpixel) => wanted.has(superpixel))) return true;
  }
  return false;
}

function checkFeatures(study: StudyRecord, features: readonly string[]): void {
  const offered = study.features.map(({ id }) => id);
  for (const feature of features) {
    if (!offered.includes(feature)) {
      throw new NotFoundError(`feature in the study ${study.name}`, feature, nearMatches(feature, offered));
    }
  }
}

function imageId(study: StudyRecord, wanted: string): string {
  const found = study.images.find(({ _id, name }) => _id === wanted || name === wanted);
  if (found !== undefined) return found._id;
  const names = study.images.map(({ name }) => name);
  throw new NotFoundError(`image in the study ${study.name}`, wanted, nearMatches(wanted, names));
}

function userId(study: StudyRecord, wanted: string): string {
  const found = study.users.find((user) =>
    [user._id, user.name, user.name.replace(/^User /, ""), user.login, user.lastName].includes(wanted),
  );
  if (found !== undefined) return found._id;
  const names = study.users.map(({ name }) => name);
  throw new NotFoundError(`user in the study ${study.name}`, wanted, nearMatches(wanted, names));
}
