import * as z from "zod/mini";
import { callRule, withCheckedOptions } from "../schema/options.ts";
import { isApiError } from "../transport/errors.ts";
import type { CallOptions } from "../transport/options.ts";
import type { Transport } from "../transport/transport.ts";
import { objectId } from "./resources.ts";
import { annotationSummarySchema, datasetTaskSchema, imageSummarySchema, studyTaskSchema } from "./schemas.ts";
import type { AnnotationSummary, DatasetTask, ImageSummary, StudyTask } from "./types.ts";

/** The work that waits for the account that is logged in. */
export interface Tasks {
  annotations(options?: CallOptions): Promise<StudyTask[]>;
  /** The next one of a study; undefined when nothing is left. */
  nextAnnotation(studyId: string, options?: CallOptions): Promise<AnnotationSummary | undefined>;
  segmentations(options?: CallOptions): Promise<DatasetTask[]>;
  /** The next image of a dataset to segment; undefined when nothing is left. */
  nextSegmentation(datasetId: string, options?: CallOptions): Promise<ImageSummary | undefined>;
  reviews(options?: CallOptions): Promise<DatasetTask[]>;
}

const studyTasksSchema = /* @__PURE__ */ z.array(studyTaskSchema);
const datasetTasksSchema = /* @__PURE__ */ z.array(datasetTaskSchema);

/** The task functions over an API of `createV1Api`. */
export function tasksOf(api: Transport): Tasks {
  return withCheckedOptions<Tasks>(
    "tasks",
    {
      annotations: async ({ signal } = {}) => api.json({ path: "task/me/annotation", signal }, studyTasksSchema),
      nextAnnotation: async (studyId, { signal } = {}) => {
        const call = { path: "task/me/annotation/next", query: { studyId: objectId(studyId) }, signal };
        return unlessDone(api.json(call, annotationSummarySchema));
      },
      segmentations: async ({ signal } = {}) => api.json({ path: "task/me/segmentation", signal }, datasetTasksSchema),
      nextSegmentation: async (datasetId, { signal } = {}) => {
        const call = { path: "task/me/segmentation/next", query: { datasetId: objectId(datasetId) }, signal };
        return unlessDone(api.json(call, imageSummarySchema));
      },
      reviews: async ({ signal } = {}) => api.json({ path: "task/me/review", signal }, datasetTasksSchema),
    },
    {
      annotations: [callRule(0)],
      nextAnnotation: [callRule(1)],
      segmentations: [callRule(0)],
      nextSegmentation: [callRule(1)],
      reviews: [callRule(0)],
    },
  );
}

/** "No annotations are needed" is a 404, but not an error. */
async function unlessDone<T>(next: Promise<T>): Promise<T | undefined> {
  try {
    return await next;
  } catch (error) {
    if (isApiError(error, "HttpNotFoundError") && / needed for this /.test(error.serverMessage)) return undefined;
    throw error;
  }
}
