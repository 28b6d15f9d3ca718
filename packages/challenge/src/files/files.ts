/** Where the challenges' files come from: a folder-like list of files, in memory, chosen in a page, or in a ZIP file. */
import { type AllBounds, type Bounds, boundsOf, checkOptions } from "../bounds.ts";
import { quote } from "../check/mistakes.ts";
import { BoundsError, SourceError } from "../errors.ts";

type Bytes = Uint8Array<ArrayBuffer>;

/** A file by its path in the folder or ZIP (slashes between folders), and its size in bytes. */
export interface FileEntry {
  readonly name: string;
  readonly size: number;
}

/** A folder of files, as far as challenges need one: what there is, and one file's bytes. */
export interface ChallengeFiles {
  /** What messages call it: the name of the folder or file. */
  readonly name: string;
  readonly files: readonly FileEntry[];
  /** The bytes of a file. @throws SourceError when it is not there, or cannot be read */
  read(name: string, options?: { readonly signal?: AbortSignal }): Promise<Bytes>;
}

/** The names of {@link FileBounds}, for checks of options. */
export const FILE_BOUNDS: readonly string[] = ["maxEntries", "maxFileBytes", "maxTotalBytes"];

/** Bounds of the files themselves. */
export type FileBounds = Pick<Bounds, "maxEntries" | "maxFileBytes" | "maxTotalBytes">;

/**
 * Files that are in memory, by name.
 *
 * @throws BoundsError for more files than `maxEntries`
 */
export function filesInMemory(
  files: Iterable<readonly [name: string, bytes: Bytes]>,
  options: FileBounds & { readonly name?: string } = {},
): ChallengeFiles {
  checkOptions(options, ["name", ...FILE_BOUNDS]);
  const { name = "files in memory" } = options;
  const byName = new Map(files);
  const entries = [...byName].map(([each, bytes]) => ({ name: each, size: bytes.length }));
  return boundedFiles(name, entries, boundsOf(options), async (each) => byName.get(each) as Bytes);
}

/**
 * Files that somebody chose in a page (`input.files`), or dropped: of a folder (`webkitdirectory`) with their paths.
 *
 * @throws BoundsError for more files than `maxEntries`
 */
export function filesOfPage(files: Iterable<File>, options: FileBounds = {}): ChallengeFiles {
  checkOptions(options, FILE_BOUNDS);
  const byName = new Map([...files].map((file) => [file.webkitRelativePath || file.name, file]));
  const entries = [...byName].map(([name, { size }]) => ({ name, size }));
  return boundedFiles("the chosen files", entries, boundsOf(options), async (name) => {
    return new Uint8Array(await (byName.get(name) as File).arrayBuffer());
  });
}

/** @throws TypeError for something else than files: a path, a Blob, bytes */
export function checkFiles(role: string, files: ChallengeFiles): void {
  if (typeof files === "object" && files !== null && Array.isArray(files.files) && typeof files.read === "function")
    return;
  throw new TypeError(
    `expected ${role} to be files, got ${files instanceof Blob ? "a Blob" : typeof files}: ` +
      "open it with filesInZip, filesOfPage or filesInMemory (in Node: filesAt of @isic/challenge/node)",
  );
}

/** A source whose files are counted before they are read, and against all that was read before. */
export function boundedFiles(
  source: string,
  files: readonly FileEntry[],
  { maxEntries, maxFileBytes, maxTotalBytes }: AllBounds,
  read: (name: string, signal?: AbortSignal) => Promise<Bytes>,
): ChallengeFiles {
  if (files.length > maxEntries) throw new BoundsError("maxEntries", maxEntries, `${source} has ${files.length} files`);
  const sizes = new Map(files.map(({ name, size }) => [name, size]));
  let total = 0;
  return {
    name: source,
    files,
    async read(name, { signal } = {}) {
      signal?.throwIfAborted();
      const size = sizes.get(name);
      if (size === undefined) throw new SourceError(source, name, `${source} has no file ${quote(name)}.`);
      if (size > maxFileBytes) {
        throw new BoundsError("maxFileBytes", maxFileBytes, `${quote(name)} in ${source} has ${size} bytes`);
      }
      total += size;
      if (total > maxTotalBytes) {
        throw new BoundsError("maxTotalBytes", maxTotalBytes, `The files read from ${source} have ${total} bytes`);
      }
      const bytes = await read(name, signal);
      signal?.throwIfAborted();
      return bytes;
    },
  };
}
