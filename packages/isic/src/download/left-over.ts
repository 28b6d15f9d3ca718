/** What an earlier run brought and the selection does not have any more: said always, removed only when asked to. */
import { rm } from "node:fs/promises";
import { resolve } from "node:path";
import type { IndexedEntry, ManifestFile } from "./manifest-file.ts";
import type { DownloadSource } from "./types.ts";

/** Which of so many images the archive still has is asked for; of more only their number is said. */
const MOST_ASKED = 5_000;

export interface LeftOver {
  /** Names of those that the archive still has. */
  readonly unselected: readonly string[];
  /** Names of those that it has not, or not for this account. */
  readonly withdrawn: readonly string[];
  /** All their lines. */
  readonly marks: readonly IndexedEntry[];
}

export const NOTHING_LEFT_OVER: LeftOver = { unselected: [], withdrawn: [], marks: [] };

/**
 * Compares a manifest with a selection that has been walked to its end.
 *
 * @param seen ids of the selection
 * @param unknown those of them that the archive says it does not have
 */
export async function leftOver(
  manifest: ManifestFile,
  source: DownloadSource,
  { seen, unknown }: { readonly seen: ReadonlySet<string>; readonly unknown: ReadonlySet<string> },
  signal: AbortSignal,
): Promise<LeftOver> {
  const marks = [...manifest.indexedEntries()].filter(
    ({ id, file }) => file !== undefined && (!seen.has(id) || unknown.has(id)),
  );
  const names = new Map(marks.map(({ id, name }) => [id, name]));
  const ids = [...names.keys()].filter((id) => !unknown.has(id));
  const isAsked = ids.length > 0 && ids.length <= MOST_ASKED;
  const there = (isAsked ? await source.stillThere?.(ids, signal) : undefined) ?? new Set(ids);
  const isWithdrawn = (id: string): boolean => !there.has(id);
  const named = (wanted: (id: string) => boolean): string[] =>
    [...names]
      .filter(([id]) => wanted(id))
      .map(([, name]) => name)
      .sort();
  return { withdrawn: named(isWithdrawn), unselected: named((id) => !isWithdrawn(id)), marks };
}

/** Removes the files, each before its line: a kill in between leaves a line without a file, which `verify` tells. */
export async function prune(target: string, manifest: ManifestFile, marks: readonly IndexedEntry[]): Promise<number> {
  for (const mark of marks) {
    if (mark.file !== undefined) await rm(resolve(target, mark.file), { force: true });
    manifest.prune(mark);
  }
  return new Set(marks.map(({ id }) => id)).size;
}
