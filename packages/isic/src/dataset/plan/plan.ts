// plan/: which images are in a set, of which classes, and in which parts: a pure function of records and recipe.

import { DatasetError } from "../../errors.ts";
import { diagnosisOf, labelling } from "../labels/label-images.ts";
import type { Recipe } from "../recipe/recipe.ts";
import { assignParts, countBy } from "./assign-parts.ts";
import { overCaps } from "./balance-classes.ts";
import { findGroupFields, type GroupField } from "./group-fields.ts";
import { type ImageGroup, tokenReader } from "./join-groups.ts";
import { licenceTest } from "./licences.ts";
import { countWithout, groupNotes } from "./split-images.ts";

/** An image that may be in the set; what a `DownloadSource` gives fits. */
export interface CandidateImage {
  readonly id: string;
  readonly name: string;
  readonly record: Readonly<Record<string, unknown>>;
  readonly licence?: string | undefined;
}

/** What is known besides the records. */
export interface PlanDatasetOptions {
  /** Parts (and folds) that images have already, by id. They never move. */
  readonly held?: ReadonlyMap<string, Assignment> | undefined;
  /** Ids and names that must not be in the set. */
  readonly exclude?: ReadonlySet<string> | undefined;
  /** Groups of pictures that show the same, by id: any text that is the same for all of a group. */
  readonly duplicates?: ReadonlyMap<string, string> | undefined;
}

/** Where an image is. */
export interface Assignment {
  readonly split: string;
  /** From 1. */
  readonly fold?: number | undefined;
}

/** An image of the set. */
export interface PlannedImage<I extends CandidateImage = CandidateImage> extends Assignment {
  readonly image: I;
  /** Its classes; one of them unless the recipe says `multi`, none without labels. */
  readonly labels: readonly string[];
  /** What never lies in two parts: the same for all images of a group. */
  readonly group: string;
}

/** Why an image is not in the set. */
export type LeftOutReason =
  | "excluded"
  | "licence"
  | "no class"
  | "over its class's cap"
  | "duplicate"
  | "cannot be read"
  | "would join two parts"
  | "not in the archive";

export interface LeftOut {
  readonly id: string;
  readonly reason: LeftOutReason;
}

/** What would be in a set. */
export interface DatasetPlan<I extends CandidateImage = CandidateImage> {
  /** Sorted by name. */
  readonly images: readonly PlannedImage<I>[];
  readonly leftOut: readonly LeftOut[];
  /** By which fields images belong together, and how many images have each. */
  readonly fields: readonly GroupField[];
  /** How many images have none of the fields, for each unit (patient, lesion). */
  readonly without: Readonly<Record<string, number>>;
  readonly groups: { readonly count: number; readonly largest: number };
  /** Part to class to images. */
  readonly counts: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** What no rule fits: diagnosis to images, most frequent first. */
  readonly unlabelled: Readonly<Record<string, number>>;
  /** What somebody should know, in sentences. */
  readonly notes: readonly string[];
}

/** Without others in the recipe. */
export const DEFAULT_SHARES: Readonly<Record<string, number>> = { train: 70, validation: 15, test: 15 };

/**
 * Which of the images are in the set, and where. The same images, in any order, give the same plan.
 *
 * @throws DatasetError in one sentence when the set cannot be as the recipe says: nothing is left, a class is empty, a
 *   group is larger than a part, a part stays empty
 */
export function planDataset<I extends CandidateImage>(
  candidates: Iterable<I>,
  recipe: Recipe,
  options: PlanDatasetOptions = {},
): DatasetPlan<I> {
  const { held = new Map<string, Assignment>(), exclude = new Set<string>(), duplicates } = options;
  const seed = recipe.split?.seed ?? 0;
  const leftOut: LeftOut[] = [];
  const notes: string[] = [];
  const listed = sorted(candidates);
  const { kept: allowed, unlabelled, labels, ambiguous } = filtered(listed, recipe, exclude, leftOut);
  if (recipe.labels !== undefined) checkClasses(recipe, labels);
  if (ambiguous > 0)
    notes.push(`${ambiguous} images fit the rules of more than one class; the first one in the recipe decides.`);
  const capped = withinCaps(allowed, labels, recipe, seed, held, leftOut);
  const fields = findGroupFields(records(capped), recipe.groups);
  const tokens = capped.map(tokenReader(fields, duplicates));
  const shares = recipe.split?.shares ?? DEFAULT_SHARES;
  const question = {
    ids: capped.map(({ id }) => id),
    tokens,
    classes: capped.map((image) => classOf(labels.get(image))),
    shares,
    method: recipe.split?.method ?? ("hash" as const),
    seed,
    held: heldIn(held, ({ split }) => split),
  };
  const { parts, joining, groups } = assignParts(question);
  for (const row of joining) leftOut.push({ id: question.ids[row] as string, reason: "would join two parts" });
  notes.push(...checkParts(parts, groups, shares, held.size > 0, duplicates !== undefined));
  const folds = foldsOf(
    recipe,
    question,
    parts,
    shares,
    heldIn(held, ({ fold }) => fold?.toString()),
  );
  const groupOf = new Array<string>(capped.length);
  for (const { rows, name } of groups) for (const row of rows) groupOf[row] = name;
  const images = capped.flatMap((image, row): PlannedImage<I>[] => {
    const part = parts[row];
    if (part === undefined) return [];
    const fold = folds.get(row);
    return [
      {
        image,
        split: part,
        ...(fold === undefined ? {} : { fold }),
        labels: labels.get(image) ?? [],
        group: groupOf[row] as string,
      },
    ];
  });
  const without = countWithout(tokens, recipe.groups);
  const counts = countsOf(images, shares);
  notes.push(
    ...notesOf(without, capped.length, fields, counts, recipe),
    ...sharedWithExcluded(listed, leftOut, fields, images),
  );
  return {
    images,
    leftOut,
    fields,
    without,
    groups: { count: groups.length, largest: groups.reduce((most, { rows }) => Math.max(most, rows.length), 0) },
    counts,
    unlabelled,
    notes,
  };
}

/** What stratifies: the one class of an image, or all of its classes. */
const classOf = (labels: readonly string[] = []): string =>
  labels.length === 1 ? (labels[0] as string) : labels.join("\n");

function sorted<I extends CandidateImage>(candidates: Iterable<I>): I[] {
  const byId = new Map<string, I>();
  for (const image of candidates) byId.set(image.id, image);
  const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
  const order = (a: I, b: I): number => compare(a.name, b.name) || compare(a.id, b.id);
  return [...byId.values()].sort(order);
}

function* records(images: Iterable<CandidateImage>): Iterable<CandidateImage["record"]> {
  for (const { record } of images) yield record;
}

interface Filtered<I> {
  readonly kept: readonly I[];
  readonly labels: ReadonlyMap<I, readonly string[]>;
  readonly unlabelled: Readonly<Record<string, number>>;
  readonly ambiguous: number;
}

function filtered<I extends CandidateImage>(
  images: readonly I[],
  recipe: Recipe,
  exclude: ReadonlySet<string>,
  leftOut: LeftOut[],
): Filtered<I> {
  if (images.length === 0) throw new DatasetError("The selection has no images: look at selection in the recipe.");
  const mayUse = licenceTest(recipe.licences);
  const labeller = recipe.labels === undefined ? undefined : labelling(recipe.labels);
  const labels = new Map<I, readonly string[]>();
  const unlabelled = new Map<string, number>();
  const refused = new Map<string, number>();
  const kept: I[] = [];
  for (const image of images) {
    const { id, name, record, licence } = image;
    if ("unknown" in record) leftOut.push({ id, reason: "not in the archive" });
    else if (exclude.has(id) || exclude.has(name)) leftOut.push({ id, reason: "excluded" });
    else if (!mayUse(licence)) {
      leftOut.push({ id, reason: "licence" });
      const named = licence ?? "none that is known";
      refused.set(named, (refused.get(named) ?? 0) + 1);
    } else {
      const own = labeller?.classesOf(record);
      if (own !== undefined && own.length === 0) {
        leftOut.push({ id, reason: "no class" });
        const diagnosis = diagnosisOf(record);
        unlabelled.set(diagnosis, (unlabelled.get(diagnosis) ?? 0) + 1);
        continue;
      }
      if (own !== undefined) labels.set(image, own);
      kept.push(image);
    }
  }
  if (kept.length === 0) throw new DatasetError(nothingLeft(leftOut, refused, unlabelled));
  const byCount = [...unlabelled].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
  return { kept, labels, unlabelled: Object.fromEntries(byCount), ambiguous: labeller?.ambiguous ?? 0 };
}

function nothingLeft(
  leftOut: readonly LeftOut[],
  refused: ReadonlyMap<string, number>,
  unlabelled: ReadonlyMap<string, number>,
): string {
  const why = [...countBy(leftOut.map(({ reason }) => reason))]
    .map(([reason, count]) => `${count} ${reason}`)
    .join(", ");
  const licences = refused.size === 0 ? "" : ` Their licences: ${[...refused.keys()].join(", ")}.`;
  const diagnoses = unlabelled.size === 0 ? "" : ` Without a class: ${[...unlabelled.keys()].slice(0, 5).join(", ")}.`;
  return `The recipe leaves no image of ${leftOut.length} (${why}).${licences}${diagnoses}`;
}

function checkClasses<I>({ labels: rules, balance }: Recipe, labels: ReadonlyMap<I, readonly string[]>): void {
  const counts = new Map<string, number>();
  for (const own of labels.values()) for (const name of own) counts.set(name, (counts.get(name) ?? 0) + 1);
  const empty = Object.keys(rules?.classes ?? {}).filter((name) => !counts.has(name));
  if (empty.length > 0) {
    const rule = rules?.classes?.[empty[0] as string];
    const how = typeof rule === "string" ? ` (${rule})` : "";
    throw new DatasetError(
      `The class ${JSON.stringify(empty[0])} has no image${how}: mend its rule, widen the selection, or leave it out.`,
    );
  }
  for (const name of Object.keys(balance?.caps ?? {})) {
    if (!counts.has(name))
      throw new DatasetError(
        `balance.caps.${name}: the set has no such class; it has ${[...counts.keys()].join(", ")}.`,
      );
  }
}

function withinCaps<I extends CandidateImage>(
  images: readonly I[],
  labels: ReadonlyMap<I, readonly string[]>,
  { balance }: Recipe,
  seed: number | string,
  held: ReadonlyMap<string, Assignment>,
  leftOut: LeftOut[],
): readonly I[] {
  if (balance === undefined) return images;
  const classed = images.map((image) => ({ id: image.id, labels: labels.get(image) ?? [] }));
  const over = overCaps(classed, balance, seed, (id) => held.has(id));
  for (const id of over) leftOut.push({ id, reason: "over its class's cap" });
  return images.filter(({ id }) => !over.has(id));
}

function heldIn(
  held: ReadonlyMap<string, Assignment>,
  value: (assignment: Assignment) => string | undefined,
): Map<string, string> {
  const found = new Map<string, string>();
  for (const [id, assignment] of held) {
    const each = value(assignment);
    if (each !== undefined) found.set(id, each);
  }
  return found;
}

/** A group that fits in no part of its size, and parts that nothing came into. */
function checkParts(
  parts: readonly (string | undefined)[],
  groups: readonly ImageGroup[],
  shares: Readonly<Record<string, number>>,
  isHeld: boolean,
  isMade: boolean,
): string[] {
  const sum = Object.values(shares).reduce((a, b) => a + b, 0);
  const total = parts.length;
  const counts = countBy(parts.filter((part) => part !== undefined) as string[]);
  const sizes = Object.entries(shares).filter(([, share]) => share > 0);
  const largest = groups.reduce<ImageGroup | undefined>(
    (most, each) => (most === undefined || each.rows.length > most.rows.length ? each : most),
    undefined,
  );
  const [name, share] = sizes.reduce((least, each) => (each[1] < least[1] ? each : least));
  const room = Math.ceil((share / sum) * total);
  const isLarge = sizes.length > 1 && largest !== undefined && largest.rows.length > Math.max(room, 1);
  const sentence = `The largest group (${largest?.name}) has ${largest?.rows.length} images, and the part ${name} only has room for ${room} of ${total}`;
  if (isLarge && !isHeld && !isMade) {
    throw new DatasetError(`${sentence}: give ${name} a larger share, or select more images.`);
  }
  const empty = sizes.find(([part]) => !counts.has(part));
  const few = `The part ${empty?.[0]} stays empty: ${total} images in ${groups.length} groups are too few for it`;
  // What has been fetched is not thrown away because pictures in it show the same.
  if (isMade)
    return [
      ...(isLarge ? [`${sentence}.`] : []),
      ...(empty === undefined ? [] : [`${few}; drop duplicates (rule: drop), or select more.`]),
    ];
  if (empty === undefined) return [];
  throw new DatasetError(`${few}. Select more, give it a larger share, or split with method: balanced.`);
}

function foldsOf(
  { split }: Recipe,
  question: Parameters<typeof assignParts>[0],
  parts: readonly (string | undefined)[],
  shares: Readonly<Record<string, number>>,
  held: ReadonlyMap<string, string>,
): ReadonlyMap<number, number> {
  const folds = new Map<number, number>();
  if (split?.folds === undefined) return folds;
  const [first] = Object.keys(shares);
  const rows = parts.flatMap((part, row) => (part === first ? [row] : []));
  const pick = <T>(list: readonly T[]): T[] => rows.map((row) => list[row] as T);
  const answer = assignParts({
    ...question,
    ids: pick(question.ids),
    tokens: pick(question.tokens),
    classes: pick(question.classes),
    // Names that no object sorts: numbers would come first whatever their order.
    shares: Object.fromEntries(Array.from({ length: split.folds }, (_, i) => [`fold ${i + 1}`, 1])),
    seed: `${question.seed} folds`,
    held: new Map([...held].map(([id, fold]) => [id, `fold ${fold}`])),
  });
  answer.parts.forEach((fold, at) => {
    if (fold !== undefined) folds.set(rows[at] as number, Number(fold.slice(5)));
  });
  const count = new Set(folds.values()).size;
  if (count < split.folds)
    throw new DatasetError(
      `${rows.length} images in ${answer.groups.length} groups fill only ${count} of ${split.folds} folds: ask for fewer, or split with method: balanced.`,
    );
  return folds;
}

/** How many images of each class are in each part; of `shares`, parts without any too. */
export function countsOf(
  images: readonly { readonly split: string; readonly labels: readonly string[] }[],
  shares: Readonly<Record<string, number>> = {},
): Record<string, Record<string, number>> {
  // Maps: a part or a class may be called as something that every object has.
  const counts = new Map(Object.keys(shares).map((part) => [part, new Map<string, number>()]));
  for (const { split, labels } of images) {
    const part = counts.get(split) ?? new Map<string, number>();
    counts.set(split, part);
    for (const label of labels.length > 0 ? labels : ["images"]) part.set(label, (part.get(label) ?? 0) + 1);
  }
  return Object.fromEntries([...counts].map(([part, classes]) => [part, Object.fromEntries(classes)]));
}

function notesOf(
  without: Readonly<Record<string, number>>,
  total: number,
  fields: readonly GroupField[],
  counts: Readonly<Record<string, Readonly<Record<string, number>>>>,
  { labels }: Recipe,
): string[] {
  const notes = groupNotes({ fields, without }, total);
  if (labels !== undefined) {
    const all = new Set(Object.values(counts).flatMap((part) => Object.keys(part)));
    for (const [part, classes] of Object.entries(counts)) {
      const missing = [...all].filter((name) => !Object.hasOwn(classes, name));
      if (missing.length > 0 && Object.keys(classes).length > 0)
        notes.push(`The part ${part} has no image of ${missing.join(", ")}.`);
    }
  }
  return notes;
}

/** An external set's patients stay in ours when only its images are excluded. */
function sharedWithExcluded(
  candidates: readonly CandidateImage[],
  leftOut: readonly LeftOut[],
  fields: readonly GroupField[],
  images: readonly PlannedImage[],
): string[] {
  const ids = new Set(leftOut.filter(({ reason }) => reason === "excluded").map(({ id }) => id));
  if (ids.size === 0) return [];
  const tokensOf = tokenReader(fields);
  const tokens = new Set(candidates.filter(({ id }) => ids.has(id)).flatMap(tokensOf));
  const count = images.filter(({ image }) => tokensOf(image).some((token) => tokens.has(token))).length;
  return count === 0 ? [] : [`${count} images share a patient or lesion with excluded ones.`];
}
