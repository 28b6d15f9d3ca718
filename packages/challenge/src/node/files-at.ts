import { openAsBlob } from "node:fs";
import { open, readdir, readFile, stat } from "node:fs/promises";
import { basename, join, relative, sep } from "node:path";
import { boundsOf, checkOptions } from "../bounds.ts";
import { quote } from "../check/mistakes.ts";
import { BoundsError, SourceError } from "../errors.ts";
import { boundedFiles, type ChallengeFiles, FILE_BOUNDS, type FileBounds, type FileEntry } from "../files/files.ts";
import { filesInZip } from "../files/zip.ts";
import { inOrder } from "../score/in-order.ts";

/**
 * The files at a path: of a folder (with the folders in it), in a ZIP file, or a file by itself, such as a table. Nothing is read
 * but names and sizes, and a ZIP file's list.
 *
 * @throws SourceError where there is nothing, or a damaged ZIP file; BoundsError for more files than `maxEntries`
 */
export async function filesAt(path: string, options: FileBounds = {}): Promise<ChallengeFiles> {
  checkOptions(options, FILE_BOUNDS);
  const name = basename(path);
  const found = await stat(path).catch((cause: unknown) => {
    throw new SourceError(path, undefined, `There is no ${quote(path)}; give a folder, a ZIP file or a CSV file.`, {
      cause,
    });
  });
  if (found.isDirectory()) return filesInFolder(path, options);
  if (!found.isFile()) throw new SourceError(path, undefined, `${quote(path)} is neither a file nor a folder.`);
  if (await isZip(path)) return filesInZip(await openAsBlob(path), { ...options, name });
  return boundedFiles(name, [{ name, size: found.size }], boundsOf(options), async (_, signal) =>
    readWhole(path, signal),
  );
}

async function filesInFolder(path: string, options: FileBounds): Promise<ChallengeFiles> {
  const bounds = boundsOf(options);
  const places: string[] = [];
  for (const each of await readdir(path, { recursive: true, withFileTypes: true })) {
    if (!each.isFile() && !each.isSymbolicLink()) continue;
    places.push(join(each.parentPath, each.name));
    if (places.length > bounds.maxEntries) {
      throw new BoundsError("maxEntries", bounds.maxEntries, `${quote(path)} has more than ${bounds.maxEntries} files`);
    }
  }
  const entries: FileEntry[] = [];
  for await (const entry of inOrder(places.sort(), 16, (place) => entryOf(path, place))) {
    if (entry !== undefined) entries.push(entry);
  }
  return boundedFiles(basename(path) || path, entries, bounds, async (name, signal) =>
    readWhole(join(path, name), signal),
  );
}

/** A link that leads nowhere, or to no file, is no entry. */
async function entryOf(folder: string, place: string): Promise<FileEntry | undefined> {
  const found = await stat(place).catch(() => undefined);
  if (found === undefined || !found.isFile()) return undefined;
  return { name: relative(folder, place).split(sep).join("/"), size: found.size };
}

async function readWhole(place: string, signal: AbortSignal | undefined): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return new Uint8Array(await readFile(place, signal === undefined ? {} : { signal }));
  } catch (cause) {
    if (signal?.aborted === true) throw signal.reason;
    throw new SourceError(place, basename(place), `${quote(place)} cannot be read: ${(cause as Error).message}.`, {
      cause,
    });
  }
}

/** A ZIP file begins with an entry, or, when it has none, with the end of its list. */
async function isZip(path: string): Promise<boolean> {
  const file = await open(path);
  try {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(4), 0, 4, 0);
    return bytesRead === 4 && ["PK\u0003\u0004", "PK\u0005\u0006"].includes(buffer.toString("latin1"));
  } finally {
    await file.close();
  }
}
