import { stat } from "node:fs/promises";
import {
  type Connected,
  type DownloadOptions,
  type ManifestEntry,
  type Part,
  type RecordSelection,
  readManifest,
  stemOf,
} from "isic/node";
import { CommandError } from "../../output/failure.ts";
import type { Terminal } from "../../output/terminal.ts";
import { ID_PATTERNS } from "../../selection/id-list.ts";

/** The files of another download, to be had again. */
export interface ManifestSelection {
  readonly entries: readonly ManifestEntry[];
  readonly selection: RecordSelection;
  readonly parts: readonly Part[];
  /** The longer side of its copies, when it has copies instead of the archive's own files. */
  readonly resize?: number;
  /** The hashes, names and groups that the images had there. */
  readonly engine: Pick<DownloadOptions, "expected" | "stemOf" | "splitOf" | "labelOf">;
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

/** What lines of a manifest select, and the hashes, names and groups that the images had. */
export function selectionOfEntries(entries: readonly ManifestEntry[]): ManifestSelection {
  const parts = new Set(entries.map((entry) => entry.part));
  const hashes = new Map(entries.map(({ id, part, sha256 }) => [`${id}/${part}`, sha256]));
  const resize = entries.find(({ resized }) => resized !== undefined)?.resized?.longerSide;
  return {
    entries,
    selection: { ids: [...new Set(entries.map((entry) => entry.id))] },
    parts: ORDER.filter((part) => parts.has(part)),
    ...(resize === undefined ? {} : { resize }),
    engine: { expected: (id, part) => hashes.get(`${id}/${part}`), ...groupsOf(entries) },
  };
}

/** Without split or label in the manifest there are none to hand on. */
function groupsOf(entries: readonly ManifestEntry[]): Pick<DownloadOptions, "stemOf" | "splitOf" | "labelOf"> {
  const stems = new Map<string, string>();
  const groups = new Map<string, ManifestEntry>();
  for (const entry of entries) {
    const stem = entry.file === undefined ? entry.stem : stemOf(entry.file, entry.part);
    if (stem !== undefined) stems.set(entry.id, stem);
    groups.set(entry.id, entry);
  }
  return {
    stemOf: ({ id }) => stems.get(id),
    ...(entries.some(({ split }) => split !== undefined) ? { splitOf: ({ id }) => groups.get(id)?.split } : {}),
    ...(entries.some(({ label }) => label !== undefined) ? { labelOf: ({ id }) => groups.get(id)?.label } : {}),
  };
}

/**
 * Is this the server that the files came from? Another one may be a copy of it, but not one of the other API.
 *
 * @throws CommandError before anything is asked of the wrong one
 */
export function checkSameServer(
  entries: readonly ManifestEntry[],
  { family, client }: Connected,
  { err }: Terminal,
): void {
  const other = family === "v1" ? "v2" : "v1";
  if (entries.every(({ id }) => ID_PATTERNS[other].test(id))) {
    const hint = other === "v1" ? "add --api v1 and its --server" : "leave out --api v1";
    throw new CommandError(`Those files are of an archive of the API ${other}: ${hint}.`, 2);
  }
  const { host } = client.api.baseUrl;
  const server = entries.find((entry) => entry.server !== undefined && entry.server !== host)?.server;
  if (server !== undefined) err.line(`note: those files came from ${server}; ${host} is asked now.`);
}
