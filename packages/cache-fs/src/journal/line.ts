/** The lines of a journal: one JSON array each. */
import type { EntryNotes } from "@isic/cache";
import type { FileIdentity } from "../files/read.ts";

/** What a line says about one version of a file. */
export interface Meta extends FileIdentity {
  readonly created: number;
  readonly sha256: string;
  readonly notes: EntryNotes;
}

/** Stored, removed, used, pinned. */
export type Line =
  | [
      "+",
      name: string,
      size: number,
      mtimeMs: number,
      ino: number,
      created: number,
      sha256: string,
      notes: EntryNotes | 0,
    ]
  | ["-", name: string]
  | ["u", time: number, ...names: string[]]
  | ["p", name: string, pinned: 0 | 1];

export function storedLine(name: string, { size, mtimeMs, ino, created, sha256, notes }: Meta): Line {
  return ["+", name, size, mtimeMs, ino, created, sha256, Object.keys(notes).length === 0 ? 0 : notes];
}

/** A line of a crash, of a newer version or of an enemy is no line. */
export function parseLine(text: string): Line | undefined {
  let line: unknown;
  try {
    line = JSON.parse(text);
  } catch {
    return undefined;
  }
  return isLine(line) ? line : undefined;
}

function isLine(line: unknown): line is Line {
  if (!Array.isArray(line)) return false;
  const [kind, first, ...rest] = line as unknown[];
  if (kind === "+") {
    const [size, mtimeMs, ino, created, sha256, notes] = rest;
    const numbers = [size, mtimeMs, ino, created].every((value) => typeof value === "number");
    return typeof first === "string" && numbers && typeof sha256 === "string" && (notes === 0 || isNotes(notes));
  }
  if (kind === "-") return typeof first === "string";
  if (kind === "u") return typeof first === "number" && rest.every((name) => typeof name === "string");
  return kind === "p" && typeof first === "string" && (rest[0] === 0 || rest[0] === 1);
}

function isNotes(notes: unknown): notes is EntryNotes {
  if (typeof notes !== "object" || notes === null) return false;
  return Object.values(notes).every((value) => typeof value === "string");
}
