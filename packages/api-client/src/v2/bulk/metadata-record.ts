import type { Acquisition, Clinical, License } from "../types.ts";

/** An image's metadata from a bulk answer. Neither file URLs nor, in a CSV, the pixel sizes are in those. */
export interface MetadataRecord {
  isic_id: string;
  copyright_license: License;
  /** The image's own credit line, unless it says otherwise where the record came from. */
  attribution: string;
  metadata: { acquisition: Partial<Acquisition>; clinical: Clinical };
}

const ACQUISITION = ["pixels_x", "pixels_y", "image_type", "dermoscopic_type", "image_manipulation"];
const NUMBERS = ["pixels_x", "pixels_y", "age_approx", "acquisition_day", "clin_size_long_diam_mm", "mel_thick_mm"];
const FLAGS = ["personal_hx_mm", "family_hx_mm", "melanocytic", "concomitant_biopsy", "mel_ulcer"];
const OWN = ["isic_id", "attribution", "copyright_license"];

/** Flat columns as a record; empty and null cells are left out, as in the records of the API. */
export function metadataRecord(columns: Readonly<Record<string, unknown>>): MetadataRecord {
  const acquisition: Record<string, unknown> = {};
  const clinical: Record<string, unknown> = {};
  for (const [name, cell] of Object.entries(columns)) {
    if (cell === null || cell === undefined || cell === "" || OWN.includes(name)) continue;
    const value = typedCell(name, cell);
    if (ACQUISITION.includes(name)) acquisition[name] = value;
    else clinical[name] = value;
  }
  return {
    isic_id: String(columns.isic_id ?? ""),
    copyright_license: String(columns.copyright_license ?? ""),
    attribution: String(columns.attribution ?? ""),
    metadata: { acquisition, clinical },
  };
}

/** CSV has `True` and `5.10`, Parquet has booleans, numbers and (for whole numbers) bigints. */
function typedCell(name: string, cell: unknown): unknown {
  if (typeof cell === "bigint") return Number(cell);
  if (typeof cell !== "string") return cell;
  if (NUMBERS.includes(name)) return Number.isFinite(Number(cell)) ? Number(cell) : cell;
  if (FLAGS.includes(name) && /^(true|false)$/i.test(cell)) return cell.toLowerCase() === "true";
  return cell;
}
