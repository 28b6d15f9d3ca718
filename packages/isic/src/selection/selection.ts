import type { Criteria } from "@isic/select";
import type { ImageRecord } from "../archive/records.ts";
import type { ImageTable } from "../image-index/table.ts";
import { pathsOf } from "./criteria-paths.ts";

export interface CombineOptions {
  readonly subSelect?: unknown;
  /** Add what is found to the current selection instead of replacing it. @default false */
  readonly add?: boolean | undefined;
  /** Take what is found out of the current selection. @default false */
  readonly remove?: boolean | undefined;
}

/** Criteria in the server's own paths. Throws a `RenamedFieldError` for fields that today's archive no longer has. */
export async function serverCriteria(criteria: Criteria, family: "v1" | "v2"): Promise<Criteria> {
  if (family === "v1") return criteria;
  const { toV2Criteria } = await import("./aliases.ts");
  return toV2Criteria(criteria);
}

/** One sentence per path that no record has: most likely a typing error, but no error to the archive's open records. */
export async function unknownPaths(
  criteria: Criteria,
  table: Pick<ImageTable, "hasPath" | "paths">,
): Promise<string[]> {
  const unknown = pathsOf(criteria).filter((path) => !table.hasPath(path));
  if (unknown.length === 0) return [];
  const { unknownPathWarnings } = await import("./unknown-paths.ts");
  return unknownPathWarnings(unknown, await table.paths());
}

/** What a selection is after new ones were found: replaced, added to, or taken from. Adding beats taking, as ever. */
export function combineSelections(
  current: ReadonlyMap<string, ImageRecord>,
  found: readonly (readonly [string, ImageRecord])[],
  { subSelect, add, remove }: CombineOptions,
): Map<string, ImageRecord> {
  if (add === true && subSelect !== true) return new Map([...current, ...found]);
  if (remove !== true) return new Map(found);
  const gone = new Set(found.map(([id]) => id));
  return new Map([...current].filter(([id]) => !gone.has(id)));
}
