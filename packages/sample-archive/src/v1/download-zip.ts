import { csvLine, dumps, pythonText } from "../archive/python-text.ts";
import type { DatasetRecord, ImageRecord } from "../archive/source.ts";
import type { ArchiveState } from "../archive/state.ts";
import { type ZipEntry, zipStream } from "../archive/streams.ts";
import { LICENCES } from "../licences/index.ts";
import { mayDataset, mayImage } from "./access.ts";
import type { Context } from "./context.ts";
import { restError, validationError } from "./errors.ts";
import { fileName, selection } from "./images.ts";
import { streamAnswer } from "./respond.ts";

const utf8 = new TextEncoder();
const CLINICAL =
  "age_approx anatom_site_general benign_malignant clin_size_long_diam_mm diagnosis diagnosis_confirm_type family_hx_mm lesion_id mel_class mel_mitotic_index mel_thick_mm mel_type mel_ulcer melanocytic nevus_type patient_id personal_hx_mm sex".split(
    " ",
  );
const ACQUISITION =
  "acquisition_day blurry color_tint dermoscopic_type hairy image_type marker_pen pixelsX pixelsY".split(" ");

/** `GET image/download`: a ZIP of everything that fits, of unknown length. */
export function downloadZip(context: Context): Response {
  const { state, user } = context;
  const include = context.text("include") ?? "all";
  if (!["all", "images", "metadata"].includes(include)) {
    throw validationError('Param "include" must be one of: "all", "images", "metadata"', "include");
  }
  if (context.query.has("filter") && context.query.has("imageIds")) {
    throw restError('Only one of "filter" or "imageIds" may be specified.');
  }
  const wanted = selection(context) ?? (() => true);
  const images = state.images
    .filter((image) => mayDataset(user, state.datasetOf(image)) && mayImage(state, user, image) && wanted(image))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const entries = zipEntries(state, images, include);
  return streamAnswer(zipStream(entries), "application/zip", 'attachment; filename="ISIC-images.zip"');
}

async function* zipEntries(
  state: ArchiveState,
  images: readonly ImageRecord[],
  include: string,
): AsyncGenerator<ZipEntry> {
  const late = state.quirks.v1Release === "2022-04";
  for (const image of images) {
    const folder = `ISIC-images/${state.datasetOf(image).name}`;
    if (include !== "metadata") {
      yield { name: `${folder}/${fileName(image)}`, bytes: (await state.source.photo(image)) ?? new Uint8Array(0) };
    }
    if (include !== "images" && !late)
      yield { name: `${folder}/${image.name}.json`, bytes: utf8.encode(metaJson(image)) };
  }
  if (include !== "images" && late) yield { name: "ISIC-images/metadata.csv", bytes: utf8.encode(metaCsv(images)) };
  for (const dataset of new Set(images.map((image) => state.datasetOf(image)))) {
    const folder = `ISIC-images/${dataset.name}`;
    yield { name: `${folder}/LICENSE.txt`, bytes: utf8.encode(LICENCES[dataset.license]!) };
    yield { name: `${folder}/ATTRIBUTION.txt`, bytes: utf8.encode(attribution(dataset)) };
  }
}

function metaJson({ id, name, acquisition, clinical }: ImageRecord): string {
  return dumps({ _id: id, name, meta: { acquisition, clinical } }, "sorted");
}

/** Since January 2020 one table for all. */
function metaCsv(images: readonly ImageRecord[]): string {
  const header = [
    "_id",
    "name",
    ...CLINICAL.map((name) => `meta.clinical.${name}`),
    ...ACQUISITION.map((name) => `meta.acquisition.${name}`),
  ];
  const rows = images.map((image) => [
    image.id,
    image.name,
    ...CLINICAL.map((name) => pythonText(image.clinical[name])),
    ...ACQUISITION.map((name) => pythonText(image.acquisition[name])),
  ]);
  return [header, ...rows].map(csvLine).join("");
}

function attribution({ name, attribution, license }: DatasetRecord): string {
  return `${name} by ${attribution}\n\nLicensed ${license}; the terms are in LICENSE.txt.\n`;
}
