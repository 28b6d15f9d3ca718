import { UnsupportedByServerError } from "../errors.ts";

const SUPERPIXELS = "Superpixels are computed: image.loadSuperpixels().";
const MASKS = "Public masks are in the ZIP files of the challenges only.";

const INSTEAD: Readonly<Record<string, string>> = {
  dataset: "Images are grouped into collections: api.collection(name).",
  datasetList: "Images are grouped into collections: api.collectionList().",
  study: 'Studies are for the archive\'s staff; a server of the old API still has its own (family: "v1").',
  studyList: 'Studies are for the archive\'s staff; a server of the old API still has its own (family: "v1").',
  annotation: 'Annotations are for the archive\'s staff; a server of the old API still has its own (family: "v1").',
  annotationList: 'Annotations are for the archive\'s staff; a server of the old API still has its own (family: "v1").',
  segmentation: MASKS,
  segmentationList: MASKS,
  loadSegmentation: `${MASKS} ${SUPERPIXELS}`,
  collection: "Images are grouped into datasets: api.dataset(name).",
  collectionList: "Images are grouped into datasets: api.datasetList().",
  lesion: "Select images by meta.clinical.lesion_id or meta.unstructured.lesion_id.",
  lesionList: "Select images by meta.clinical.lesion_id or meta.unstructured.lesion_id.",
};

/** The error for a feature that this server's API does not have: it says what to use there. */
export function unsupportedBy(feature: string, family: "v1" | "v2"): UnsupportedByServerError {
  return new UnsupportedByServerError(feature, family, INSTEAD[feature] ?? "");
}
