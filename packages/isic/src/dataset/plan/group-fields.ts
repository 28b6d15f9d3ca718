import { getPath } from "@isic/select";
import type { Recipe } from "../recipe/recipe.ts";

type Fields = Readonly<Record<string, unknown>>;

/** A field that says which images belong together. */
export interface GroupField {
  /** `patient`, `lesion`, or the path that the recipe names. */
  readonly unit: string;
  readonly path: string;
  /** Images that have it. */
  readonly images: number;
}

/** `patient`, `patient_id`, `Patient ID`, `patientId`, `patient identifier` ...; not `patientlocation`. */
const UNIT = /^(patient|lesion)(_?(id|ids|identifier|number|no|nr|name|key|code|uid))?$/;

function unitOf(key: string): string | undefined {
  const words = key
    .replace(/([a-z])([A-Z])/g, "$1_$2")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "_")
    .replace(/^_|_$/g, "");
  return UNIT.exec(words)?.[1];
}

/**
 * The fields by which records may belong together, as the records have them: whatever lies in their metadata under a
 * name that says patient or lesion, on either API.
 */
export function findGroupFields(records: Iterable<Fields>, groups: Recipe["groups"]): GroupField[] {
  const units = groupUnits(groups);
  const own = units.filter((unit) => unit.includes("."));
  const found = new Map<string, { unit: string; path: string; images: number }>();
  const keys = new Map<string, string | false>();
  const note = (unit: string, path: string): void => {
    const known = found.get(path);
    if (known === undefined) found.set(path, { unit, path, images: 1 });
    else known.images++;
  };
  const walk = (part: unknown, path: string, depth: number): void => {
    if (typeof part !== "object" || part === null || Array.isArray(part)) return;
    for (const key in part) {
      const value = (part as Fields)[key];
      if (typeof value === "object") {
        if (depth > 0) walk(value, `${path}.${key}`, depth - 1);
        continue;
      }
      let unit = keys.get(key);
      if (unit === undefined) {
        unit = key.includes(".") ? false : (unitOf(key) ?? false);
        keys.set(key, unit);
      }
      if (unit !== false && units.includes(unit) && groupValue(value) !== undefined) note(unit, `${path}.${key}`);
    }
  };
  for (const record of records) {
    walk(record.metadata, "metadata", 2);
    walk(record.meta, "meta", 2);
    for (const path of own) if (groupValue(getPath(record, path)) !== undefined) note(path, path);
  }
  const order = ({ unit }: GroupField): number => units.indexOf(unit);
  return [...found.values()].sort((a, b) => order(a) - order(b) || (a.path < b.path ? -1 : 1));
}

/** What a recipe's groups are of: `patient` and `lesion`, also where it writes `patient_id`, and paths of its own. */
export function groupUnits(groups: Recipe["groups"]): string[] {
  if (groups === "none") return [];
  const units = (groups ?? ["patient", "lesion"]).map((word) => (word.includes(".") ? word : (unitOf(word) ?? word)));
  return [...new Set(units)];
}

/** Words that people write where nothing is known. */
const LONGEST_NOTHING = "not available".length;
const NOTHING = /^(|-|-1|\?|n\/?a|nan|none|null|unknown|not available|missing)$/i;

/** A value that says which images belong together; nothing for what says that it is not known. */
export function groupValue(value: unknown): string | undefined {
  if (typeof value === "number") return Number.isFinite(value) && value !== -1 ? String(value) : undefined;
  if (typeof value !== "string") return undefined;
  const text = value.trim();
  // Most are longer than any of these words, and there are many.
  return text.length <= LONGEST_NOTHING && NOTHING.test(text) ? undefined : text;
}
