/** `verify` and `repair` of one account's folder. */
import { rm } from "node:fs/promises";
import { basename, join } from "node:path";
import type { InspectOptions, Problem } from "@isic/cache";
import { FileTooLargeError, UnsafeFolderError } from "../errors.ts";
import { codeOf } from "../files/codes.ts";
import { removeStale, staleHolder } from "../files/lock.ts";
import { namesIn, readWhole, type WholeFile } from "../files/read.ts";
import { type WalkedFolder, walk } from "../files/walk.ts";
import { removeVersion } from "../files/write.ts";
import { ownerLockOf } from "../naming/owner.ts";
import type { AccountFolder } from "./account-folder.ts";
import { type AccountFolders, type FoundFolder, linksIn } from "./account-folders.ts";
import { sha256Of } from "./digest.ts";
import { removeErased } from "./erased.ts";

export interface Inspection {
  entries: number;
  bytes: number;
  readonly problems: Problem[];
}

type Options = InspectOptions & { readonly repair: boolean };

/** What lies beside the accounts' folders. */
export async function inspectRoot(accounts: AccountFolders, options: Options, inspection: Inspection): Promise<void> {
  if (accounts.owner !== undefined) return;
  for (const where of await linksIn(accounts.root)) {
    report(inspection, "unknown", "This is a link, which is never followed.", false, { where });
  }
  for (const where of options.repair ? await removeErased(accounts.root) : []) {
    report(inspection, "leftover", "A process died while it erased this folder.", true, { where });
  }
}

/** An account's folder; one that cannot be looked at is a line in the report, and the others are looked at. */
export async function inspectFolder(found: FoundFolder, options: Options, inspection: Inspection): Promise<void> {
  try {
    const account = await found.open();
    await inspectTemporaries(account, options, inspection);
    for await (const folder of walk(account.root)) await inspectSubfolder(account, folder, options, inspection);
  } catch (error) {
    if (options.signal?.aborted) throw error;
    const told = error instanceof UnsafeFolderError || error instanceof FileTooLargeError;
    if (!told && codeOf(error) === undefined) throw error;
    const where = told ? error.path : found.root;
    report(inspection, "unreadable", `Reading failed: ${(error as Error).message}`, false, { where });
  }
}

async function inspectTemporaries(account: AccountFolder, options: Options, inspection: Inspection): Promise<void> {
  const leftovers = await account.temporaries.leftovers();
  if (options.repair) await account.ready();
  await inspectHidden(ownerLockOf(account.root), options, inspection);
  for (const path of leftovers) {
    if (options.repair) await rm(path, { recursive: true, force: true });
    report(inspection, "leftover", "A process died while it wrote this temporary file.", options.repair, {
      where: path,
    });
  }
}

async function inspectSubfolder(
  account: AccountFolder,
  folder: WalkedFolder,
  options: Options,
  inspection: Inspection,
): Promise<void> {
  const place = folder.folders.join("/");
  const journal = await account.journals.fresh(`${place}/_`);
  const fault = await journal.fault();
  if (fault !== undefined) {
    if (options.repair) await rm(journal.path, { recursive: true, force: true });
    report(inspection, "unreadable", `The journal is no journal: ${fault}`, options.repair, { where: journal.path });
  }
  for (const name of folder.others) {
    report(inspection, "unknown", "This is no file of the cache; a link is never followed.", false, {
      where: join(account.root, place, name),
    });
  }
  for (const name of [...folder.hidden, ...folder.files]) {
    options.signal?.throwIfAborted();
    if (name.startsWith(".")) await inspectHidden(join(account.root, place, name), options, inspection);
    else await inspectEntry(account, folder, name, options, inspection);
  }
  if (options.repair) {
    await journal.compact(account.temporaries.newPath(), async () => new Set(await namesIn(join(account.root, place))));
  }
}

/** A lock; of the first versions also the mark of one who was about to remove it. */
async function inspectHidden(path: string, options: Options, inspection: Inspection): Promise<void> {
  if (!/\.lock(?:\.[^/]*)?$/.test(path)) {
    report(inspection, "unknown", "No key names this hidden file.", false, { where: path });
    return;
  }
  try {
    const holder = await staleHolder(path);
    if (holder === undefined) return;
    if (options.repair) await removeStale(path, holder);
  } catch (error) {
    if (!(error instanceof UnsafeFolderError)) throw error;
    report(inspection, "unknown", `This is no lock of the cache: ${error.reason}.`, false, { where: error.path });
    return;
  }
  report(inspection, "leftover", "A process died while it held this lock.", options.repair, { where: path });
}

async function inspectEntry(
  account: AccountFolder,
  { folders }: WalkedFolder,
  name: string,
  options: Options,
  inspection: Inspection,
): Promise<void> {
  const relative = [...folders, name].join("/");
  const where = join(account.root, relative);
  const key = account.naming.keyOf(folders, name);
  if (key === undefined) {
    if (!account.naming.isOthers(name)) report(inspection, "unknown", "No key names this file.", false, { where });
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

  const meta = await account.journals.metaOf(relative, file.identity);
  const stored = meta ?? (await storedInPlace(account, relative, file));
  const sha256 = sha256Of(file.value);
  if (stored !== undefined && stored.sha256 !== sha256) {
    const message = `Its SHA-256 is ${sha256}, but ${stored.sha256} was stored.`;
    await condemn(account, "corrupt", message, key, where, file, options, inspection);
    return;
  }
  const wrong = await options.check?.(key, file.value);
  if (wrong !== undefined) await condemn(account, "content", wrong, key, where, file, options, inspection);
  else if (meta === undefined) adopt(account, relative, key, file, sha256, options, inspection);
}

/**
 * What was stored as this very file, whose time or size has changed since. Programs that renew a file put a new one in
 * its place, all but the Python client with its records (`.gz`), which have a checksum of their own.
 */
async function storedInPlace(
  account: AccountFolder,
  relative: string,
  { identity }: WholeFile,
): Promise<{ readonly sha256: string } | undefined> {
  if (relative.endsWith(".gz")) return undefined;
  const last = (await account.journals.fresh(relative)).lastMetaOf(basename(relative));
  return last?.ino === identity.ino ? last : undefined;
}

/** A broken entry: `repair` removes it, unless somebody has stored a better one meanwhile. */
async function condemn(
  account: AccountFolder,
  kind: Problem["kind"],
  message: string,
  key: string,
  where: string,
  file: WholeFile,
  options: Options,
  inspection: Inspection,
): Promise<void> {
  if (options.repair) await removeVersion(where, file.identity, account.temporaries.newPath());
  report(inspection, kind, message, options.repair, { key, where });
}

/** A good entry that nothing is known of: `repair` writes down what it is, so that it is verified from now on. */
function adopt(
  account: AccountFolder,
  relative: string,
  key: string,
  { identity }: WholeFile,
  sha256: string,
  options: Options,
  inspection: Inspection,
): void {
  const path = join(account.root, relative);
  if (options.repair) account.note(relative, { ...identity, created: identity.mtimeMs, sha256, notes: {} });
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
