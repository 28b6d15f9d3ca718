/** Several studies as one. */
import type { StudyRecord } from "../archive/archive.ts";
import { ArgumentError } from "../errors.ts";
import type { Study } from "./study.ts";

/** The record of several studies together: what all of them have once, in the order in which it comes first. */
export function combinedRecord(studies: readonly Study[]): StudyRecord {
  const isList: boolean = Array.isArray(studies);
  if (!isList || studies.some((study) => study?.record?.userCompletion === undefined))
    throw new ArgumentError(
      `expected a list of studies, each from api.study(...), got ${JSON.stringify(studies)?.slice(0, 80)}`,
    );
  if (studies.length === 0) throw new ArgumentError("expected studies to combine, got none");
  const records = studies.map(({ record }) => record);
  const userCompletion = new Map<string, number>();
  for (const record of records) {
    for (const [user, completed] of Object.entries(record.userCompletion))
      userCompletion.set(user, (userCompletion.get(user) ?? 0) + completed);
  }
  return {
    ...records[0]!,
    _id: "",
    name: "",
    description: `Combined study:\n${records.map(({ description }) => `${description}\n`).join("")}`,
    features: union(records, ({ features }) => features, "id"),
    images: union(records, ({ images }) => images, "_id"),
    questions: union(records, ({ questions }) => questions, "id"),
    users: union(records, ({ users }) => users, "_id"),
    userCompletion: Object.fromEntries(userCompletion),
  };
}

/** Metadata of several studies: tables with the same key become one, in which the later study counts. */
export function combinedMetaData(studies: readonly Study[]): Record<string, unknown> {
  const all = new Map<string, unknown>();
  for (const { metaData } of studies) {
    for (const [key, value] of Object.entries(metaData)) {
      const before = all.get(key);
      all.set(key, isTable(before) && isTable(value) ? { ...before, ...value } : structuredClone(value));
    }
  }
  return Object.fromEntries(all);
}

function isTable(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function union<Item, Key extends keyof Item>(
  records: readonly StudyRecord[],
  itemsOf: (record: StudyRecord) => readonly Item[],
  key: Key,
): Item[] {
  const all = new Map<Item[Key], Item>();
  for (const record of records) for (const item of itemsOf(record)) if (!all.has(item[key])) all.set(item[key], item);
  return [...all.values()];
}
