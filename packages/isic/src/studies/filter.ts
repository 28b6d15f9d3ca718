import { nearMatches } from "@isic/select";
import type { StudyRecord } from "../archive/archive.ts";
import type { ImageReference } from "../archive/records.ts";
import { idIn } from "../archive/references.ts";
import { ArgumentError, NotFoundError } from "../errors.ts";
import { checkOptions } from "../session/options.ts";
import type { Annotation } from "./annotation.ts";

/** One, or a list of them. */
export type OneOrMore<T> = T | readonly T[];

/** Which annotations; what is absent does not restrict. */
export interface AnnotationFilter {
  /** @default "complete" */
  readonly states?: OneOrMore<string>;
  /** @default "ok" */
  readonly statuses?: OneOrMore<string>;
  /** Those that marked any of these features, by name or as in `study.features`; `"~dots"`: of all with `dots` in their names. */
  readonly features?: OneOrMore<string | { readonly id: string }>;
  /** Images by id, name, record or summary. */
  readonly images?: OneOrMore<ImageReference>;
  /**
   * Users by id, `User ABCD`, `ABCD`, or as in `study.users`; where this account may see them, by login, last name, or
   * first and last name.
   */
  readonly users?: OneOrMore<string | { readonly _id: string }>;
  /** Only users who completed at least so many annotations. */
  readonly userCompletion?: number;
  /** Those that marked any of these superpixels, for any of the features that are asked for. */
  readonly superpixels?: OneOrMore<number>;
  /**
   * Those too in which nothing was marked at all: a reader who finished and saw none of the features. As in the Python
   * client they are left out unless asked for. @default false
   */
  readonly unmarked?: boolean;
}

const FILTER: readonly (keyof AnnotationFilter)[] = [
  "states",
  "statuses",
  "features",
  "images",
  "users",
  "userCompletion",
  "superpixels",
  "unmarked",
];

/** Throws an `ArgumentError` for options that there are not. */
export function checkFilter(what: string, filter: object, more: readonly string[] = []): void {
  checkOptions(what, filter, [...FILTER, ...more]);
}

/** Throws a `NotFoundError` for features, images and users that the study does not have, an `ArgumentError` for states. */
export function filterAnnotations(
  annotations: readonly Annotation[],
  study: StudyRecord,
  filter: AnnotationFilter,
): Annotation[] {
  const { userCompletion = 0, unmarked = false } = filter;
  const states = among("state", listOf(filter.states) ?? ["complete"], [
    ...STATES,
    ...annotations.map(({ state }) => state),
  ]);
  const met = annotations.flatMap(({ status }) => status ?? []);
  const statuses = among("status", listOf(filter.statuses) ?? ["ok"], [...STATUSES, ...met]);
  const features = featuresOf(study, filter.features);
  const images = filter.images === undefined ? undefined : new Set(chosenImages(study, filter.images));
  const users = filter.users === undefined ? undefined : new Set(chosenUsers(study, filter.users));
  const superpixels = listOf(filter.superpixels);
  return annotations.filter(
    (annotation) =>
      states.includes(annotation.state) &&
      (annotation.status === undefined || statuses.includes(annotation.status)) &&
      (images === undefined || images.has(annotation.imageId)) &&
      (users === undefined || users.has(annotation.userId)) &&
      completedBy(study, annotation.userId) >= userCompletion &&
      (features === undefined
        ? unmarked || annotation.markedFeatures.length > 0
        : features.some((feature) => annotation.markups[feature] === true)) &&
      (superpixels === undefined || marksAny(annotation, features, superpixels)),
  );
}

/** What v1 knows; another that an annotation has is taken too. */
const STATES = ["active", "complete"];
const STATUSES = ["ok", "phi", "quality", "zoom", "inappropriate", "other"];

/** Refuses what no annotation can have: it would select nothing and say nothing. */
function among(kind: string, wanted: readonly string[], known: readonly string[]): readonly string[] {
  const unknown = wanted.find((each) => !known.includes(each));
  if (unknown === undefined) return wanted;
  const all = [...new Set(known)];
  const [near] = nearMatches(String(unknown), all);
  const advice = near === undefined ? `there are ${all.join(", ")}` : `did you mean ${JSON.stringify(near)}?`;
  throw new ArgumentError(`no annotation has the ${kind} ${JSON.stringify(unknown)}; ${advice}`);
}

/** The names of features that are given by name or as in `study.features`. */
export function featureNames(features: AnnotationFilter["features"]): string[] | undefined {
  return listOf(features)?.map((feature) => idIn("feature", feature, "id"));
}

/**
 * The features that are meant, in the study's order where a text is looked for in their names (`"~dots"`, in any case).
 *
 * @throws NotFoundError for a feature that the study does not have, or a text that is in none
 */
export function featuresOf(study: StudyRecord, features: AnnotationFilter["features"]): string[] | undefined {
  const offered = study.features.map(({ id }) => id);
  const found = featureNames(features)?.flatMap((name) => {
    if (offered.includes(name)) return [name];
    const text = name.slice(1).toLowerCase();
    const matches = name.startsWith("~") ? offered.filter((id) => id.toLowerCase().includes(text)) : [];
    if (matches.length === 0) throw unknown("feature", study, name, offered);
    return matches;
  });
  return found && [...new Set(found)];
}

function listOf<T>(given: OneOrMore<T> | undefined): readonly T[] | undefined {
  if (given === undefined) return undefined;
  return Array.isArray(given) ? given : [given as T];
}

/** Ids of the images that are meant: all of the study unless told. @throws NotFoundError */
export function chosenImages(study: StudyRecord, images: AnnotationFilter["images"]): string[] {
  return listOf(images)?.map((image) => imageId(study, image)) ?? study.images.map(({ _id }) => _id);
}

/** Ids of the users who are meant: all of the study unless told. @throws NotFoundError */
export function chosenUsers(study: StudyRecord, users: AnnotationFilter["users"]): string[] {
  const all = listOf(users)?.flatMap((user) => userIds(study, user)) ?? study.users.map(({ _id }) => _id);
  return [...new Set(all)];
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

function imageId(study: StudyRecord, reference: ImageReference): string {
  const wanted = idIn("image", reference);
  const found = study.images.find(({ _id, name }) => _id === wanted || name === wanted);
  if (found !== undefined) return found._id;
  const names = study.images.map(({ name }) => name);
  throw unknown("image", study, wanted, names);
}

/** All who have this id or name: two readers may have one last name. */
function userIds(study: StudyRecord, reference: string | { readonly _id: string }): string[] {
  const wanted = idIn("user", reference);
  const found = study.users.filter((user) => {
    const { _id, name, login, firstName, lastName } = user;
    const both = firstName === undefined ? undefined : `${firstName} ${lastName}`;
    return [_id, name, name.replace(/^User /, ""), login, lastName, both].includes(wanted);
  });
  if (found.length > 0) return found.map(({ _id }) => _id);
  const names = study.users.map(({ name }) => name);
  throw unknown("user", study, wanted, names);
}

function unknown(kind: string, study: StudyRecord, wanted: string, known: readonly string[]): NotFoundError {
  const near = nearMatches(wanted, known);
  return new NotFoundError(`${kind} in the study ${study.name}`.trimEnd(), wanted, near, { among: known });
}

function completedBy({ userCompletion }: StudyRecord, userId: string): number {
  return Object.hasOwn(userCompletion, userId) ? (userCompletion[userId] as number) : 0;
}
