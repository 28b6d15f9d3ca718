import { BOOLEANS, DECIMALS, TEXTS } from "../criteria/fields.ts";

/** The kinds of fields the archive can search. */
export type QueryFieldKind = "string" | "number" | "boolean";

/** A field of the search language. */
export interface QueryField {
  readonly kind: QueryFieldKind;
  /** Where records of v2 keep it. */
  readonly path: string;
  /** What a column of numbers counts in: whole years, hundredths of a millimetre. */
  readonly step?: number;
  /** False where the server takes the query and then fails with status 500. */
  readonly answered: boolean;
}

const NAMES: Readonly<Record<QueryFieldKind, string>> = {
  string: `isic_id copyright_license ${TEXTS}`,
  number: `age_approx ${DECIMALS}`,
  boolean: `public ${BOOLEANS}`,
};
const AT_ROOT = /^(isic_id|copyright_license|public)$/;
const IN_ACQUISITION = /^(image_type|dermoscopic_type|image_manipulation|blurry|hairy|marker_pen|color_tint)$/;
const UNANSWERED = /^(blurry|hairy|marker_pen|color_tint)$/;

/** Every field of the search language by its name. */
export function queryFields(): ReadonlyMap<string, QueryField> {
  known ??= new Map(
    Object.entries(NAMES).flatMap(([kind, names]) =>
      names
        .split(" ")
        .flatMap((name) => (name.endsWith("_n") ? [1, 2, 3, 4, 5].map((n) => name.slice(0, -1) + n) : name))
        .map((name): [string, QueryField] => [
          name,
          {
            kind: kind as QueryFieldKind,
            path: pathOf(name),
            ...(kind === "number" && { step: DECIMALS.includes(name) ? 0.01 : 1 }),
            answered: !UNANSWERED.test(name),
          },
        ]),
    ),
  );
  return known;
}

let known: ReadonlyMap<string, QueryField> | undefined;

function pathOf(name: string): string {
  if (AT_ROOT.test(name)) return name;
  return `metadata.${IN_ACQUISITION.test(name) ? "acquisition" : "clinical"}.${name}`;
}

const REPLACED: Readonly<Record<string, string>> = {
  diagnosis: "diagnosis_1 to diagnosis_5",
  benign_malignant: "diagnosis_1",
  anatom_site_general: "anatom_site_1 to anatom_site_5",
  anatom_site: "anatom_site_1 to anatom_site_5",
  age: "age_approx",
  id: "isic_id",
  name: "isic_id",
  license: "copyright_license",
  clin_size: "clin_size_long_diam_mm",
};

/** What to write instead of a name that is no field, for people who know it from elsewhere. */
export function replacementOf(name: string): string | undefined {
  return Object.hasOwn(REPLACED, name) ? REPLACED[name] : undefined;
}
