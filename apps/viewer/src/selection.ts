import type { ImageRecord, IsicApi } from "isic/browser";

/** The fields that the form narrows by, in the words of each API. */
const PATHS = {
  v1: { sex: "meta.clinical.sex", diagnosis: "meta.clinical.diagnosis", age: "meta.clinical.age_approx" },
  v2: { sex: "metadata.clinical.sex", diagnosis: "metadata.clinical.diagnosis_3", age: "metadata.clinical.age_approx" },
} as const;

export interface Wish {
  readonly sex: string;
  readonly diagnosis: string;
  /** Years, or NaN for any age. */
  readonly age: number;
}

/** The images that meet the form. */
export async function select(api: IsicApi, wish: Wish): Promise<ReadonlyMap<string, ImageRecord>> {
  const paths = PATHS[api.family];
  const criteria: [string, "==" | "<=", string | number][] = [];
  if (wish.sex !== "") criteria.push([paths.sex, "==", wish.sex]);
  if (wish.diagnosis !== "") criteria.push([paths.diagnosis, "==", wish.diagnosis]);
  if (!Number.isNaN(wish.age)) criteria.push([paths.age, "<=", wish.age]);
  return api.selectImages(criteria);
}

/** The values of a field among some records, most frequent first. */
export function valuesOf(api: IsicApi, records: Iterable<ImageRecord>, field: "sex" | "diagnosis"): string[] {
  const counts = new Map<string, number>();
  for (const record of records) {
    const value = leafOf(record, PATHS[api.family][field]);
    if (typeof value === "string") counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  return [...counts].sort(([, a], [, b]) => b - a).map(([value]) => value);
}

/** One line about a record: sex, age, diagnosis, as far as they are known. */
export function describe(api: IsicApi, record: ImageRecord): string {
  const { sex, age, diagnosis } = PATHS[api.family];
  const words = [sex, age, diagnosis].map((path) => leafOf(record, path));
  return words.filter((word) => word !== undefined && word !== null).join(", ") || "nothing recorded";
}

function leafOf(record: unknown, path: string): unknown {
  return path.split(".").reduce((value: unknown, key) => (value as Record<string, unknown> | undefined)?.[key], record);
}
