import type { DatasetRecord, StudyRecord } from "../archive/source.ts";
import { unroundedTime } from "../world/time.ts";
import { isIn, isStudyAdmin, mayDataset, readDataset, readImage, readStudy } from "./access.ts";
import type { Context } from "./context.ts";
import { accessError, restError, validationError } from "./errors.ts";
import { fileAnswer, headerText, jsonAnswer } from "./respond.ts";
import { studyDetail } from "./studies.ts";
import { datasetDetail, userSummary } from "./views.ts";

const CONTRIBUTORS_ONLY = "Only members of the Dataset Contributors group can create datasets.";
const LICENCES = ["CC-0", "CC-BY", "CC-BY-NC", "CC-BY-NC-SA"];

function now(context: Context): string {
  return unroundedTime(context.state.now());
}

function requireContributor(context: Context): void {
  const user = context.requireUser();
  if (!user.admin && !isIn(user, "Dataset Contributors")) throw accessError(user, CONTRIBUTORS_ONLY);
}

/** `POST dataset`. */
export async function createDataset(context: Context): Promise<Response> {
  requireContributor(context);
  const user = context.requireUser();
  const body = await context.body();
  const text = (name: string) => {
    if (body[name] === undefined) throw restError(`Parameter "${name}" is required.`);
    return String(body[name]).trim();
  };
  const name = text("name");
  const attribution = /^anon(ymous)?$/i.test(text("attribution")) ? "Anonymous" : text("attribution");
  const license = text("license");
  if (name === "") throw validationError("Name must not be empty.", "name");
  if (context.state.datasets.some((dataset) => dataset.name === name)) {
    throw validationError("Name must be unique.", "name");
  }
  if (!LICENCES.includes(license)) throw validationError("Unknown license type.", "license");
  if (attribution === "") throw validationError("Attribution must not be empty.", "attribution");
  if (attribution === "Anonymous" && license !== "CC-0") {
    throw validationError(`Attribution may not be anonymous with a ${license} license.`, "attribution");
  }
  if (text("owner") === "") throw validationError("Owner must not be empty.", "owner");
  const dataset: DatasetRecord = {
    id: context.state.newId(),
    folderId: context.state.newId(),
    reviewFolderId: context.state.newId(),
    name,
    description: text("description"),
    license: license as DatasetRecord["license"],
    attribution,
    owner: text("owner"),
    created: now(context),
    updated: now(context),
    creatorId: user.id,
    public: false,
  };
  context.state.datasets.push(dataset);
  context.state.changed();
  return jsonAnswer(context.request, 200, { ...datasetDetail(context.state, dataset, user), _accessLevel: 2 });
}

/** `PUT dataset/{id}/access`: who may read it at all. */
export async function setAccess(context: Context): Promise<Response> {
  context.requireUser();
  const dataset = readDataset(context, "Admin");
  const body = await context.body();
  if (body.access === undefined) throw restError('Parameter "access" is required.');
  const changed = { ...dataset, public: body.public === true || body.public === "true" };
  context.state.datasets[context.state.datasets.indexOf(dataset)] = changed;
  context.state.changed();
  return jsonAnswer(context.request, 200, null);
}

/** `POST dataset/{id}/metadata?filename=`: keeps a table for later. */
export async function registerMetadata(context: Context): Promise<Response> {
  const user = context.requireUser();
  const dataset = readDataset(context, "Write");
  const name = context.required("filename");
  const text = await context.request.text();
  if (text === "") throw restError("No data provided in request body.");
  const file = { id: context.state.newId(), name, text, userId: user.id, time: now(context) };
  context.state.metadataFiles.set(dataset.id, [...(context.state.metadataFiles.get(dataset.id) ?? []), file]);
  return jsonAnswer(context.request, 200, { status: "success" });
}

/** `GET dataset/{id}/metadata`. */
export function listMetadata(context: Context): Response {
  const user = context.requireUser();
  const dataset = readDataset(context, "Write");
  const files = context.state.metadataFiles.get(dataset.id) ?? [];
  const shown = files.map(({ id, name, time, userId }) => ({
    file: { _id: id, name },
    time,
    user: userSummary(context.state.user(userId), userId, user),
  }));
  return jsonAnswer(context.request, 200, shown);
}

/** `GET dataset/{id}/metadata/{fileId}/download`. */
export function downloadMetadata(context: Context): Response {
  context.requireUser();
  const dataset = readDataset(context, "Write");
  const id = context.id("fileId");
  const file = context.state.metadataFiles.get(dataset.id)?.find((candidate) => candidate.id === id);
  if (file === undefined) throw restError(`Invalid file id (${id}).`);
  const bytes = new TextEncoder().encode(file.text);
  return fileAnswer(bytes, "text/csv;charset=utf-8", `attachment; filename="${headerText(file.name)}"`);
}

/** `POST dataset/{id}/metadata/{fileId}/apply`: since April 2020 the answer is empty and the result is mailed. */
export function applyMetadata(context: Context): Response {
  context.requireUser();
  readDataset(context, "Admin");
  const late = context.state.quirks.v1Release === "2022-04";
  return jsonAnswer(context.request, 200, late ? null : { errors: [], warnings: [] });
}

/** `POST image/{id}/metadata?save=`: says what it would not overwrite; we never save. */
export async function imageMetadata(context: Context): Promise<Response> {
  requireContributor(context);
  const image = readImage(context);
  const dataset = context.state.datasetOf(image);
  if (!mayDataset(context.user, dataset, "Write")) throw accessError(context.user, CONTRIBUTORS_ONLY);
  const text = await context.request.text();
  let fields: unknown;
  try {
    fields = JSON.parse(text);
  } catch {
    throw restError("Invalid JSON passed in request body.");
  }
  if (typeof fields !== "object" || fields === null || Array.isArray(fields)) {
    throw restError("Parameter metadata must be a JSON object.");
  }
  const errors = Object.entries(fields).flatMap(([name, value]) => {
    const field = name === "age" ? "age_approx" : name;
    const old = image.clinical[field] ?? image.acquisition[field];
    if (old === undefined || old === null || old === value) return [];
    const quote = (given: unknown) => (typeof given === "string" ? `'${given}'` : String(given));
    return [{ description: `value already exists for field '${field}' (old: ${quote(old)}, new: ${quote(value)})` }];
  });
  return jsonAnswer(context.request, 200, { errors, warnings: [] });
}

function requireStudyAdmin(context: Context): void {
  const user = context.requireUser();
  if (!isStudyAdmin(user)) {
    throw accessError(user, "Only members of the Study Administrators group can perform this action.");
  }
}

/** `POST study`. */
export async function createStudy(context: Context): Promise<Response> {
  requireStudyAdmin(context);
  const user = context.requireUser();
  const body = await context.body();
  for (const name of ["name", "userIds", "imageIds", "questions", "features"]) {
    if (body[name] === undefined) throw restError(`Parameter "${name}" is required.`);
  }
  const { name, userIds, imageIds, questions, features } = body as {
    name: string;
    userIds: string[];
    imageIds: string[];
    questions: { id: string; choices: string[] }[];
    features: { id: string }[];
  };
  if (context.state.studies.some((study) => study.name === name)) {
    throw restError("A study with that name already exists.");
  }
  const known = new Set(context.state.studies.flatMap((study) => study.features));
  for (const { id } of features) {
    if (!known.has(id)) throw validationError(`Invalid study: '${id}' is not one of ${JSON.stringify([...known])}`);
  }
  const study: StudyRecord = {
    id: context.state.newId(),
    name,
    description: "",
    created: now(context),
    updated: now(context),
    creatorId: user.id,
    public: false,
    features: features.map(({ id }) => id),
    questions,
    imageIds,
    userIds,
  };
  context.state.studies.push(study);
  for (const userId of userIds) {
    for (const imageId of imageIds) {
      context.state.annotations.push({
        id: context.state.newId(),
        studyId: study.id,
        imageId,
        userId,
        state: "active",
      });
    }
  }
  return jsonAnswer(context.request, 200, studyDetail(context.state, study, user));
}

function answered(context: Context, study: StudyRecord, userId?: string): boolean {
  return context.state.annotations.some(
    (a) => a.studyId === study.id && a.state === "complete" && (userId === undefined || a.userId === userId),
  );
}

/** `DELETE study/{id}`: only while nobody has answered. */
export function deleteStudy(context: Context): Response {
  requireStudyAdmin(context);
  const study = readStudy(context);
  if (answered(context, study)) throw restError("Study has completed annotations.", 409);
  context.state.studies.splice(context.state.studies.indexOf(study), 1);
  return new Response(null, { status: 204 });
}

/** `DELETE study/{id}/users/{userId}`. */
export function removeReader(context: Context): Response {
  requireStudyAdmin(context);
  const study = readStudy(context);
  const userId = context.id("userId");
  if (answered(context, study, userId)) throw restError("Annotator user has completed annotations.", 409);
  const changed = { ...study, userIds: study.userIds.filter((id) => id !== userId) };
  context.state.studies[context.state.studies.indexOf(study)] = changed;
  return new Response(null, { status: 204 });
}

/** `POST study/{id}/participate`: once. */
export function participate(context: Context): Response {
  const user = context.requireUser();
  const study = readStudy(context);
  const key = `${study.id}/${user.id}`;
  if (context.state.participationRequests.has(key)) {
    throw validationError(`User "${user.id}" already requested to participate in the study.`);
  }
  context.state.participationRequests.add(key);
  return jsonAnswer(context.request, 200, null);
}
