import type { DatasetLock } from "./lock-file.ts";

type Test = (value: unknown) => boolean;
const isText: Test = (value) => typeof value === "string" && value !== "";
const isCount: Test = (value) => Number.isSafeInteger(value) && (value as number) >= 0;
const isSome: Test = (value) => typeof value === "object" && value !== null;
const isMissing: Test = (value) => value === undefined;
const listOf =
  (test: Test): Test =>
  (value) =>
    Array.isArray(value) && value.every(test);
const recordOf =
  (tests: Readonly<Record<string, Test>>): Test =>
  (value) =>
    isSome(value) && Object.entries(tests).every(([key, test]) => test((value as Record<string, unknown>)[key]));
const valuesOf =
  (test: Test): Test =>
  (value) =>
    isSome(value) && Object.values(value as object).every(test);
const or =
  (...tests: readonly Test[]): Test =>
  (value) =>
    tests.some((test) => test(value));

const isWord: Test = (value) => typeof value === "string";
const FILE = { sha256: isText, bytes: isCount };
const SHAPE: Readonly<Record<string, Test>> = {
  tools: valuesOf(isWord),
  server: isText,
  recipe: isSome,
  images: listOf(
    recordOf({
      ...{ id: isText, name: isText, stem: isText, split: isText, fold: or(isMissing, isCount), group: isText },
      ...{ labels: listOf(isWord), tokens: listOf(isWord), licence: or(isMissing, isWord) },
      ...{
        attribution: or(isMissing, isWord),
        source: recordOf(FILE),
        files: valuesOf(recordOf({ ...FILE, path: isText })),
      },
    }),
  ),
  files: listOf(recordOf({ ...FILE, path: isText })),
  duplicates: listOf(recordOf({ ids: listOf(isText) })),
  leftOut: listOf(recordOf({ id: isText, reason: isText })),
  summary: recordOf({
    unlabelled: valuesOf(isCount),
    notes: listOf(isWord),
    fields: listOf(isSome),
    without: valuesOf(isCount),
  }),
  references: listOf(recordOf({ title: isWord })),
};

/** What of a lock is not as locks are: a member, or the first of its entries that is wrong. */
export function flawOf(lock: DatasetLock): string | undefined {
  const wrong = Object.keys(SHAPE).find((key) => SHAPE[key]?.(lock[key as keyof DatasetLock]) !== true);
  if (wrong === undefined) return undefined;
  const value = lock[wrong as keyof DatasetLock] as unknown;
  if (value === undefined) return `it has no ${wrong}`;
  const at = Array.isArray(value) ? value.findIndex((each) => SHAPE[wrong]?.([each]) !== true) : -1;
  return at < 0
    ? `its ${wrong} are not as a build writes them`
    : `entry ${at + 1} of its ${wrong} is not as a build writes it`;
}
