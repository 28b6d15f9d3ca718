import type { Bytes } from "../archive/source.ts";
import type { ArchiveState } from "../archive/state.ts";
import { isoZ } from "../world/time.ts";
import { metadata, trueAttribution } from "./records.ts";
import { visibleImages } from "./visible.ts";

type ColumnType = "text" | "integer" | "decimal" | "flag";

/** The columns of the real file, in its order. */
const COLUMNS: readonly (readonly [name: string, type: ColumnType])[] = [
  ["isic_id", "text"],
  ["attribution", "text"],
  ["copyright_license", "text"],
  ["patient_id", "text"],
  ["age_approx", "integer"],
  ["sex", "text"],
  ["fitzpatrick_skin_type", "text"],
  ["personal_hx_mm", "flag"],
  ["family_hx_mm", "flag"],
  ["lesion_id", "text"],
  ["acquisition_day", "integer"],
  ["clin_size_long_diam_mm", "decimal"],
  ["melanocytic", "flag"],
  ["concomitant_biopsy", "flag"],
  ["anatom_site_special", "text"],
  ["anatom_site_1", "text"],
  ["anatom_site_2", "text"],
  ["anatom_site_3", "text"],
  ["anatom_site_4", "text"],
  ["anatom_site_5", "text"],
  ["diagnosis_confirm_type", "text"],
  ["diagnosis_1", "text"],
  ["diagnosis_2", "text"],
  ["diagnosis_3", "text"],
  ["diagnosis_4", "text"],
  ["diagnosis_5", "text"],
  ["mel_mitotic_index", "text"],
  ["mel_thick_mm", "decimal"],
  ["mel_ulcer", "flag"],
  ["image_type", "text"],
  ["dermoscopic_type", "text"],
  ["tbp_tile_type", "text"],
  ["image_manipulation", "text"],
  ["rcm_case_id", "text"],
];

const ELEMENTS = {
  text: { type: "BYTE_ARRAY", converted_type: "UTF8" },
  integer: { type: "INT64" },
  decimal: { type: "FIXED_LEN_BYTE_ARRAY", type_length: 3, converted_type: "DECIMAL", precision: 5, scale: 2 },
  flag: { type: "BOOLEAN" },
} as const;

/** The public metadata in one file: what it says stays as it is until the archive changes. */
interface Snapshot {
  readonly bytes: Bytes;
  readonly takenAt: number;
}

/** The snapshot of now, or the last one while nothing has changed since. */
export function snapshot(state: ArchiveState): Promise<Snapshot> {
  return state.cached("snapshot", () => taken(state));
}

async function taken(state: ArchiveState): Promise<Snapshot> {
  const { parquetWriteBuffer } = await import("hyparquet-writer");
  const takenAt = state.now();
  const rows = visibleImages(state, undefined).map((image) => {
    const { acquisition, clinical } = metadata(image);
    const attribution = trueAttribution(state, image);
    return {
      isic_id: image.name,
      attribution,
      copyright_license: state.datasetOf(image).license,
      ...acquisition,
      ...clinical,
    };
  });
  const file = parquetWriteBuffer({
    schema: [
      { name: "schema", num_children: COLUMNS.length },
      ...COLUMNS.map(([name, type]) => ({ name, repetition_type: "OPTIONAL" as const, ...ELEMENTS[type] })),
    ],
    columnData: COLUMNS.map(([name, type]) => ({
      name,
      data: rows.map((row) => cell((row as { readonly [column: string]: unknown })[name], type)),
    })),
    rowGroupSize: 10_000,
    kvMetadata: [{ key: "snapshot_timestamp", value: isoZ(takenAt) }],
  });
  return { bytes: new Uint8Array(file), takenAt };
}

function cell(value: unknown, type: ColumnType): unknown {
  if (value === undefined || value === null) return null;
  if (type === "integer") return BigInt(Math.round(value as number));
  return type === "decimal" ? Number(value) : value;
}
