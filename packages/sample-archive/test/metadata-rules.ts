import { taxonomyNodes, valuesOf } from "@isic/select/taxonomy";

/** A row of text cells, as a CSV gives them. */
export type Row = { readonly [column: string]: string };

/** What is wrong with a row; `field: null` is a rule over two fields. */
export interface RowError {
  readonly field: string | null;
  readonly type: string;
  readonly ctx?: { readonly [key: string]: string };
}

/** The type of error of a cell that is not empty, if it has one. */
type Check = (text: string) => string | undefined;

const YES = ["1", "on", "t", "true", "y", "yes"];
const NO = ["0", "off", "f", "false", "n", "no"];

const flag: Check = (text) => ([...YES, ...NO].includes(text.toLowerCase()) ? undefined : "bool_parsing");
const whole: Check = (text) => (/^[+-]?[0-9]+$/.test(text) ? undefined : "int_parsing");
const anything: Check = () => undefined;
const oneOf =
  (field: string, read: (text: string) => string = String): Check =>
  (text) =>
    valuesOf(field)!.includes(read(text)) ? undefined : "enum";

/** A whole path, or the name at its end where only one path ends so. */
function inTree(taxonomy: "diagnosis" | "anatom_site"): Check {
  return (text) => (pathOf(taxonomy, text) === undefined ? "enum" : undefined);
}

function pathOf(taxonomy: "diagnosis" | "anatom_site", text: string): string | undefined {
  const nodes = taxonomyNodes(taxonomy).filter(({ path, name }) => path.join(":") === text || name === text);
  return nodes.length === 1 ? nodes[0]!.path.join(":") : undefined;
}

/** Millimetres with at most two decimals, or any number with a unit. */
const millimetres: Check = (text) => {
  const [, number = "", unit] = /^(.*?)\s*(um|mm|cm)?$/i.exec(text)!;
  if (/^[+-]?(inf|infinity|nan)$/i.test(number)) return "finite_number";
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(number))
    return /^[\d.]+$/.test(number) ? "value_error" : "decimal_parsing";
  return unit === undefined && /\.\d{3}/.test(number) ? "decimal_max_places" : undefined;
};

const FIELDS: { readonly [field: string]: Check } = {
  age: (text) => (text === "85+" ? undefined : (whole(text) ?? (Number(text) < 0 ? "greater_than_equal" : undefined))),
  sex: (text) => (["male", "female"].includes(text.toLowerCase()) ? undefined : "literal_error"),
  acquisition_day: whole,
  diagnosis: inTree("diagnosis"),
  anatom_site: inTree("anatom_site"),
  diagnosis_confirm_type: oneOf("diagnosis_confirm_type", (text) => text.toLowerCase()),
  clin_size_long_diam_mm: millimetres,
  mel_thick_mm: millimetres,
  ...Object.fromEntries(
    [
      ...["fitzpatrick_skin_type", "anatom_site_special", "mel_mitotic_index", "image_type", "dermoscopic_type"],
      ...["tbp_tile_type", "image_manipulation", "color_tint"],
    ].map((field) => [field, oneOf(field)]),
  ),
  ...Object.fromEntries(
    [
      ...["personal_hx_mm", "family_hx_mm", "melanocytic", "concomitant_biopsy", "mel_ulcer", "hairy", "blurry"],
      "marker_pen",
    ].map((field) => [field, flag]),
  ),
  ...Object.fromEntries(["patient_id", "lesion_id", "rcm_case_id"].map((field) => [field, anything])),
};

const MELANOMA = /^Malignant:Malignant melanocytic proliferations \(Melanoma\)|Collision - At least one malignant/;

/** The archive's rules for one row: each field by itself, and when all are right the first rule over two that fails. */
export function rowErrors(row: Row): readonly RowError[] {
  const cells = new Map(
    Object.entries(row).flatMap(([field, text]) => (text.trim() === "" ? [] : [[field, text.trim()] as const])),
  );
  for (const tree of ["diagnosis", "anatom_site"]) {
    const levels = [1, 2, 3, 4, 5].map((level) => cells.get(`${tree}_${level}`) ?? "");
    if (!cells.has(tree) && levels.some((name) => name !== "")) cells.set(tree, levels.join(":").replace(/:+$/, ""));
  }
  const wrong = [...cells].flatMap(([field, text]) => {
    const type = FIELDS[field]?.(text);
    return type === undefined ? [] : [{ field, type }];
  });
  if (wrong.length > 0) return wrong;
  const broken = crossFieldError(cells);
  return broken === undefined ? [] : [broken];
}

function crossFieldError(cells: ReadonlyMap<string, string>): RowError | undefined {
  const isTrue = (field: string) => YES.includes((cells.get(field) ?? "").toLowerCase());
  const has = (field: string) => cells.has(field) && Number.parseFloat(cells.get(field)!) !== 0;
  const error = (type: string, field1: string, field2: string, field2_value?: string): RowError => ({
    field: null,
    type,
    ctx: { field1, field2, ...(field2_value === undefined ? undefined : { field2_value }) },
  });
  const type = cells.get("image_type");
  const diagnosis = cells.has("diagnosis") ? pathOf("diagnosis", cells.get("diagnosis")!) : undefined;
  for (const field of ["mel_mitotic_index", "mel_thick_mm", "mel_ulcer"]) {
    const given = field === "mel_ulcer" ? isTrue(field) : field === "mel_thick_mm" ? has(field) : cells.has(field);
    if (!given) continue;
    if (diagnosis === undefined) return error("missing_field", field, "diagnosis");
    if (!MELANOMA.test(diagnosis)) return error("incompatible_fields", field, "diagnosis", diagnosis);
  }
  if (cells.has("rcm_case_id") && type === undefined) return error("missing_field", "rcm_case_id", "image_type");
  if (cells.has("rcm_case_id") && !type!.startsWith("RCM: ")) {
    return error("incompatible_fields", "rcm_case_id", "image_type", "RCM: macroscopic");
  }
  if (cells.has("dermoscopic_type") && type === undefined) {
    return error("missing_field", "dermoscopic_type", "image_type");
  }
  if (cells.has("dermoscopic_type") && type !== "dermoscopic") {
    return error("incompatible_fields", "dermoscopic_type", "image_type", "dermoscopic");
  }
  if (cells.has("tbp_tile_type") && type === undefined) return error("missing_field", "tbp_tile_type", "image_type");
  if (cells.has("tbp_tile_type") && !type!.startsWith("TBP tile")) {
    return error("incompatible_fields", "tbp_tile_type", "image_type", type!);
  }
  if (isTrue("concomitant_biopsy") && cells.get("diagnosis_confirm_type")?.toLowerCase() !== "histopathology") {
    return error("missing_field", "concomitant_biopsy", "diagnosis_confirm_type", "histopathology");
  }
  return undefined;
}

/** The archive's rules over rows: the first that fails, with up to five examples. */
export function batchError(rows: readonly Row[]): { type: string; examples: readonly string[] } | undefined {
  const conflicts = (key: string, value: string) => {
    const seen = new Map<string, Set<string>>();
    for (const row of rows) {
      if (!row[key] || !row[value]) continue;
      seen.set(row[key], (seen.get(row[key]) ?? new Set()).add(row[value]));
    }
    return [...seen].filter(([, values]) => values.size > 1).map(([id]) => id);
  };
  const macroscopic = new Map<string, number>();
  for (const { rcm_case_id: id, image_type: type } of rows) {
    if (id && type === "RCM: macroscopic") macroscopic.set(id, (macroscopic.get(id) ?? 0) + 1);
  }
  const found: readonly (readonly [string, readonly string[]])[] = [
    ["one_lesion_multiple_patients", conflicts("lesion_id", "patient_id")],
    ["rcm_multiple_macroscopics", [...macroscopic].filter(([, count]) => count > 1).map(([id]) => id)],
    ["one_rcm_case_multiple_lesions", conflicts("rcm_case_id", "lesion_id")],
  ];
  const first = found.find(([, ids]) => ids.length > 0);
  return first === undefined ? undefined : { type: first[0], examples: first[1].slice(0, 5) };
}
