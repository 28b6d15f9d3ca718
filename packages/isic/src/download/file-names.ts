import { createHash } from "node:crypto";

/** Names that Windows keeps for devices, whatever their extension. */
const DEVICES = /^(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|$)/i;

const LONGEST = 120;
/** What nearly all names are; no device is called so. */
const ORDINARY = /^ISIC_\d{7}$/;

/**
 * A value as one path segment: letters, digits and ` ._()+-` stay, everything else becomes `_`. A value that had to
 * be changed gets a short hash of what it was, so that two different values never become one name.
 */
export function cleanSegment(value: string): string {
  if (ORDINARY.test(value)) return value;
  let clean = value.normalize("NFC").replace(/[^\p{L}\p{N} ._()+-]/gu, "_");
  clean = clean
    .replace(/^[. ]+/, (dots) => "_".repeat(dots.length))
    .replace(/[. ]+$/, (dots) => "_".repeat(dots.length));
  if (DEVICES.test(clean)) clean = `_${clean}`;
  if (clean === "") clean = "_";
  if (clean.length > LONGEST) clean = clean.slice(0, LONGEST);
  return clean === value ? clean : `${clean}~${createHash("sha256").update(value).digest("hex").slice(0, 8)}`;
}

/** A checked file name pattern, ready to be filled in per image. */
export interface FilePattern {
  readonly text: string;
  /** Relative path without extension; every segment is clean and none leaves the target. */
  fill(value: (path: string) => unknown): string;
}

/**
 * Reads a pattern such as `$dataset.name$/$name$`: text, `/` for folders, and `$path$` for a value of the image's
 * record (`$id$`, `$name$`, `$split$` and `$label$` are there on both servers).
 *
 * @throws TypeError when the pattern names neither `$name$` nor `$id$` (two images would get one file), or leaves the
 * target folder.
 */
export function parsePattern(text: string): FilePattern {
  const wanted = "a file name pattern such as $name$ or $dataset.name$/$name$";
  if (!/\$(name|id)\$/.test(text)) throw new TypeError(`expected ${wanted} with $name$ or $id$ in it, got "${text}"`);
  const segments = text.split("/");
  const leaves = segments.some((segment) => segment === "" || segment === "." || segment === "..");
  if (leaves || text.includes("\\") || text.includes("\0")) {
    throw new TypeError(`expected ${wanted} inside the target folder, got "${text}"`);
  }
  if ((text.match(/\$/g)?.length ?? 0) % 2 === 1)
    throw new TypeError(`expected ${wanted}, got an odd "$" in "${text}"`);
  return { text, fill: (value) => segments.map((segment) => fillSegment(segment, value)).join("/") };
}

function fillSegment(segment: string, value: (path: string) => unknown): string {
  const filled = segment.replace(/\$([^$]*)\$/g, (_, path: string) => cleanSegment(asText(value(path))));
  return /^[. ]|[. ]$/.test(filled) || DEVICES.test(filled) ? cleanSegment(filled) : filled;
}

function asText(value: unknown): string {
  if (value === null || value === undefined || value === "") return "none";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** The value at a dotted path of plain objects; a key that holds dots itself is not reachable. */
export function valueAt(record: Readonly<Record<string, unknown>>, path: string): unknown {
  let value: unknown = record;
  for (const key of path.split(".")) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Record<string, unknown>)[key];
  }
  return value;
}
