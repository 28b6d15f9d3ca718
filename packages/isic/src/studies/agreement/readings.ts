/** Who finished which image of a study, and of how many superpixels each image has. */
import { LabelCountError } from "@isic/core-wasm";
import type { StudyRecord } from "../../archive/archive.ts";
import { isIsicError } from "../../errors.ts";
import type { Annotation } from "../annotation.ts";
import type { StudyContext } from "../context.ts";
import { checkMarks } from "../marked-feature.ts";
import type { Readings } from "./agreement.ts";

interface Wanted {
  readonly record: StudyRecord;
  readonly images: readonly string[];
  readonly users: readonly string[];
  readonly features: readonly string[];
  /** Study to the features that its readers could mark: in a combined study not all readers could mark all. */
  readonly offered: ReadonlyMap<string, readonly string[]>;
}

/**
 * @param annotations those that were finished
 * @param step called after each image
 * @throws LabelCountError where readers of one image marked different numbers of superpixels
 */
export async function readingsOf(
  annotations: readonly Annotation[],
  { record, images, users, features, offered }: Wanted,
  context: StudyContext,
  signal: AbortSignal | undefined,
  step: () => void,
): Promise<Readings> {
  const finished = new Map<string, Annotation[]>();
  const keyOf = (imageId: string, readerId: string): string => `${imageId} ${readerId}`;
  for (const annotation of annotations) {
    const key = keyOf(annotation.imageId, annotation.userId);
    finished.set(key, [...(finished.get(key) ?? []), annotation]);
  }
  const names = new Map(record.images.map(({ _id, name }) => [_id, name]));
  const readers = new Map(record.users.map(({ _id, name }) => [_id, name]));
  const compared: { id: string; name: string; superpixels: number }[] = [];
  const leftOut: string[] = [];
  for (const id of new Set(images)) {
    signal?.throwIfAborted();
    const name = names.get(id)!;
    const here = annotations.filter(({ imageId }) => imageId === id);
    // What nobody finished is only counted as missing.
    const count = here.length === 0 ? 0 : countIn(here);
    const superpixels = count ?? (await countOfImage(id, name, context, signal));
    if (superpixels === undefined) leftOut.push(name);
    else {
      checkAll(here, superpixels);
      compared.push({ id, name, superpixels });
    }
    step();
  }
  return {
    images: compared,
    leftOut,
    features,
    readers: [...new Set(users)].map((id) => ({ id, name: readers.get(id)! })),
    finished: (imageId, readerId, feature) => {
      const all = finished.get(keyOf(imageId, readerId)) ?? [];
      if (feature === undefined) return all;
      return all.filter(({ studyId }) => offered.get(studyId)?.includes(feature) !== false);
    },
  };
}

/** The number of superpixels that the readers' marks have been made on. */
function countIn(annotations: readonly Annotation[]): number | undefined {
  for (const { features } of annotations)
    for (const { count } of features.values()) if (count !== undefined) return count;
  return undefined;
}

function checkAll(annotations: readonly Annotation[], superpixels: number): void {
  for (const annotation of annotations) {
    for (const [feature, marked] of annotation.features)
      checkMarks(`${JSON.stringify(feature)} in annotation ${annotation.id}`, marked, superpixels);
  }
}

async function countOfImage(
  id: string,
  name: string,
  context: StudyContext,
  signal: AbortSignal | undefined,
): Promise<number | undefined> {
  try {
    const image = await context.image(id, { signal });
    const { origin, idx } = await image.loadSuperpixels({ signal });
    image.clearData();
    if (origin === "served") return idx.count;
    context.warn(`${name} is not compared: its superpixels were computed here, and readers marked served ones.`);
  } catch (error) {
    signal?.throwIfAborted();
    if (!isIsicError(error) || error instanceof LabelCountError) throw error;
    context.warn(`${name} is not compared, since its superpixels are not to be had: ${error.message}`);
  }
  return undefined;
}
