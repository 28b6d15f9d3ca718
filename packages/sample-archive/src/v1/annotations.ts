import type { AnnotationRecord, StudyRecord, UserRecord } from "../archive/source.ts";
import type { ArchiveState } from "../archive/state.ts";
import { encodeJpeg } from "../photo/jpeg.ts";
import { encodePng } from "../photo/png.ts";
import { isoTime } from "../world/time.ts";
import { byParameter, checkStudy, readAnnotation } from "./access.ts";
import type { Context } from "./context.ts";
import { lost, MalformedStatusError, restError, validationError } from "./errors.ts";
import { disposition } from "./images.ts";
import { fileAnswer, headerText, jsonAnswer, textAnswer } from "./respond.ts";
import { annotationState } from "./studies.ts";
import { imageSummary, userSummary, type View } from "./views.ts";

/** `GET annotation`: everything at once; `limit` and `offset` are not looked at. */
export function listAnnotations(context: Context): Response {
  const { state } = context;
  const study = checkStudy(context, byParameter(state.studies, "folder", context.required("studyId")));
  const userId = context.text("userId");
  const imageId = context.text("imageId");
  if (userId !== undefined) byParameter(state.source.users, "user", userId);
  if (imageId !== undefined) byParameter(state.images, "item", imageId);
  const wanted = annotationState(context);
  const detail = context.flag("detail");
  const found = state.annotations.filter(
    (a) =>
      a.studyId === study.id &&
      (userId === undefined || a.userId === userId) &&
      (imageId === undefined || a.imageId === imageId) &&
      (wanted === undefined || a.state === wanted),
  );
  // in this list names are hidden from everybody: the server forgets to say who asks
  const shown = found.map((a) => (detail ? annotationDetail(state, a, undefined) : annotationSummary(a)));
  return jsonAnswer(context.request, 200, shown);
}

export function annotationSummary({ id, imageId, state, studyId, userId }: AnnotationRecord): View {
  return { _id: id, imageId, state, studyId, userId };
}

function annotationDetail(state: ArchiveState, annotation: AnnotationRecord, asker: UserRecord | undefined): View {
  const { id, studyId, userId, imageId, log, markups, responses, startTime, stopTime, status } = annotation;
  return {
    _id: id,
    _modelType: "annotation",
    image: imageSummary(state.imageById.get(imageId)!),
    state: annotation.state,
    studyId,
    user: userSummary(state.user(userId), userId, asker),
    ...(annotation.state === "complete" ? { log, markups, responses, startTime, status, stopTime } : undefined),
  };
}

/** `GET annotation/{id}`. */
export function getAnnotation(context: Context): Response {
  const { annotation } = readAnnotation(context);
  return jsonAnswer(context.request, 200, annotationDetail(context.state, annotation, context.user));
}

/** `GET annotation/{id}/{feature}` and its long form: one number per superpixel. */
export async function markupArray(context: Context): Promise<Response> {
  const { annotation, posted } = complete(context);
  const values = await valuesOf(context, annotation);
  // what a reader posted is echoed as it came; zeros that the server makes up are floats
  const write = (value: number) => (!posted && Number.isInteger(value) ? `${value}.0` : String(value));
  return textAnswer(context.request, 200, `[${values.map(write).join(", ")}]`);
}

/** `GET annotation/{id}/{feature}/mask`: grey 0, 128, 255. */
export async function markupMask(context: Context): Promise<Response> {
  const { annotation, feature } = complete(context);
  const values = await valuesOf(context, annotation);
  const labels = await labelsOf(context, annotation);
  const grey = Uint8Array.from(labels.data, (label) => ({ 0: 0, 0.5: 128, 1: 255 })[values[label]!]!);
  const bytes = await encodePng(labels.width, labels.height, grey);
  const marked = annotation.markups?.[feature] !== undefined;
  return fileAnswer(bytes, "image/png", `inline; filename="${fileName(annotation, feature)}.png"`, marked);
}

/** `GET annotation/{id}/{feature}/render`: the photo with opaque yellow (possible) and blue (definite). */
export async function markupRender(context: Context): Promise<Response> {
  const { annotation, feature } = complete(context);
  const kind = disposition(context, "attachment");
  const values = await valuesOf(context, annotation);
  const labels = await labelsOf(context, annotation);
  const picture = await context.state.source.picture(context.state.imageById.get(annotation.imageId)!);
  if (picture === undefined) throw lost(context, "photo");
  const data = picture.data.slice();
  labels.data.forEach((label, i) => {
    if (values[label]! > 0) data.set(values[label] === 0.5 ? [250, 250, 0] : [0, 0, 255], 4 * i);
  });
  const bytes = encodeJpeg({ ...picture, data }, { quality: 75 });
  return fileAnswer(bytes, "image/jpeg", `${kind}; filename="${fileName(annotation, feature)}.jpg"`, false);
}

function complete(context: Context): { annotation: AnnotationRecord; feature: string; posted: boolean } {
  const { annotation, study } = readAnnotation(context);
  const feature = context.path.feature!;
  if (annotation.state !== "complete") throw restError("Annotation is incomplete.");
  // the server passes the parameter's name where a status is due
  if (!study.features.includes(feature)) throw new MalformedStatusError();
  return { annotation, feature, posted: context.state.postedMarkups.has(`${annotation.id}/${feature}`) };
}

async function valuesOf(context: Context, annotation: AnnotationRecord): Promise<readonly number[]> {
  const feature = context.path.feature!;
  const posted = context.state.postedMarkups.get(`${annotation.id}/${feature}`);
  const values = posted ?? (await context.state.source.markup(annotation, feature));
  if (values === undefined) throw lost(context, "superpixels");
  return values;
}

async function labelsOf(context: Context, annotation: AnnotationRecord) {
  const labels = await context.state.source.labels(context.state.imageById.get(annotation.imageId)!);
  if (labels === undefined) throw lost(context, "superpixels");
  return labels;
}

function fileName(annotation: AnnotationRecord, feature: string): string {
  return headerText(`annotation_${annotation.id}_${feature.replaceAll(" : ", " ; ").replaceAll("/", ",")}`);
}

/** `PUT annotation/{id}`: a reader hands in his answers, once. */
export async function putAnnotation(context: Context): Promise<Response> {
  const { state } = context;
  const user = context.requireUser();
  const { annotation, study } = readAnnotation(context);
  if (annotation.userId !== user.id) throw restError("Current user does not own this annotation.");
  if (annotation.state === "complete") throw restError("Annotation is already complete.");
  const body = await context.body();
  for (const key of ["status", "startTime", "stopTime", "responses", "markups", "log"]) {
    if (body[key] === undefined) throw restError(`Parameter "${key}" is required.`);
  }
  const labels = await labelsOf(context, annotation);
  const markups = checkMarkups(body.markups as Record<string, unknown>, study, labels.count);
  checkResponses(body.responses as Record<string, string>, study);
  for (const [feature, values] of markups) state.postedMarkups.set(`${annotation.id}/${feature}`, values);
  state.annotations[state.annotations.indexOf(annotation)] = {
    ...annotation,
    state: "complete",
    status: String(body.status),
    startTime: isoTime(Number(body.startTime)),
    stopTime: isoTime(Number(body.stopTime)),
    responses: body.responses as Record<string, string>,
    markups: Object.fromEntries([...markups].map(([feature, values]) => [feature, values.some((v) => v !== 0)])),
    log: body.log as [],
  };
  return jsonAnswer(context.request, 200, null);
}

function checkMarkups(markups: Record<string, unknown>, study: StudyRecord, count: number) {
  const out = new Map<string, readonly number[]>();
  for (const [feature, values] of Object.entries(markups)) {
    const wrong = (what: string) =>
      validationError(`Invalid markups: ${what}\n\nFailed validating the markup '${feature}'`);
    if (!study.features.includes(feature)) throw wrong(`'${feature}' is not a feature of the study`);
    if (!Array.isArray(values)) throw wrong(`${JSON.stringify(values)} is not of type 'array'`);
    if (values.length < count) throw wrong(`[${values.slice(0, 3).join(", ")}] is too short`);
    if (values.length > count) throw wrong(`[${values.slice(0, 3).join(", ")}, ...] is too long`);
    for (const value of values) if (![0, 0.5, 1].includes(value)) throw wrong(`${value} is not one of [0.0, 0.5, 1.0]`);
    out.set(feature, values);
  }
  return out;
}

function checkResponses(responses: Record<string, string>, study: StudyRecord): void {
  for (const [question, answer] of Object.entries(responses)) {
    const choices = study.questions.find((candidate) => candidate.id === question)?.choices ?? [];
    if (choices.includes(answer)) continue;
    const list = choices.map((choice) => `'${choice}'`).join(", ");
    throw validationError(`Invalid annotation: '${answer}' is not one of [${list}]`);
  }
}
