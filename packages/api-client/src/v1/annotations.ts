import * as z from "zod/mini";
import type { DownloadOptions, FileDownload } from "../files/download.ts";
import { callRule, fileRule, withCheckedOptions } from "../schema/options.ts";
import type { CallOptions } from "../transport/options.ts";
import type { Transport } from "../transport/transport.ts";
import { segment } from "../transport/urls.ts";
import { girderFile, objectId } from "./resources.ts";
import { annotationSchema, annotationSummarySchema, markupSchema } from "./schemas.ts";
import type { Annotation, AnnotationSummary } from "./types.ts";

/** Which annotations of a study are listed, and how much of each. */
export interface AnnotationListOptions extends CallOptions {
  /** False: only ids and state. @default true */
  readonly detail?: boolean;
  readonly state?: "active" | "complete";
  readonly userId?: string;
  readonly imageId?: string;
}

/** What annotators said in studies. Features are named as they are: `Globules / Clods : Blue`. */
export interface Annotations {
  /** All annotations of a study at once: the server has no paging here. Their users' names are obfuscated. */
  list(studyId: string, options: AnnotationListOptions & { readonly detail: false }): Promise<AnnotationSummary[]>;
  list(studyId: string, options?: AnnotationListOptions & { readonly detail?: true }): Promise<Annotation[]>;
  get(id: string, options?: CallOptions): Promise<Annotation>;
  /**
   * What was marked for a feature: one value for each superpixel label, 0 (absent), 0.5 (possible) or 1 (definite).
   * All zero for a feature of the study that was not marked.
   *
   * @throws HttpNotFoundError when the feature is not part of the study; HttpError 400 when the annotation is not complete.
   */
  markup(id: string, featureId: string, options?: CallOptions): Promise<number[]>;
  /** The same as a grey PNG of the photo's size: 0, 128 or 255. */
  mask(id: string, featureId: string, options?: DownloadOptions): Promise<FileDownload>;
  /** The photo with the marked superpixels painted over, as a JPEG. */
  rendered(id: string, featureId: string, options?: DownloadOptions): Promise<FileDownload>;
}

const annotationsSchema = /* @__PURE__ */ z.array(annotationSchema);
const summariesSchema = /* @__PURE__ */ z.array(annotationSummarySchema);

/** The annotation functions over an API of `createV1Api`. */
export function annotationsOf(api: Transport): Annotations {
  // The slash of a feature's name has to arrive as `%2F`: the server splits at a bare one.
  const path = (id: string, featureId: string, part = "") =>
    `annotation/${objectId(id)}/markup/${segment(featureId)}${part}`;

  function list(id: string, options: AnnotationListOptions & { readonly detail: false }): Promise<AnnotationSummary[]>;
  function list(id: string, options?: AnnotationListOptions): Promise<Annotation[]>;
  function list(
    studyId: string,
    { detail = true, state, userId, imageId, signal }: AnnotationListOptions = {},
  ): Promise<Annotation[] | AnnotationSummary[]> {
    const query = {
      studyId: objectId(studyId),
      detail,
      state,
      userId: userId && objectId(userId),
      imageId: imageId && objectId(imageId),
    };
    const call = { path: "annotation", query, signal };
    return detail ? api.json(call, annotationsSchema) : api.json(call, summariesSchema);
  }

  return withCheckedOptions<Annotations>(
    "annotations",
    {
      list,
      get: async (id, { signal } = {}) => api.json({ path: `annotation/${objectId(id)}`, signal }, annotationSchema),
      markup: async (id, featureId, { signal } = {}) =>
        api.json({ path: path(id, featureId, "/superpixels"), signal }, markupSchema),
      mask: async (id, featureId, options = {}) => girderFile(api, path(id, featureId), "png", options),
      rendered: async (id, featureId, options = {}) =>
        girderFile(api, path(id, featureId, "/rendered"), "image", options),
    },
    {
      list: [callRule(1, "detail", "state", "userId", "imageId")],
      get: [callRule(1)],
      markup: [callRule(2)],
      mask: [fileRule(2)],
      rendered: [fileRule(2)],
    },
  );
}
