import type { V1Client } from "@isic/api-client/v1";
import { isIsicError } from "../errors.ts";
import type { StudyService } from "./archive.ts";
import { archiveFile } from "./file.ts";

/** Datasets, studies, annotations and segmentations of a Girder server. */
export function v1Studies(client: V1Client): StudyService {
  return {
    datasets: ({ signal } = {}) => client.datasets.list({ signal }).all(),
    datasetAccess: (id, { signal } = {}) => client.datasets.access(id, { signal }),
    datasetMetadata: (id, { signal } = {}) => client.datasets.metadata(id, { signal }),
    datasetReview: (id, { signal } = {}) => client.datasets.review(id, { signal }),
    studies: ({ signal } = {}) => client.studies.list({ signal }).all(),
    annotation: (id, { signal } = {}) => unlessUnknown(client.annotations.get(id, { signal })),
    annotations: (studyId, { signal } = {}) => client.annotations.list(studyId, { signal }),
    markup: (id, feature, { signal } = {}) => client.annotations.markup(id, feature, { signal }),
    markupMask: async (id, feature, { signal } = {}) =>
      archiveFile(await client.annotations.mask(id, feature, { signal })),
    segmentation: (id, { signal } = {}) => unlessUnknown(client.segmentations.get(id, { signal })),
    segmentations: (imageId, { signal } = {}) => client.segmentations.list(imageId, { signal }),
    segmentationMask: async (id, { signal } = {}) => archiveFile(await client.segmentations.mask(id, { signal })),
  };
}

async function unlessUnknown<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (isRefusedId(error)) return undefined;
    throw error;
  }
}

/** This server says 400 to an id that nothing has. */
export function isRefusedId(error: unknown): boolean {
  if (isIsicError(error, "HttpNotFoundError")) return true;
  return isIsicError(error, "HttpError") && (error as { status?: number }).status === 400;
}
