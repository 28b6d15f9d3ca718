import { csvLine } from "../archive/python-text.ts";
import type { AnnotationRecord, StudyRecord, UserRecord } from "../archive/source.ts";
import type { ArchiveState } from "../archive/state.ts";
import { streamOf } from "../archive/streams.ts";
import { byParameter, isStudyAdmin, mayStudy, readStudy } from "./access.ts";
import { type Context, paging, slice } from "./context.ts";
import { validationError } from "./errors.ts";
import { headerText, jsonAnswer, streamAnswer } from "./respond.ts";
import { imageSummary, userSummary, type View } from "./views.ts";

/** `GET study`. */
export function listStudies(context: Context): Response {
  const { state, user } = context;
  const page = paging(context, "lowerName");
  const key = page.sort === "_id" ? "id" : page.sort === "created" || page.sort === "updated" ? page.sort : "name";
  const studies = state.studies
    .filter((study) => mayStudy(user, study))
    .filter(byProgress(context))
    .sort((a, b) => (a[key].toLowerCase() < b[key].toLowerCase() ? -page.direction : page.direction));
  const detail = context.flag("detail");
  const shown = slice(studies, page).map((study) => (detail ? studyDetail(state, study, user) : summary(study)));
  return jsonAnswer(context.request, 200, shown);
}

/** Studies with at least one annotation in that state, of that user; a study can be in both states. */
function byProgress(context: Context): (study: StudyRecord) => boolean {
  const wanted = annotationState(context);
  const given = context.text("userId");
  const who =
    given === "me"
      ? context.user?.id
      : given === undefined
        ? undefined
        : byParameter(context.state.source.users, "user", given).id;
  if (wanted === undefined && who === undefined) return () => true;
  return (study) =>
    context.state.annotations.some(
      (annotation) =>
        annotation.studyId === study.id &&
        (wanted === undefined || annotation.state === wanted) &&
        (who === undefined || annotation.userId === who),
    );
}

export function annotationState(context: Context): AnnotationRecord["state"] | undefined {
  const state = context.text("state");
  if (state === undefined || state === "active" || state === "complete") return state;
  throw validationError('Value may only be "active" or "complete".', "state");
}

/** `GET study/{id}`, as JSON or as a table of answers. */
export function getStudy(context: Context): Response {
  const { state, user } = context;
  const study = readStudy(context);
  if (context.text("format") !== "csv") return jsonAnswer(context.request, 200, studyDetail(state, study, user));
  return streamAnswer(
    streamOf(table(state, study, user)),
    "text/csv;charset=utf-8",
    `attachment; filename="${headerText(study.name)}.csv"`,
  );
}

function summary(study: StudyRecord) {
  return { _id: study.id, description: study.description, name: study.name, updated: study.updated };
}

export function studyDetail(state: ArchiveState, study: StudyRecord, asker: UserRecord | undefined): View {
  const done = (id: string) =>
    state.annotations.filter((a) => a.studyId === study.id && a.userId === id && a.state === "complete").length;
  return {
    ...summary(study),
    _modelType: "study",
    created: study.created,
    creator: userSummary(state.user(study.creatorId), study.creatorId, asker),
    features: study.features.map((id) => ({ id })),
    // not filtered by permission
    images: study.imageIds.map((id) => imageSummary(state.imageById.get(id)!)),
    ...(isStudyAdmin(asker) ? { participationRequests: [] } : undefined),
    questions: study.questions.map((question) => ({ ...question, type: "select" })),
    userCompletion: Object.fromEntries(study.userIds.map((id) => [id, done(id)])),
    users: annotators(state, study).map((reader) => userSummary(reader, reader.id, asker)),
  };
}

function annotators(state: ArchiveState, study: StudyRecord): readonly UserRecord[] {
  return study.userIds.map((id) => state.user(id)!).sort((a, b) => (a.code < b.code ? -1 : 1));
}

/** One row per complete annotation; features are not in it. */
async function* table(
  state: ArchiveState,
  study: StudyRecord,
  asker: UserRecord | undefined,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const utf8 = new TextEncoder();
  const row = (cells: readonly string[]) => utf8.encode(csvLine(cells));
  const questions = study.questions.map((question) => question.id);
  const names = ["study_name", "study_id", "user_name", "user_id", "image_name", "image_id"];
  yield row([...names, "flag_status", "elapsed_seconds", ...questions]);
  for (const user of annotators(state, study)) {
    const shown = userSummary(user, user.id, asker);
    const name =
      "login" in shown ? `User ${user.code} [${user.firstName} ${user.lastName} (${user.login})]` : `User ${user.code}`;
    for (const imageId of study.imageIds) {
      const found = state.annotations.find(
        (a) => a.studyId === study.id && a.userId === user.id && a.imageId === imageId && a.state === "complete",
      );
      if (found === undefined) continue;
      const elapsed = Math.floor((Date.parse(found.stopTime!) - Date.parse(found.startTime!)) / 1000);
      const image = state.imageById.get(imageId)!;
      const facts = [study.name, study.id, name, user.id, image.name, imageId, found.status!, String(elapsed)];
      yield row([...facts, ...questions.map((id) => found.responses?.[id] ?? "")]);
    }
  }
}
