import { csvLine, pythonText } from "../archive/python-text.ts";
import type { ImageRecord } from "../archive/source.ts";
import type { ArchiveState } from "../archive/state.ts";
import { metadata, trueAttribution } from "./records.ts";

/** Metadata of images as CSV: the fields that any of them has, sorted; and the credit line of each image itself. */
export function* csvRows(state: ArchiveState, images: readonly ImageRecord[]): Generator<string> {
  const fields = new Set<string>();
  for (const image of images) {
    const { acquisition, clinical } = metadata(image);
    for (const name in acquisition) fields.add(name);
    for (const name in clinical) fields.add(name);
  }
  for (const name of UNLISTED) fields.delete(name);
  const columns = [...fields].sort();
  yield line(["isic_id", "attribution", "copyright_license", ...columns]);
  for (const image of images) {
    const { acquisition, clinical } = metadata(image);
    yield line([
      image.name,
      trueAttribution(state, image),
      state.datasetOf(image).license,
      ...columns.map((name) => pythonText(clinical[name] ?? acquisition[name])),
    ]);
  }
}

/** What the table leaves out of an image's metadata. */
const UNLISTED = ["pixels_x", "pixels_y"];

/** Spreadsheets run cells that begin like formulas; a tab in front stops them. */
function line(cells: readonly string[]): string {
  return csvLine(cells.map((cell) => (/^[=\-+@]/.test(cell) ? `\t${cell}` : cell)));
}
