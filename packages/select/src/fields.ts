/** What a field of the archive's records holds; a `decimal` is a number that the server sends as a string. */
export type FieldKind = "number" | "decimal" | "boolean" | "string" | "list";

const NUMBERS = "pixelsX pixelsY pixels_x pixels_y age_approx acquisition_day";
const DECIMALS = "clin_size_long_diam_mm mel_thick_mm";
const BOOLEANS = "blurry hairy marker_pen melanocytic family_hx_mm personal_hx_mm mel_ulcer concomitant_biopsy";
const OTHERS: Readonly<Record<string, FieldKind>> = {
  _id: "string",
  name: "string",
  isic_id: "string",
  created: "string",
  updated: "string",
  attribution: "string",
  copyright_license: "string",
  public: "boolean",
  "dataset.name": "string",
  "dataset._accessLevel": "number",
  "notes.tags": "list",
  "notes.reviewed.accepted": "boolean",
};

/** The kind of a field of the archive's image records (both APIs); `undefined` for all other paths. */
export function fieldKind(path: string): FieldKind | undefined {
  const [, branch, key = ""] = /^(meta|metadata)\.(?:clinical|acquisition)\.(\w+)$/.exec(path) ?? [];
  if (branch === undefined) return Object.hasOwn(OTHERS, path) ? OTHERS[path] : undefined;
  const among = (names: string): boolean => names.split(" ").includes(key);
  if (among(DECIMALS)) return branch === "meta" ? "number" : "decimal";
  return among(NUMBERS) ? "number" : among(BOOLEANS) ? "boolean" : "string";
}
