import { safeFileName } from "@isic/cache-fs/files";

/** File systems take 255 bytes; what follows a stem (`~` and a hash, `_segmentation`, `.jpeg`) has room in the rest. */
const LONGEST_FOLDER = 255;
const LONGEST_STEM = 220;

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
  const last = segments.length - 1;
  const fill = (value: (path: string) => unknown): string =>
    segments.map((segment, at) => fillSegment(segment, value, at === last ? LONGEST_STEM : LONGEST_FOLDER)).join("/");
  return { text, fill };
}

function fillSegment(segment: string, value: (path: string) => unknown, maxBytes: number): string {
  const filled = segment.replace(/\$([^$]*)\$/g, (_, path: string) => safeFileName(asText(value(path)), { maxBytes }));
  // Clean values side by side may still be too long, end in a dot, or be called as a device.
  const beforeDot = filled.split(".")[0]!.trimEnd();
  const isDevice = /^[\w\u00b2\u00b3\u00b9]{3,4}$/.test(beforeDot) && safeFileName(beforeDot) !== beforeDot;
  const isBad = isDevice || /^[. ]|[. ]$/.test(filled) || Buffer.byteLength(filled) > maxBytes;
  return isBad ? safeFileName(filled, { maxBytes }) : filled;
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
