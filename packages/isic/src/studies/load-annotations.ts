/** A study's annotations with what was marked: from the server, and from what was kept. */
import { isIsicError } from "../errors.ts";
import { Superpixels } from "../image/superpixels.ts";
import type { LongCallOptions } from "../session/calls.ts";
import { pool } from "../session/pool.ts";
import { Annotation, areasOfMarks } from "./annotation.ts";
import type { StudyContext } from "./context.ts";
import { annotationRecords, keptFile } from "./kept-annotations.ts";
import { countOf, type MarkedFeature } from "./marked-feature.ts";
import { type AnnotationFile, writeAnnotationFile } from "./study-file.ts";

export interface ManyOptions extends LongCallOptions {
  /** Images or annotations in work at the same time. @default 4 */
  readonly concurrency?: number;
}

/**
 * The annotations of a study. Marked superpixels are kept in one file (`stann_`), with their areas where the superpixels
 * of the image are kept too. An annotation that cannot be read is left out with a warning.
 */
export async function loadAnnotations(
  studyId: string,
  context: StudyContext,
  { concurrency = 8, onProgress, signal }: ManyOptions,
): Promise<Annotation[]> {
  const { store, warn } = context;
  const records = await annotationRecords(studyId, context, { signal });
  const annotations = records.map((record) => new Annotation(record, context));
  const key = store.key("stann", studyId);
  const known = (await keptFile(studyId, context, { signal })) ?? new Map();
  const missing = annotations.filter((annotation) => annotation.markedFeatures.length > 0 && !take(annotation, known));
  let done = annotations.length - missing.length;
  const broken = new Set<Annotation>();
  let changed = missing.length > 0;
  try {
    await pool(missing, concurrency, async (annotation) => {
      try {
        await annotation.loadData({ signal });
      } catch (error) {
        signal?.throwIfAborted();
        if (!isIsicError(error)) throw error;
        broken.add(annotation);
        warn(`Annotation ${annotation.id} is left out: ${error.message}`);
      }
      done += 1;
      onProgress?.({ done, total: annotations.length });
    });
    if (await addAreas(annotations, context, signal)) changed = true;
  } finally {
    // What was fetched before a stop or a failure is not fetched again.
    if (changed) await store.trySet(key, await writeAnnotationFile(annotations, known), "The study's annotations");
  }
  return annotations.filter((annotation) => !broken.has(annotation));
}

function take(annotation: Annotation, known: AnnotationFile): boolean {
  const features = known.get(annotation.id);
  if (features === undefined || !annotation.markedFeatures.every((feature) => features.has(feature))) return false;
  annotation.setData(features);
  return true;
}

/** Adds areas that are not there yet, of images whose superpixels are kept: nothing is fetched for them. */
async function addAreas(
  annotations: readonly Annotation[],
  context: StudyContext,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const { archive, store, codecs } = context;
  if (!archive.servesSuperpixels) return false;
  const without = new Map<string, Annotation[]>();
  for (const annotation of annotations) {
    if (![...annotation.features.values()].some(lacksAreas)) continue;
    without.set(annotation.imageId, [...(without.get(annotation.imageId) ?? []), annotation]);
  }
  let added = false;
  for (const [imageId, here] of without) {
    signal?.throwIfAborted();
    const segmentation = await context.keptSegmentation?.(imageId);
    const features = here.flatMap((annotation) => [...annotation.features.values()]);
    if (segmentation === undefined && features.every(({ area }) => area !== undefined)) continue;
    const key = store.key("spimg", imageId);
    if ((await store.stat(key))?.origin === "computed") continue;
    const what = `The superpixels of ${here[0]!.record.image.name}`;
    const kept = await store.find(key, (bytes) => codecs.readSuperpixels(bytes, { what, signal }), { signal });
    if (kept === undefined) continue;
    const superpixels = new Superpixels(kept.value, "served");
    segmentation?.setShares(superpixels);
    for (const annotation of here) {
      const features = [...withAreas(annotation.features, superpixels)];
      annotation.setData(features);
      if (features.length > 0) added = true;
    }
  }
  return added;
}

/** The shares of the lesion are added later where its mask is not kept: a 0 would never be computed again. */
const lacksAreas = ({ area, area_mpct }: MarkedFeature): boolean => area === undefined || area_mpct === undefined;

/** With the fields that the Python client writes, as far as they are known. Marks of other superpixels stay without. */
function* withAreas(
  features: ReadonlyMap<string, MarkedFeature>,
  superpixels: Superpixels,
): Generator<[string, MarkedFeature]> {
  const { idx, szp } = superpixels;
  for (const [feature, marked] of features) {
    if (!lacksAreas(marked) || countOf(marked) > idx.count || (marked.count ?? idx.count) !== idx.count) continue;
    const { area, tarea, areaPct, tareaPct, areaMpct, tareaMpct } = areasOfMarks(marked, superpixels);
    const areas = { area, area_pct: areaPct, tarea, tarea_pct: tareaPct };
    const shares = szp === undefined ? {} : { area_mpct: areaMpct, tarea_mpct: tareaMpct };
    yield [feature, { ...areas, ...shares, ...marked }];
  }
}
