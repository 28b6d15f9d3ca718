import type { FileEntry as ZipFileEntry } from "@zip.js/zip.js/lib/zip-core-native.js";
import { boundsOf, checkOptions, MOST_ZIP_ENTRIES } from "../bounds.ts";
import { quote } from "../check/mistakes.ts";
import { BoundsError, ChallengeError, SourceError } from "../errors.ts";
import { boundedFiles, type ChallengeFiles, FILE_BOUNDS, type FileBounds } from "./files.ts";

type Bytes = Uint8Array<ArrayBuffer>;

/** How a ZIP file is opened. */
export interface ZipOptions extends FileBounds {
  /** What messages call it; a File says its own name. */
  readonly name?: string;
}

/**
 * The files of a ZIP file. Its list is read now, each file when it is asked for, so the ZIP is never unpacked as a whole: a file
 * is taken out of its place (ZIP64 too), up to the size that the list says, and its checksum is compared.
 *
 * @param zip a Blob (a File of a page, `openAsBlob` of Node), or the bytes
 * @throws SourceError for something that is no ZIP file, or a damaged one; BoundsError for more files than `maxEntries`, or (when
 * read) more bytes than allowed
 */
export async function filesInZip(zip: Blob | Bytes, options: ZipOptions = {}): Promise<ChallengeFiles> {
  checkOptions(options, ["name", ...FILE_BOUNDS]);
  if (!(zip instanceof Blob) && !(zip instanceof Uint8Array)) {
    throw new TypeError(`expected zip to be a Blob or a Uint8Array, got ${typeof zip}`);
  }
  const bounds = boundsOf({ ...options, maxEntries: options.maxEntries ?? MOST_ZIP_ENTRIES });
  const name = options.name ?? ("name" in zip && typeof zip.name === "string" ? zip.name : "the ZIP file");
  if ((await announcedEntries(zip)) > bounds.maxEntries) {
    throw new BoundsError("maxEntries", bounds.maxEntries, `${name} has more than ${bounds.maxEntries} files`);
  }
  // The reader is a whole feature that only ZIP files need.
  const { BlobReader, ERR_ENCRYPTED, Uint8ArrayReader, ZipReader } = await import(
    "@zip.js/zip.js/lib/zip-core-native.js"
  );
  const from = zip instanceof Uint8Array ? new Uint8ArrayReader(zip) : new BlobReader(zip);
  const reader = new ZipReader(from, { useWebWorkers: false, checkSignature: true, checkOverlappingEntry: true });
  const entries = new Map<string, ZipFileEntry>();
  const seen = new Map<string, number>();
  let count = 0;
  try {
    for await (const entry of reader.getEntriesGenerator()) {
      // Folders are counted too: each is read.
      count += 1;
      if (count > bounds.maxEntries) {
        throw new BoundsError("maxEntries", bounds.maxEntries, `${name} has more than ${bounds.maxEntries} files`);
      }
      if (!entry.directory) entries.set(uniqueName(entry.filename, seen), entry);
    }
  } catch (cause) {
    if (cause instanceof ChallengeError) throw cause;
    throw new SourceError(name, undefined, `${name} cannot be read as a ZIP file: ${reason(cause)}.`, { cause });
  }
  const list = [...entries].map(([each, { uncompressedSize }]) => ({ name: each, size: uncompressedSize }));
  return boundedFiles(name, list, bounds, async (each, signal) => {
    const entry = entries.get(each) as ZipFileEntry;
    try {
      return await unpack(entry, signal);
    } catch (cause) {
      if (signal?.aborted === true) throw signal.reason;
      const why = reason(cause) === ERR_ENCRYPTED ? "it is encrypted" : reason(cause);
      const told = `${quote(each)} in ${name} cannot be unpacked: ${why}.`;
      throw new SourceError(name, each, told, { cause });
    }
  });
}

/** The end record, 22 bytes, lies before a comment of 65 535 at most. */
const LONGEST_END = 65_557;

/** How many entries the end record says there are (65 535 for more), before any is read; 0 where there is no such record. */
async function announcedEntries(zip: Blob | Bytes): Promise<number> {
  const end = zip instanceof Blob ? await zip.slice(-LONGEST_END).arrayBuffer() : zip.slice(-LONGEST_END).buffer;
  const view = new DataView(end);
  for (let at = view.byteLength - 22; at >= 0; at--) {
    if (view.getUint32(at, true) === 0x06054b50) return view.getUint16(at + 10, true);
  }
  return 0;
}

/** Two entries may have one name; both are files of a submission, and told as such: the second is `copy 2/<name>`. */
function uniqueName(name: string, seen: Map<string, number>): string {
  const copy = (seen.get(name) ?? 0) + 1;
  seen.set(name, copy);
  return copy === 1 ? name : `copy ${copy}/${name}`;
}

/** No deflate stream grows by more than this factor. */
const MOST_INFLATION = 1032;

/** No more memory is spent than the list of files announced, whatever the compressed bytes would grow to. */
async function unpack(entry: ZipFileEntry, signal: AbortSignal | undefined): Promise<Bytes> {
  if (entry.uncompressedSize > entry.compressedSize * MOST_INFLATION + 64) {
    throw new RangeError(`it announces ${entry.uncompressedSize} bytes, which ${entry.compressedSize} cannot hold`);
  }
  const bytes = new Uint8Array(entry.uncompressedSize);
  let at = 0;
  const take = new WritableStream<Uint8Array>({
    write(piece) {
      if (at + piece.length > bytes.length)
        throw new RangeError(`it is longer than the ${bytes.length} bytes it announces`);
      bytes.set(piece, at);
      at += piece.length;
    },
  });
  await entry.getData(take, signal === undefined ? {} : { signal });
  if (at < bytes.length) throw new RangeError(`it has ${at} of the ${bytes.length} bytes it announces`);
  return bytes;
}

const reason = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause));
