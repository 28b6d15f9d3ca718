import { UnsupportedByServerError } from "../errors.ts";

const STAFF = 'are for the archive\'s staff; a v1 server still has its own (family: "v1").';
const MASKS = "Public masks are in the ZIP files of the challenges only.";
const LESIONS = "Select images by meta.clinical.lesion_id or meta.unstructured.lesion_id.";

/** What to use in the place of a feature, by the API that lacks it. */
const WAYS: Readonly<Record<"v1" | "v2", Readonly<Record<string, string>>>> = {
  v1: {
    search: "Use criteria.",
    collection: "Images are grouped into datasets: api.dataset(name).",
    collections: "Images are grouped into datasets: name one as `dataset`.",
    collectionList: "Images are grouped into datasets: api.datasetList().",
    lesion: LESIONS,
    lesionList: LESIONS,
  },
  v2: {
    dataset: "Images are grouped into collections: api.collection(name), or `collections` of a selection.",
    datasetList: "Images are grouped into collections: api.collectionList().",
    study: `Studies ${STAFF}`,
    studyList: `Studies ${STAFF}`,
    annotation: `Annotations ${STAFF}`,
    annotationList: `Annotations ${STAFF}`,
    segmentation: MASKS,
    segmentationList: MASKS,
    loadSegmentation: `${MASKS} Superpixels are computed: image.loadSuperpixels().`,
  },
};

/** The error for a feature that this server's API does not have: it says what to use there. */
export function unsupportedBy(feature: string, family: "v1" | "v2"): UnsupportedByServerError {
  const way = Object.hasOwn(WAYS[family], feature) ? WAYS[family][feature]! : "";
  return new UnsupportedByServerError(feature, family, way);
}
