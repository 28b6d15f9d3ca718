/** Whose folder it is, and how files are named in it: the marker `.isic/owner.json`, and what a folder without one shows. */
import { rmdir } from "node:fs/promises";
import { join } from "node:path";
import { withLock } from "../files/lock.ts";
import { namesIn, readText } from "../files/read.ts";
import { TemporaryFolder } from "../files/temporaries.ts";
import { writeWhole } from "../files/write.ts";
import type { Layout } from "./names.ts";
import { accountOfPythonName } from "./python-names.ts";

/** Everything of ours in an account's folder that is no entry. */
export const PRIVATE = ".isic";

export interface Owner {
  readonly server: string;
  readonly account: string;
  readonly layout: Layout;
  /** Named and laid out by the Python client, which still may use the folder. */
  readonly python: boolean;
  /** Its files lie at both depths. */
  readonly mixed: boolean;
  /** What the account logs in with, as segments of keys: whoever finds the folder can name its owner's files. */
  readonly logins: readonly string[];
}

const HEX = "0123456789abcdef";
const PYTHON_FILE =
  /^(?:image|spimg|spidx|smask|afmsk|imcache|sgcache|dscache|stcache|ihcache|fccache|stann)_[0-9a-f]{24}[._]/;

/** Far more than a marker has. */
const MAX_MARKER_BYTES = 65_536;

export async function readOwner(folder: string): Promise<Owner | undefined> {
  const text = await readText(markerOf(folder), { maxBytes: MAX_MARKER_BYTES });
  if (text === undefined) return undefined;
  try {
    const { server, account, layout, python, mixed, logins } = JSON.parse(text) as Record<string, unknown>;
    const known = layout === "auto" || layout === "one-level" || layout === "two-level";
    if (typeof server !== "string" || typeof account !== "string" || !known) return undefined;
    const names = Array.isArray(logins) ? logins.filter((login) => typeof login === "string") : [];
    return { server, account, layout, python: python === true, mixed: mixed === true, logins: names };
  } catch {
    return undefined;
  }
}

/** The marker's own path, for those who are to delete it. */
export function markerOf(folder: string): string {
  return join(folder, PRIVATE, "owner.json");
}

/** Held while the marker is written. */
export function ownerLockOf(folder: string): string {
  return join(folder, PRIVATE, "owner.lock");
}

export interface BindOptions {
  /** The marker of an account is closed to other users. */
  readonly private: boolean;
  /** May this marker of somebody else be replaced? Otherwise it stays and is the answer. */
  readonly mayReplace: (marked: Owner) => boolean;
}

/** Records whose folder it is, unless somebody was quicker. @returns what the marker says then */
export async function bindFolder(folder: string, owner: Owner, options: BindOptions): Promise<Owner> {
  const before = await readOwner(folder);
  const lockPath = ownerLockOf(folder);
  if (before !== undefined && (isSame(before, owner) || !options.mayReplace(before))) {
    // Nobody takes it again: an empty one, which a failing disk has left, goes here.
    await rmdir(lockPath).catch(() => undefined);
    return before;
  }
  const temporaries = new TemporaryFolder(join(folder, PRIVATE, "tmp"));
  return await withLock(
    lockPath,
    async (lock) => {
      const marked = await readOwner(folder);
      if (marked !== undefined && !options.mayReplace(marked)) return marked;
      const text = `${JSON.stringify({ format: 1, ...owner }, undefined, 2)}\n`;
      await writeWhole(markerOf(folder), text, { private: options.private, lock, temporary: temporaries.newPath() });
      return owner;
    },
    { private: options.private, temporary: temporaries.newPath() },
  );
}

const isSame = (a: Owner, b: Owner): boolean => a.server === b.server && a.account === b.account;

/** How deep a folder of the Python client lays its files. */
export interface PythonLayout {
  readonly layout: "one-level" | "two-level";
  /** Files lie at both depths. */
  readonly mixed: boolean;
}

/** What the files of a folder of the Python client tell. */
export interface PythonFolderFound extends PythonLayout {
  /** The accounts that file names tell (their login up to an `@`, as in keys), each with such a file. */
  readonly accounts: ReadonlyMap<string, string>;
}

/**
 * Did the Python client make this folder, and how deep does it lay its files? Its constructor makes all subfolders,
 * so a folder without a file tells too. `undefined` for every other folder, folders of ours above all.
 */
export async function detectPython(folder: string): Promise<PythonFolderFound | undefined> {
  if (await isOurs(folder)) return undefined;
  const layout = await pythonLayout(folder);
  if (layout === undefined) return undefined;
  const accounts = new Map<string, string>();
  const look = (place: string, names: readonly string[]): void => {
    for (const name of names) {
      const account = accountOfPythonName(name);
      if (account !== undefined && !accounts.has(account)) accounts.set(account, join(place, name));
    }
  };
  for (const digit of (await namesIn(folder)).filter(isDigit)) {
    const place = join(folder, digit);
    const names = await namesIn(place);
    look(place, names);
    for (const second of names.filter(isDigit)) look(join(place, second), await namesIn(join(place, second)));
  }
  return { ...layout, accounts };
}

/** By the subfolders, which that client makes when it starts; `undefined` where there are none. */
export async function pythonLayout(folder: string): Promise<PythonLayout | undefined> {
  const digits = (await namesIn(folder)).filter(isDigit);
  if (digits.length === 0) return undefined;
  let isDeep = false;
  let hasShallowFiles = false;
  for (const digit of digits) {
    const names = await namesIn(join(folder, digit));
    isDeep ||= names.some(isDigit);
    hasShallowFiles ||= names.some((name) => PYTHON_FILE.test(name));
  }
  return { layout: isDeep ? "two-level" : "one-level", mixed: isDeep && hasShallowFiles };
}

/** The accounts that the files of lists name (`dscache_000000000000000000000000_jane.json.gz`), as in keys. */
export async function accountsOfLists(folder: string): Promise<string[]> {
  const names = [...(await namesIn(join(folder, "0", "0"))), ...(await namesIn(join(folder, "0")))];
  return [...new Set(names.map(accountOfPythonName).filter((account) => account !== undefined))];
}

const isDigit = (name: string): boolean => name.length === 1 && HEX.includes(name);

/** Is there a folder of a server and an account with our bookkeeping in it? */
async function isOurs(folder: string): Promise<boolean> {
  for (const server of await namesIn(folder)) {
    if (isDigit(server) || server.startsWith(".")) continue;
    for (const account of await namesIn(join(folder, server))) {
      if ((await namesIn(join(folder, server, account))).includes(PRIVATE)) return true;
    }
  }
  return false;
}
