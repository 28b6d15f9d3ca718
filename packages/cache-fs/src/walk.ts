/** Every file of a shelf, folder by folder. */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { isAbsent } from "./whole-file.ts";

export interface WalkedFolder {
  /** `["5"]` or `["1", "5"]`. */
  readonly folders: readonly string[];
  /** The names of its files; other things, and links, are among `others`. */
  readonly files: readonly string[];
  readonly others: readonly string[];
}

/** The subfolders with their names, one-level ones first; at most two levels, and no links. */
export async function* walk(root: string): AsyncIterable<WalkedFolder> {
  for (const first of await digitsIn(root)) {
    const shallow = await look(root, [first]);
    yield shallow;
    for (const second of shallow.subfolders) {
      const deep = await look(root, [first, second]);
      yield { ...deep, others: [...deep.others, ...deep.subfolders] };
    }
  }
}

async function digitsIn(root: string): Promise<string[]> {
  return (await look(root, [])).subfolders;
}

async function look(root: string, folders: readonly string[]): Promise<WalkedFolder & { subfolders: string[] }> {
  const files: string[] = [];
  const others: string[] = [];
  const subfolders: string[] = [];
  try {
    for (const entry of await readdir(join(root, ...folders), { withFileTypes: true })) {
      if (entry.isFile()) files.push(entry.name);
      else if (entry.isDirectory() && /^[0-9a-f]$/.test(entry.name)) subfolders.push(entry.name);
      else others.push(entry.name);
    }
  } catch (error) {
    if (!isAbsent(error)) throw error;
  }
  return { folders, files, others, subfolders };
}
