/** The one way from a text that somebody else chose to the name of a file. */
import { createHash } from "node:crypto";

/** Names that Windows keeps for devices, whatever their extension, also with blanks before it. */
const DEVICE = /^(?:con|prn|aux|nul|(?:com|lpt)[0-9¹²³]) *(?:\.|$)/i;
/** No value makes a longer name, so that several fit into one. */
const MAX_LENGTH = 120;
/** What nearly all names are; no device is called so. */
const ORDINARY = /^ISIC_\d{7}$/;
const EXTENSION = /\.[A-Za-z0-9]{1,16}$/;

export interface SafeFileNameOptions {
  /** The longest name in bytes of UTF-8, as file systems count. @default 255 */
  readonly maxBytes?: number;
  /** An extension of letters and digits stays at the end. @default false */
  readonly keepExtension?: boolean;
}

/**
 * A text of a server, a record or a user as the name of one file or folder: letters, digits and ` ._()+-` stay, everything
 * else (separators, control characters, marks that turn the writing direction) becomes `_`. It never leaves its folder,
 * is hidden, names a device of Windows, or is longer than file systems take. A text that had to be changed or cut gets a
 * short hash of what it was, so that two texts never become one name; the same text always gets the same name.
 *
 * @throws RangeError for a `maxBytes` below 32
 * @example
 * ```ts
 * import { safeFileName } from "@isic/cache-fs/files";
 *
 * console.log(safeFileName("ISIC_0000000"), safeFileName("../nul.txt", { keepExtension: true })); // ISIC_0000000 ___nul~0722fab8.txt
 * ```
 */
export function safeFileName(text: string, options: SafeFileNameOptions = {}): string {
  const { maxBytes = 255, keepExtension = false } = options;
  if (!(maxBytes >= 32)) throw new RangeError(`expected maxBytes to be 32 or more, got ${maxBytes}`);
  if (ORDINARY.test(text)) return text;
  const end = keepExtension ? (EXTENSION.exec(text)?.[0] ?? "") : "";
  const stem = text.slice(0, text.length - end.length);
  let clean = cleaned(stem);
  if (DEVICE.test(clean + end)) clean = `_${clean}`;
  if (clean === "") clean = "_";
  if (clean.length > MAX_LENGTH) clean = clean.slice(0, MAX_LENGTH).replace(/[\ud800-\udbff]$/, "");
  if (clean === stem && Buffer.byteLength(clean + end) <= maxBytes) return clean + end;
  return hashed(clean, text, end, maxBytes);
}

function hashed(stem: string, text: string, end: string, maxBytes: number): string {
  const hash = `~${hashOf(text)}`;
  return cutTo(stem, maxBytes - hash.length - end.length) + hash + end;
}

/**
 * Names for texts that become files of one folder: each as {@link safeFileName} has it, but for those that a file system
 * without case would take for an earlier one of them. Those get a hash. Which is the earlier one does not depend on the order.
 *
 * @returns the name of each text
 * @throws RangeError for a `maxBytes` below 32
 */
export function distinctFileNames(
  texts: Iterable<string>,
  options: Omit<SafeFileNameOptions, "keepExtension"> = {},
): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  const taken = new Set<string>();
  for (const text of [...new Set(texts)].sort()) {
    const wished = safeFileName(text, options);
    const name = taken.has(foldedName(wished)) ? hashed(wished, text, "", options.maxBytes ?? 255) : wished;
    taken.add(foldedName(name));
    names.set(text, name);
  }
  return names;
}

/** What two names have in common that are one to some file system: those fold case, some of them `ß` to `ss` and `ſ` to `s`. */
export function foldedName(name: string): string {
  return name.normalize("NFC").toLowerCase().toUpperCase().normalize("NFC");
}

function cleaned(text: string): string {
  const outer = (found: string): string => "_".repeat(found.length);
  return text
    .normalize("NFC")
    .replace(/[^\p{L}\p{N} ._()+-]/gu, "_")
    .replace(/^[. ]+/, outer)
    .replace(/[. ]+$/, outer);
}

/** Half a UTF-16 pair has no UTF-8: it is hashed as it is. */
function hashOf(text: string): string {
  const hash = createHash("sha256");
  if (!/\p{Surrogate}/u.test(text)) hash.update(text);
  else hash.update(Buffer.from(text, "utf16le"));
  return hash.digest("hex").slice(0, 8);
}

/** Whole characters that fit. */
function cutTo(text: string, bytes: number): string {
  let size = 0;
  let cut = "";
  for (const character of text) {
    size += Buffer.byteLength(character);
    if (size > bytes) break;
    cut += character;
  }
  return cut;
}
