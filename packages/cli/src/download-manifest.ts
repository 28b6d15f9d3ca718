import { stat } from "node:fs/promises";
import {
  type DownloadOptions,
  type ManifestEntry,
  type Part,
  type RecordSelection,
  readManifest,
  stemOf,
} from "isic/node";
import { CommandError } from "./print/failure.ts";

/** The files of another download, to be had again. */
export interface ManifestSelection {
  readonly selection: RecordSelection;
  readonly parts: readonly Part[];
  /** The longer side of its copies, when it has copies instead of the archive's own files. */
  readonly resize?: number;
  /** The hash that each file had. */
  readonly expected: (id: string, part: Part) => string | undefined;
  /** The names and groups that the images had there. */
  readonly groups: Pick<DownloadOptions, "stemOf" | "splitOf" | "labelOf">;
}

const ORDER: readonly Part[] = ["image", "thumbnail", "superpixels", "mask"];

/** Reads a manifest, or those of a folder. */
export async function manifestSelection(path: string): Promise<ManifestSelection> {
  if ((await stat(path).catch(() => undefined)) === undefined) throw new CommandError(`There is no manifest ${path}.`);
  const entries = await readManifest(path);
  if (entries.length === 0)
    throw new CommandError(`${path} is not a manifest: none of its lines is one of a download's.`);
  return selectionOfEntries(entries);
}

export function selectionOfEntries(entries: readonly ManifestEntry[]): ManifestSelection {
  const parts = new Set(entries.map((entry) => entry.part));
  const hashes = new Map(entries.map(({ id, part, sha256 }) => [`${id}/${part}`, sha256]));
  const resize = entries.find(({ resized }) => resized !== undefined)?.resized?.longerSide;
  return {
    selection: { ids: [...new Set(entries.map((entry) => entry.id))] },
    parts: ORDER.filter((part) => parts.has(part)),
    ...(resize === undefined ? {} : { resize }),
    expected: (id, part) => hashes.get(`${id}/${part}`),
    groups: groupsOf(entries),
  };
}

/** Without split or label in the manifest there are none to hand on. */
function groupsOf(entries: readonly ManifestEntry[]): ManifestSelection["groups"] {
  const stems = new Map<string, string>();
  const groups = new Map<string, ManifestEntry>();
  for (const entry of entries) {
    if (entry.file !== undefined) stems.set(entry.id, stemOf(entry.file, entry.part));
    groups.set(entry.id, entry);
  }
  return {
    stemOf: ({ id }) => stems.get(id),
    ...(entries.some(({ split }) => split !== undefined) ? { splitOf: ({ id }) => groups.get(id)?.split } : {}),
    ...(entries.some(({ label }) => label !== undefined) ? { labelOf: ({ id }) => groups.get(id)?.label } : {}),
  };
}
