import type { Bytes } from "@isic/cache";
import { decodeGzipJson, encodeGzipJson } from "../codecs/gzip-json.ts";
import { asObject } from "../session/options.ts";
import type { Annotation } from "./annotation.ts";
import type { MarkedFeature } from "./marked-feature.ts";

/** Annotation id to feature to what was marked: the Python client's `stann_` file. */
export type AnnotationFile = Map<string, Map<string, MarkedFeature>>;

/** An annotation without these fields is a problem to the Python client; null ones it computes. In memory they are absent. */
const UNKNOWN_AREAS = { area: null, area_pct: null, area_mpct: null, tarea: null, tarea_pct: null, tarea_mpct: null };

/**
 * Reads the file, of either generation of the Python client or ours. Throws for anything else.
 *
 * @param onDamage hears what is wrong with an entry: that one is left out, and years of others stay
 */
export async function readAnnotationFile(bytes: Bytes, onDamage: (what: string) => void): Promise<AnnotationFile> {
  const file: AnnotationFile = new Map();
  for (const [id, features] of Object.entries(asObject(await decodeGzipJson(bytes), "annotations"))) {
    const marked = new Map<string, MarkedFeature>();
    try {
      for (const [feature, value] of Object.entries(asObject(features, id)))
        marked.set(feature, markedOf(value, feature));
    } catch (error) {
      onDamage(`annotation ${id}: ${(error as Error).message}`);
      continue;
    }
    file.set(id, marked);
  }
  return file;
}

/**
 * The file of the annotations whose features are loaded.
 *
 * @param before what the file held: annotations that are no longer listed stay in it
 */
export function writeAnnotationFile(annotations: readonly Annotation[], before: AnnotationFile): Promise<Bytes> {
  const all = new Map(before);
  for (const { id, features } of annotations)
    if (features.size > 0) all.set(id, new Map([...(before.get(id) ?? []), ...features]));
  return encodeGzipJson(Object.fromEntries([...all].map(([id, features]) => [id, withEveryField(features)])));
}

function withEveryField(features: ReadonlyMap<string, MarkedFeature>): Record<string, MarkedFeature> {
  return Object.fromEntries([...features].map(([name, marked]) => [name, { ...UNKNOWN_AREAS, ...marked }]));
}

function markedOf(value: unknown, feature: string): MarkedFeature {
  const kept = asObject(value, feature);
  const { idx, lst, count } = kept;
  if (!isNumbers(idx) || !isNumbers(lst) || idx.length !== lst.length) {
    throw new TypeError(`${feature}: expected lists idx and lst of one length`);
  }
  if (count !== undefined && !Number.isInteger(count))
    throw new TypeError(`${feature}: expected a whole number as count`);
  const isKnown = ([name, field]: [string, unknown]): boolean => field !== null || !(name in UNKNOWN_AREAS);
  return { ...Object.fromEntries(Object.entries(kept).filter(isKnown)), idx, lst, num: idx.length };
}

function isNumbers(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((item) => typeof item === "number");
}
