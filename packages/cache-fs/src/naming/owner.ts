/** Whose folder it is, and how files are named in it: the marker `.isic/owner.json`, and what a folder without one shows. */
import { join } from "node:path";
import { namesIn, readText } from "../files/read.ts";
import { writeWhole } from "../files/write.ts";
import type { Layout } from "./names.ts";

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
}

const HEX = "0123456789abcdef";
const PYTHON_FILE =
  /^(?:image|spimg|spidx|smask|afmsk|imcache|sgcache|dscache|stcache|ihcache|fccache|stann)_[0-9a-f]{24}[._]/;

/** Far more than a marker has. */
const MAX_MARKER_BYTES = 65_536;

export async function readOwner(folder: string): Promise<Owner | undefined> {
  const text = await readText(join(folder, PRIVATE, "owner.json"), { maxBytes: MAX_MARKER_BYTES });
  if (text === undefined) return undefined;
  try {
    const { server, account, layout, python, mixed } = JSON.parse(text) as Record<string, unknown>;
    const known = layout === "auto" || layout === "one-level" || layout === "two-level";
    if (typeof server !== "string" || typeof account !== "string" || !known) return undefined;
    return { server, account, layout, python: python === true, mixed: mixed === true };
  } catch {
    return undefined;
  }
}

/** Writes the marker whole; whoever comes second finds the first one's. */
export async function writeOwner(folder: string, owner: Owner, options: { readonly private: boolean }): Promise<Owner> {
  const before = await readOwner(folder);
  if (before !== undefined) return before;
  const text = `${JSON.stringify({ format: 1, ...owner }, undefined, 2)}\n`;
  await writeWhole(join(folder, PRIVATE, "owner.json"), text, options);
  return (await readOwner(folder)) ?? owner;
}

/**
 * Did the Python client make this folder, and how deep does it lay its files? Its constructor makes all subfolders,
 * so a folder without a file tells too. `undefined` for every other folder.
 */
export async function detectPython(folder: string): Promise<Pick<Owner, "layout" | "mixed"> | undefined> {
  const digits = (await namesIn(folder)).filter(isDigit);
  if (digits.length === 0) return undefined;
  let deepFolders = false;
  let shallowFiles = false;
  let deepFiles = false;
  for (const digit of digits) {
    const names = await namesIn(join(folder, digit));
    shallowFiles ||= names.some((name) => PYTHON_FILE.test(name));
    for (const second of names.filter(isDigit)) {
      deepFolders = true;
      deepFiles ||= (await namesIn(join(folder, digit, second))).some((name) => PYTHON_FILE.test(name));
    }
  }
  if (deepFiles || deepFolders) return { layout: "two-level", mixed: shallowFiles };
  return { layout: "one-level", mixed: false };
}

const isDigit = (name: string): boolean => name.length === 1 && HEX.includes(name);
