/** Every file of an account's folder, subfolder by subfolder. */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { isAbsent } from "./codes.ts";

export interface WalkedFolder {
  /** `["5"]` or `["1", "5"]`. */
  readonly folders: readonly string[];
  /** The names of its files; other things, and links, are among `others`. */
  readonly files: readonly string[];
  /** Folders with hidden names: locks. */
  readonly hidden: readonly string[];
  readonly others: readonly string[];
}

/** The subfolders with their names, one-level ones first; at most two levels, and no links. */
export async function* walk(root: string): AsyncIterable<WalkedFolder> {
  const { subfolders } = await look(root, []);
  for await (const shallow of ahead(subfolders, (first) => look(root, [first]))) {
    yield shallow;
    for await (const deep of ahead(shallow.subfolders, (second) => look(root, [...shallow.folders, second]))) {
      yield { ...deep, others: [...deep.others, ...deep.subfolders] };
    }
  }
}

/** So many folders are asked for before they are wanted: the disk works while the caller does. */
const AHEAD = 4;

async function* ahead<T>(names: readonly string[], ask: (name: string) => Promise<T>): AsyncGenerator<T> {
  const asked: Promise<T>[] = [];
  for (let next = 0; next < names.length || asked.length > 0; ) {
    while (asked.length < AHEAD && next < names.length) {
      const answer = ask(names[next++]!);
      // Whoever stops early, or at an error, does not come back for the others.
      answer.catch(() => {});
      asked.push(answer);
    }
    yield await asked.shift()!;
  }
}

async function look(root: string, folders: readonly string[]): Promise<WalkedFolder & { subfolders: string[] }> {
  const files: string[] = [];
  const hidden: string[] = [];
  const others: string[] = [];
  const subfolders: string[] = [];
  try {
    for (const entry of await readdir(join(root, ...folders), { withFileTypes: true })) {
      if (entry.isFile()) files.push(entry.name);
      else if (entry.isDirectory() && /^[0-9a-f]$/.test(entry.name)) subfolders.push(entry.name);
      else if (entry.isDirectory() && entry.name.startsWith(".")) hidden.push(entry.name);
      else others.push(entry.name);
    }
  } catch (error) {
    if (!isAbsent(error)) throw error;
  }
  return { folders, files, hidden, others, subfolders };
}
