// The folder that imports go into: its records, and how files get there.
import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { gunzip, gzip } from "node:zlib";
import { type Lock, removeAbandoned, withLock, writeWhole } from "@isic/cache-fs/files";
import { quote } from "../check/mistakes.ts";
import { SourceError } from "../errors.ts";
import type { ImageRecord, SegmentationRecord } from "./records.ts";
import type { Study } from "./study.ts";

const ZERO = "0".repeat(24);
const IMAGES = `imcache_${ZERO}.json.gz`;
const SEGMENTATIONS = `sgcache_${ZERO}.json.gz`;
const STUDIES = "studies.json";

/** The records of a folder, as they will be written. */
export interface ImportFolder {
  readonly images: Map<string, ImageRecord>;
  /** Those of earlier imports, by the image's name. */
  readonly byName: ReadonlyMap<string, ImageRecord>;
  readonly segmentations: Map<string, SegmentationRecord>;
  readonly studies: readonly Study[];
}

/**
 * Makes the folder, or takes one that an earlier import made, while nobody else imports into it: records that two read and
 * wrote side by side would be those of one of them.
 */
export function lockImportFolder<T>(
  folder: string,
  signal: AbortSignal | undefined,
  run: (lock: Lock) => Promise<T>,
): Promise<T> {
  return withLock(join(folder, ".import.lock"), run, signal === undefined ? {} : { signal });
}

/**
 * Reads the records of a folder, and removes what a killed import left unfinished in it.
 *
 * @throws RangeError for a download, SourceError for broken records
 */
export async function openImportFolder(folder: string): Promise<ImportFolder> {
  const names = await readdir(folder);
  if (!names.includes(IMAGES) && names.some((name) => /^manifest.*\.jsonl$/.test(name))) {
    throw new RangeError(`${quote(folder)} is a download of photos; import into a folder of its own`);
  }
  await removeAbandoned(folder, { recursive: true });
  const images = await readRecords<ImageRecord>(join(folder, IMAGES));
  const segmentations = await readRecords<SegmentationRecord>(join(folder, SEGMENTATIONS));
  const byName = new Map([...images.values()].map((record) => [record.name, record]));
  return { images, byName, segmentations, studies: await readStudies(join(folder, STUDIES)) };
}

/** Writes the records; after all other files, so that they name nothing that is not there. */
export async function writeFolderRecords(
  folder: string,
  { images, segmentations, studies }: Omit<ImportFolder, "byName">,
  lock: Lock,
): Promise<void> {
  if (segmentations.size > 0) await writeRecords(join(folder, SEGMENTATIONS), segmentations, lock);
  await writeRecords(join(folder, IMAGES), images, lock);
  if (studies.length > 0) await writeWhole(join(folder, STUDIES), JSON.stringify({ studies }), { lock });
}

/** Bytes of unpacked records: as `decodeGzipJson` of the facade takes. */
const MOST_RECORDS = 2 ** 28;

async function readStudies(place: string): Promise<readonly Study[]> {
  if (!existsSync(place)) return [];
  try {
    const { studies } = JSON.parse(await readFile(place, "utf8")) as { readonly studies?: unknown };
    if (!Array.isArray(studies)) throw new RangeError("no list of studies");
    return studies as readonly Study[];
  } catch (cause) {
    throw new SourceError(place, place, `${quote(place)} cannot be read; it should be JSON with a list of studies.`, {
      cause,
    });
  }
}

async function readRecords<Record extends { readonly _id: string }>(place: string): Promise<Map<string, Record>> {
  if (!existsSync(place)) return new Map();
  try {
    const text = (await promisify(gunzip)(await readFile(place), { maxOutputLength: MOST_RECORDS })).toString("utf8");
    const records: unknown = JSON.parse(text);
    if (typeof records !== "object" || records === null || Array.isArray(records)) throw new RangeError("no object");
    return new Map(Object.entries(records as { readonly [id: string]: Record }));
  } catch (cause) {
    throw new SourceError(
      place,
      place,
      `${quote(place)} cannot be read; it should be a gzipped JSON object of records by their ids.`,
      { cause },
    );
  }
}

async function writeRecords(place: string, records: ReadonlyMap<string, unknown>, lock: Lock): Promise<void> {
  const text = JSON.stringify(Object.fromEntries([...records].sort(([a], [b]) => (a < b ? -1 : 1))));
  await writeWhole(place, new Uint8Array(await promisify(gzip)(text)), { lock });
}
