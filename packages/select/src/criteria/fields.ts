/** What a field of the archive's records holds; a `decimal` is a number that the server sends as a string. */
export type FieldKind = "number" | "decimal" | "boolean" | "string" | "list";

// Names that both APIs' records have, as far as they have the field; "_n" stands for five fields, "_1" to "_5".
export const TEXTS =
  "sex diagnosis_confirm_type image_type dermoscopic_type tbp_tile_type mel_mitotic_index anatom_site_special patient_id lesion_id rcm_case_id image_manipulation fitzpatrick_skin_type color_tint diagnosis_n anatom_site_n";
export const DECIMALS = "clin_size_long_diam_mm mel_thick_mm";
export const BOOLEANS = "personal_hx_mm family_hx_mm melanocytic mel_ulcer concomitant_biopsy blurry hairy marker_pen";

type Names = Readonly<Partial<Record<FieldKind, string>>>;

const IN_BRANCHES: Names = {
  number: "age_approx acquisition_day pixelsX pixelsY pixels_x pixels_y",
  decimal: DECIMALS,
  boolean: BOOLEANS,
  string: `${TEXTS} diagnosis benign_malignant anatom_site_general mel_class mel_type nevus_type`,
};
const ELSEWHERE: Names = {
  number: "dataset._accessLevel",
  boolean: "public notes.reviewed.accepted",
  string: "_id name isic_id created updated attribution copyright_license dataset.name",
  list: "notes.tags",
};

/** The kind of a field of the archive's image records (both APIs); `undefined` for all other paths. */
export function fieldKind(path: string): FieldKind | undefined {
  const [branch, root] = /^(meta|metadata)\.(?:clinical|acquisition)\./.exec(path) ?? [];
  const name = path.slice(branch?.length).replace(/_[1-5]$/, "_n");
  for (const [kind, names] of Object.entries(branch ? IN_BRANCHES : ELSEWHERE)) {
    if (names.split(" ").includes(name)) return kind === "decimal" && root === "meta" ? "number" : (kind as FieldKind);
  }
  return undefined;
}
