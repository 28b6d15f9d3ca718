import { resolve } from "node:path";
import { readText } from "@isic/cache-fs/files";
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
    if (!FILE.test(entry)) {
      // Names of v1 may be any text.
      if (take(entry) === 0) ids.add(entry);
      continue;
    }
    const path = resolve(base, entry);
    let text: string | undefined;
    try {
      text = await readText(path, { followLinks: true, maxBytes: MOST_BYTES });
    } catch (cause) {
      const reason = (cause as NodeJS.ErrnoException).code ?? (cause as Error).message;
      throw new DatasetError(`exclude: ${path} cannot be read (${reason}).`, { cause });
    }
    if (text === undefined) throw new DatasetError(`exclude: ${path} cannot be read (ENOENT).`);
    if (take(text) === 0) throw new DatasetError(`exclude: ${path} holds no ids such as ISIC_0000000, and no hashes.`);
  }
  return { ids, hashes };
}
