/** What is kept of a study's annotations: the server's list of them, and what was marked (`stann_`). */
import type { AnnotationRecord } from "../archive/archive.ts";
import { decodeGzipJson } from "../codecs/gzip-json.ts";
import type { CallOptions } from "../session/calls.ts";
import { freshOrKept } from "../session/kept-answer.ts";
import { asObject } from "../session/options.ts";
import type { StudyContext } from "./context.ts";
import { type AnnotationFile, readAnnotationFile } from "./study-file.ts";

/** What was marked, of the annotations that `loadAnnotations` has seen; nothing where there is no such file. */
export async function keptFile(
  studyId: string,
  { store, warn }: Pick<StudyContext, "store" | "warn">,
  { signal }: CallOptions,
): Promise<AnnotationFile | undefined> {
  const damaged: string[] = [];
  const read = (bytes: Parameters<typeof readAnnotationFile>[0]) =>
    readAnnotationFile(bytes, (what) => damaged.push(what));
  const found = await store.find(store.key("stann", studyId), read, { signal });
  if (damaged.length > 0)
    warn(`What is kept of study ${studyId} is damaged in ${damaged.length} places, which are left out: ${damaged[0]}.`);
  return found?.value;
}

/** The annotations that the server lists; where it cannot be reached, those that it listed last, with a warning. */
export function annotationRecords(
  studyId: string,
  context: StudyContext,
  options: CallOptions,
): Promise<readonly AnnotationRecord[]> {
  const key = keyOf(studyId, context);
  const ask = () => context.service.annotations(studyId, options);
  const what = "The list of the study's annotations";
  const said = "The annotations are those that were kept";
  return freshOrKept(context, { key, what, said, ask, read: recordsOf }, options);
}

/** The annotations that the server listed last. */
export async function keptRecords(
  studyId: string,
  context: Pick<StudyContext, "store" | "archive">,
  { signal }: CallOptions,
): Promise<readonly AnnotationRecord[] | undefined> {
  const read = async (bytes: Parameters<typeof decodeGzipJson>[0]) => recordsOf(await decodeGzipJson(bytes));
  return (await context.store.find(keyOf(studyId, context), read, { signal }))?.value;
}

/** In a folder of the Python client only the part tells accounts apart. */
const keyOf = (studyId: string, { store, archive }: Pick<StudyContext, "store" | "archive">): string =>
  store.key("annotations", studyId, archive.account);

function recordsOf(value: unknown): readonly AnnotationRecord[] {
  if (!Array.isArray(value)) throw new TypeError("expected a list of annotations");
  for (const record of value) {
    const { _id, image, user } = asObject(record, "an annotation");
    if (typeof _id !== "string") throw new TypeError("expected an annotation with an id");
    for (const part of [image, user])
      if (typeof asObject(part, _id)._id !== "string") throw new TypeError(`${_id}: no id`);
  }
  return value as AnnotationRecord[];
}
