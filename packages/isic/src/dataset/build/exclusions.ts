import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import { readWhole } from "@isic/cache-fs/files";
import { DatasetError } from "../../errors.ts";

/** What must not be in a set. */
export interface Exclusions {
  readonly ids: ReadonlySet<string>;
  /** SHA-256 of the archive's files. */
  readonly hashes: ReadonlySet<string>;
}

/** Lists of a million images have less. */
const MOST_BYTES = 2 ** 28;
const HASH = /(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])/gi;
const V1_ID = /(?<![0-9a-f])[0-9a-f]{24}(?![0-9a-f])/g;
const NAME = /(?<![A-Za-z0-9])ISIC_\d{7}(?!\d)/gi;
const FILE = /\.(csv|tsv|txt|jsonl?)$/i;
/** What lists may come as, and is no text. */
const OTHER_FILE = /\.(xlsx?|ods|numbers|parquet|feather|arrow|npy|npz|pdf|docx?|zip|gz|tar)$/i;

/**
 * The images that a recipe excludes: ids, names and hashes, and all of those in the files that it names. Any list or table
 * will do, wherever in it they are: a challenge's CSV, file names, another set's lock file.
 *
 * @param base the folder that the files' names are relative to: the recipe's
 * @throws DatasetError for a file that is not there, or that has none in it
 */
export async function readExclusions(exclude: readonly string[] | undefined, base: string): Promise<Exclusions> {
  const ids = new Set<string>();
  const hashes = new Set<string>();
  const take = (text: string): number => {
    const before = ids.size + hashes.size;
    let found = 0;
    for (const [hash] of text.matchAll(HASH)) found += Number(Boolean(hashes.add(hash.toLowerCase())));
    for (const [id] of text.matchAll(V1_ID)) found += Number(Boolean(ids.add(id)));
    for (const [name] of text.matchAll(NAME)) found += Number(Boolean(ids.add(name.toUpperCase())));
    return Math.max(found, ids.size + hashes.size - before);
  };
  for (const entry of exclude ?? []) {
    if (OTHER_FILE.test(entry))
      throw new DatasetError(`exclude: ${entry} is of a format that is not read here: save it as CSV or as text.`);
    const path = resolve(base, entry);
    const isFile = FILE.test(entry) || (await stat(path).catch(() => undefined))?.isFile() === true;
    if (!isFile) {
      // Names of v1 may be any text.
      if (take(entry) === 0) ids.add(entry);
      continue;
    }
    let text: string | undefined;
    try {
      const file = await readWhole(path, { followLinks: true, maxBytes: MOST_BYTES });
      text = file && textOf(file.value);
    } catch (cause) {
      const reason = (cause as NodeJS.ErrnoException).code ?? (cause as Error).message;
      throw new DatasetError(`exclude: ${path} cannot be read (${reason}).`, { cause });
    }
    if (text === undefined) throw new DatasetError(`exclude: ${path} cannot be read (ENOENT).`);
    if (take(text) === 0) throw new DatasetError(`exclude: ${path} holds no ids such as ISIC_0000000, and no hashes.`);
  }
  return { ids, hashes };
}

/** UTF-8; or UTF-16, as spreadsheets write "Unicode text". */
function textOf(bytes: Uint8Array): string {
  const encoding = bytes[0] === 0xff && bytes[1] === 0xfe ? "utf-16le" : "utf-8";
  return new TextDecoder(encoding).decode(bytes);
}
