import type { ImageRecord } from "../source.ts";
import type { ArchiveState } from "../state.ts";
import { metadata } from "./records.ts";

/** Metadata of images as CSV: the fields that any of them has, sorted; and the credit line of each image itself. */
export function* csvRows(state: ArchiveState, images: readonly ImageRecord[]): Generator<string> {
  const fields = new Set<string>();
  for (const image of images) for (const [name] of values(image)) fields.add(name);
  const columns = [...fields].sort();
  yield line(["isic_id", "attribution", "copyright_license", ...columns]);
  for (const image of images) {
    const found = new Map(values(image));
    yield line([
      image.name,
      trueAttribution(state, image),
      state.datasetOf(image).license,
      ...columns.map((name) => shown(found.get(name))),
    ]);
  }
}

/** What a licence wants said, which is not always what the image's JSON says. */
export function trueAttribution(state: ArchiveState, image: ImageRecord): string {
  return image.v2?.attribution ?? state.datasetOf(image).attribution;
}

function values(image: ImageRecord): readonly (readonly [string, unknown])[] {
  const { acquisition, clinical } = metadata(image);
  return Object.entries({ ...acquisition, ...clinical }).filter(([name]) => name !== "pixels_x" && name !== "pixels_y");
}

function shown(value: unknown): string {
  if (value === undefined || value === null) return "";
  if (typeof value === "boolean") return value ? "True" : "False";
  return String(value);
}

/** Spreadsheets run cells that begin like formulas; a tab in front stops them. */
function line(cells: readonly string[]): string {
  const safe = cells.map((cell) => (/^[=\-+@]/.test(cell) ? `\t${cell}` : cell));
  return `${safe.map((cell) => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join(",")}\r\n`;
}
