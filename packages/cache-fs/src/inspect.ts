/** `verify` and `repair` of one shelf. */
import { rm } from "node:fs/promises";
import { basename, join } from "node:path";
import type { InspectOptions, Problem } from "@isic/cache";
import { sha256Of } from "./digest.ts";
import { removeSurely, staleToken } from "./lock.ts";
import type { Shelf } from "./shelf.ts";
import { type WalkedFolder, walk } from "./walk.ts";
import { namesIn, readWhole, removeVersion, type WholeFile } from "./whole-file.ts";

export interface Inspection {
  entries: number;
  bytes: number;
  readonly problems: Problem[];
}

type Options = InspectOptions & { readonly repair: boolean };

export async function inspectShelf(shelf: Shelf, options: Options, inspection: Inspection): Promise<void> {
  const leftovers = await shelf.temporaries.leftovers();
  if (options.repair) await shelf.ready();
  for (const path of leftovers) {
    if (options.repair) await rm(path, { force: true });
    report(inspection, "leftover", "A process died while it wrote this temporary file.", options.repair, {
      where: path,
    });
  }
  for await (const folder of walk(shelf.root)) {
    await inspectFolder(shelf, folder, options, inspection);
  }
}

async function inspectFolder(
  shelf: Shelf,
  folder: WalkedFolder,
  options: Options,
  inspection: Inspection,
): Promise<void> {
  const place = folder.folders.join("/");
  const journal = await shelf.journals.fresh(`${place}/_`);
  for (const name of folder.others) {
    report(inspection, "unknown", "This is no file of the cache; a link is never followed.", false, {
      where: join(shelf.root, place, name),
    });
  }
  for (const name of folder.files) {
    options.signal?.throwIfAborted();
    if (name.startsWith(".")) await inspectHidden(shelf, join(shelf.root, place, name), options, inspection);
    else await inspectEntry(shelf, folder, name, options, inspection);
  }
  if (options.repair) {
    await journal.compact(shelf.temporaries.newPath(), async () => new Set(await namesIn(join(shelf.root, place))));
  }
}

/** A lock, or the claim of one who was about to remove it. */
async function inspectHidden(shelf: Shelf, path: string, options: Options, inspection: Inspection): Promise<void> {
  const [, lock, claim] = /^(.*\.lock)(\..*)?$/s.exec(path) ?? [];
  if (lock === undefined) {
    report(inspection, "unknown", "No key names this hidden file.", false, { where: path });
    return;
  }
  const token = await staleToken(path);
  if (token === undefined) return;
  if (options.repair) {
    if (claim === undefined) await removeSurely(lock, token, shelf.temporaries.newName());
    else await rm(path, { force: true });
  }
  report(inspection, "leftover", "A process died while it held this lock.", options.repair, { where: path });
}

async function inspectEntry(
  shelf: Shelf,
  { folders }: WalkedFolder,
  name: string,
  options: Options,
  inspection: Inspection,
): Promise<void> {
  const relative = [...folders, name].join("/");
  const where = join(shelf.root, relative);
  const key = shelf.naming.keyOf(folders, name);
  if (key === undefined) {
    report(inspection, "unknown", "No key names this file.", false, { where });
    return;
  }
  if (options.prefix !== undefined && !key.startsWith(options.prefix)) return;
  let file: WholeFile | undefined;
  try {
    file = await readWhole(where);
  } catch (error) {
    report(inspection, "unreadable", `Reading failed: ${(error as Error).message}`, false, { key, where });
    return;
  }
  if (file === undefined) return;
  inspection.entries++;
  inspection.bytes += file.value.byteLength;
  if (inspection.entries % 64 === 0) options.onProgress?.({ done: inspection.entries, bytes: inspection.bytes });

  const meta = await shelf.journals.metaOf(relative, file.identity);
  const stored = meta ?? (await storedInPlace(shelf, relative, file));
  const sha256 = sha256Of(file.value);
  if (stored !== undefined && stored.sha256 !== sha256) {
    const message = `Its SHA-256 is ${sha256}, but ${stored.sha256} was stored.`;
    await condemn(shelf, "corrupt", message, key, where, file, options, inspection);
    return;
  }
  const wrong = await options.check?.(key, file.value);
  if (wrong !== undefined) await condemn(shelf, "content", wrong, key, where, file, options, inspection);
  else if (meta === undefined) adopt(shelf, relative, key, file, sha256, options, inspection);
}

/**
 * What was stored as this very file, whose time or size has changed since. Programs that renew a file put a new one in
 * its place, all but the Python client with its records (`.gz`), which have a checksum of their own.
 */
async function storedInPlace(
  shelf: Shelf,
  relative: string,
  { identity }: WholeFile,
): Promise<{ readonly sha256: string } | undefined> {
  if (relative.endsWith(".gz")) return undefined;
  const last = (await shelf.journals.fresh(relative)).lastMetaOf(basename(relative));
  return last?.ino === identity.ino ? last : undefined;
}

/** A broken entry: `repair` removes it, unless somebody has stored a better one meanwhile. */
async function condemn(
  shelf: Shelf,
  kind: Problem["kind"],
  message: string,
  key: string,
  where: string,
  file: WholeFile,
  options: Options,
  inspection: Inspection,
): Promise<void> {
  if (options.repair) await removeVersion(where, file.identity, shelf.temporaries.newPath());
  report(inspection, kind, message, options.repair, { key, where });
}

/** A good entry that nothing is known of: `repair` writes down what it is, so that it is verified from now on. */
function adopt(
  shelf: Shelf,
  relative: string,
  key: string,
  { identity }: WholeFile,
  sha256: string,
  options: Options,
  inspection: Inspection,
): void {
  const path = join(shelf.root, relative);
  if (options.repair) shelf.note(relative, { ...identity, created: identity.mtimeMs, sha256, notes: {} });
  const message = "Nothing is known about it: another program wrote it, or a crash took its line.";
  report(inspection, "unindexed", message, options.repair, { key, where: path });
}

function report(
  inspection: Inspection,
  kind: Problem["kind"],
  message: string,
  repaired: boolean,
  what: { readonly key?: string; readonly where?: string },
): void {
  inspection.problems.push({ kind, ...what, message, repaired });
}
