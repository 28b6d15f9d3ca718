import { isIn, mayDataset } from "./access.ts";
import { annotationSummary } from "./annotations.ts";
import type { Context } from "./context.ts";
import { accessError, restError } from "./errors.ts";
import { jsonAnswer, redirectAnswer } from "./respond.ts";
import { imageSummary } from "./views.ts";

/** `GET task/me/annotation`: studies in which the asker still has something to read. */
export function annotationTasks(context: Context): Response {
  const user = context.requireUser();
  const counts = context.state.studies.map((study) => ({
    count: open(context, study.id, user.id).length,
    study: { _id: study.id, name: study.name },
  }));
  return jsonAnswer(
    context.request,
    200,
    counts.filter(({ count }) => count > 0),
  );
}

function open(context: Context, studyId: string, userId: string) {
  return context.state.annotations.filter((a) => a.studyId === studyId && a.userId === userId && a.state === "active");
}

/** `GET task/me/annotation/next?studyId=`. */
export function nextAnnotation(context: Context): Response {
  const user = context.requireUser();
  const next = open(context, context.required("studyId"), user.id)[0];
  if (next === undefined) throw restError("No annotations are needed for this study.", 404);
  return jsonAnswer(context.request, 200, annotationSummary(next));
}

/** Images of a dataset without any segmentation. */
function unsegmented(context: Context, datasetId: string) {
  const done = new Set(context.state.segmentations.map((segmentation) => segmentation.imageId));
  return context.state.images.filter(
    (image) => image.datasetId === datasetId && image.reviewed?.accepted === true && !done.has(image.id),
  );
}

/** `GET task/me/segmentation`. */
export function segmentationTasks(context: Context): Response {
  const user = context.requireUser();
  if (!isIn(user, "Segmentation Experts") && !isIn(user, "Segmentation Novices")) {
    throw accessError(user, "You are not authorized to perform segmentations.");
  }
  const details = context.flag("details");
  const tasks = context.state.datasets
    .filter((dataset) => mayDataset(user, dataset))
    .map((dataset) => ({ dataset: { _id: dataset.id, name: dataset.name }, images: unsegmented(context, dataset.id) }))
    .filter(({ images }) => images.length > 0)
    .map(({ dataset, images }) =>
      details ? { dataset, images: images.map(imageSummary) } : { dataset, count: images.length },
    );
  return jsonAnswer(context.request, 200, tasks);
}

/** `GET task/me/segmentation/next?datasetId=`. */
export function nextSegmentation(context: Context): Response {
  context.requireUser();
  const next = unsegmented(context, context.required("datasetId"))[0];
  if (next === undefined) throw restError("No segmentations are needed for this dataset.", 404);
  return jsonAnswer(context.request, 200, imageSummary(next));
}

/** `GET task/me/review`. */
export function reviewTasks(context: Context): Response {
  const user = context.requireUser();
  if (!isIn(user, "Dataset QC Reviewers") && !user.admin) {
    throw accessError(user, "Only members of the Dataset QC Reviewers group can review datasets.");
  }
  const tasks = context.state.datasets
    .map((dataset) => ({
      count: context.state.images.filter((image) => image.datasetId === dataset.id && image.reviewed === null).length,
      dataset: { _id: dataset.id, name: dataset.name },
    }))
    .filter(({ count }) => count > 0);
  return jsonAnswer(context.request, 200, tasks);
}

/** `.../redirect` of a task: into the web page. */
export function taskRedirect(to: (context: Context) => string): (context: Context) => Response {
  return (context) => redirectAnswer(307, to(context));
}
