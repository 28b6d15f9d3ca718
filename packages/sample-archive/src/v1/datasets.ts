import { unroundedTime } from "../world/time.ts";
import { mayDataset, readDataset } from "./access.ts";
import { type Context, paging, slice } from "./context.ts";
import { accessError, validationError } from "./errors.ts";
import { jsonAnswer } from "./respond.ts";
import { datasetDetail, datasetSummary } from "./views.ts";

/** `GET dataset`: those that the asker may read. */
export function listDatasets(context: Context): Response {
  const { state, user } = context;
  const page = paging(context, "name");
  const key = page.sort === "_id" ? "id" : page.sort === "created" || page.sort === "updated" ? page.sort : "name";
  const readable = state.datasets
    .filter((dataset) => mayDataset(user, dataset))
    .sort((a, b) => (a[key] < b[key] ? -page.direction : page.direction));
  const detail = context.flag("detail");
  const shown = slice(readable, page).map((dataset) =>
    detail ? datasetDetail(state, dataset, user) : datasetSummary(dataset, user),
  );
  return jsonAnswer(context.request, 200, shown);
}

/** `GET dataset/{id}`. */
export function getDataset(context: Context): Response {
  return jsonAnswer(context.request, 200, datasetDetail(context.state, readDataset(context), context.user));
}

/** `GET dataset/{id}/access`: administrators of the dataset only. */
export function datasetAccess(context: Context): Response {
  context.requireUser();
  const dataset = readDataset(context, "Admin");
  const creator = context.state.user(dataset.creatorId)!;
  return jsonAnswer(context.request, 200, {
    access: {
      groups: [
        {
          description: "Users who check new images",
          flags: [],
          id: "5a0000000000000000000002",
          level: 2,
          name: "Dataset QC Reviewers",
        },
      ],
      users: [
        {
          flags: [],
          id: creator.id,
          level: 1,
          login: creator.login,
          name: `${creator.firstName} ${creator.lastName}`,
        },
      ],
    },
    public: dataset.public,
  });
}

/** `GET dataset/{id}/review`: images that wait for their quality review. */
export function datasetReview(context: Context): Response {
  const { state } = context;
  context.requireUser();
  const dataset = readDataset(context, "Write");
  const waiting = state.images.filter((image) => image.datasetId === dataset.id && image.reviewed === null);
  if (waiting.length === 0) {
    throw accessError(context.user, "There are no pending Pre-review images for this dataset.");
  }
  const limit = Number(context.text("limit") ?? 50);
  return jsonAnswer(
    context.request,
    200,
    (limit === 0 ? waiting : waiting.slice(0, limit)).map((image) => ({
      _id: image.id,
      description: "",
      meta: {
        acquisition: image.acquisition,
        batchId: dataset.reviewFolderId,
        clinical: image.clinical,
        datasetId: dataset.id,
        tags: image.tags,
        unstructured: image.unstructured,
        unstructuredExif: {},
      },
      name: image.name,
      updated: image.updated,
    })),
  );
}

/** `POST dataset/{id}/review`: accepts images, or throws them out. */
export async function reviewDataset(context: Context): Promise<Response> {
  const { state } = context;
  const user = context.requireUser();
  const dataset = readDataset(context, "Write");
  const { accepted = [], flagged = [] } = (await context.body()) as Record<string, readonly string[]>;
  for (const id of [...accepted, ...flagged]) {
    const image = state.imageById.get(id);
    if (image === undefined || image.datasetId !== dataset.id || image.reviewed !== null) {
      throw validationError(`Image ${id} is not in Pre-review.`);
    }
    const time = unroundedTime(state.now());
    state.replaceImage({ ...image, reviewed: { accepted: accepted.includes(id), time, userId: user.id } });
  }
  return jsonAnswer(context.request, 200, { status: "success" });
}
