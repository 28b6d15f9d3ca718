import { type Criteria, createPredicate, getPath } from "@isic/select";
import { pathsOf, toV2Criteria } from "./aliases.ts";
import { columnsOf, flatten } from "./csv/flatten.ts";
import { nearMatches } from "./near.ts";
import type { ImageRecord } from "./records.ts";

/** So many records are looked at for fields that look like a mistyped one. */
const SAMPLE = 300;

/** Criteria ready for the records of one API family. */
export interface ReadyCriteria {
  /** As they are asked: in the server's own paths. */
  readonly criteria: Criteria;
  readonly selects: (record: ImageRecord) => boolean;
}

/** Checks criteria and says them in the server's paths. Throws `CriteriaError` and `RenamedFieldError`. */
export function readyCriteria(criteria: Criteria, family: "v1" | "v2"): ReadyCriteria {
  const ready = family === "v2" ? toV2Criteria(criteria) : criteria;
  return { criteria: ready, selects: createPredicate<ImageRecord>(ready) };
}

/** One sentence per path that no record has: most likely a typing error, but no error to the archive's open records. */
export function unknownPaths(criteria: Criteria, records: ReadonlyMap<string, ImageRecord>): string[] {
  if (records.size === 0) return [];
  const unknown = pathsOf(criteria).filter((path) => !hasPath(records.values(), path));
  if (unknown.length === 0) return [];
  const known = columnsOf(firstOf(records.values(), SAMPLE).map((record) => flatten(record)));
  return unknown.map((path) => {
    const near = nearMatches(path, known);
    const hint = near.length === 0 ? "" : ` Did you mean ${near.map((name) => JSON.stringify(name)).join(" or ")}?`;
    return `No image here has the field ${JSON.stringify(path)}.${hint}`;
  });
}

function hasPath(records: Iterable<ImageRecord>, path: string): boolean {
  for (const record of records) if ((getPath(record, path) ?? null) !== null) return true;
  return false;
}

function firstOf<T>(items: Iterable<T>, most: number): T[] {
  const first: T[] = [];
  for (const item of items) {
    if (first.push(item) === most) break;
  }
  return first;
}
