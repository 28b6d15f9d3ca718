/**
 * The one table of picture formats: how a file is recognised, what it is called, who reads it, and when it is whole.
 * The facade, downloads, `verify`, the check of caches and the command take their verdicts from here.
 */
import { UndecodableImageError } from "../errors.ts";
import { JpegStructure, PngStructure, type Structure, withoutStructure } from "./structure.ts";

export interface PictureFormat {
  /** A short name: `jpeg`, `bigtiff`. */
  readonly name: string;
  /** As a person calls it: `a JPEG`. */
  readonly title: string;
  /** Without a dot. */
  readonly extension: string;
  readonly mediaType: string;
  /** Are there photos of this format in the archive? Any other kind of picture in the place of one is a fault. */
  readonly isPhoto: boolean;
  /** Who turns it into pixels: every platform, Node with the optional `sharp`, or nobody here. */
  readonly reader: "built-in" | "sharp" | "none";
  /** What to do with one that is not read here. */
  readonly advice: string;
}

interface Row extends PictureFormat {
  readonly matches: (head: Uint8Array) => boolean;
  readonly structure?: () => Structure;
}

const CONVERT = "convert it to PNG or JPEG first";
const WITH_SHARP = 'Node reads it where "sharp" is installed; elsewhere convert it to PNG first';

const photo = { isPhoto: true, reader: "built-in", advice: CONVERT } as const;
const withSharp = { isPhoto: true, reader: "sharp", advice: WITH_SHARP } as const;
const foreign = { isPhoto: false, reader: "none", advice: CONVERT } as const;

const TABLE: readonly Row[] = [
  {
    ...photo,
    name: "jpeg",
    title: "a JPEG",
    extension: "jpg",
    mediaType: "image/jpeg",
    matches: (head) => begins(head, [0xff, 0xd8, 0xff]),
    structure: () => new JpegStructure(),
  },
  {
    ...photo,
    name: "png",
    title: "a PNG",
    extension: "png",
    mediaType: "image/png",
    matches: (head) => begins(head, [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    structure: () => new PngStructure(),
  },
  {
    ...withSharp,
    name: "tiff",
    title: "a TIFF",
    extension: "tif",
    mediaType: "image/tiff",
    matches: (head) => begins(head, [0x49, 0x49, 0x2a, 0]) || begins(head, [0x4d, 0x4d, 0, 0x2a]),
  },
  {
    ...withSharp,
    name: "bigtiff",
    title: "a BigTIFF",
    extension: "tif",
    mediaType: "image/tiff",
    matches: (head) => begins(head, [0x49, 0x49, 0x2b, 0]) || begins(head, [0x4d, 0x4d, 0, 0x2b]),
  },
  {
    ...photo,
    reader: "none",
    name: "bmp",
    title: "a BMP",
    extension: "bmp",
    mediaType: "image/bmp",
    // "BM" alone begins many texts: the size of the information header tells a picture.
    matches: (head) => begins(head, ascii("BM")) && [12, 40, 52, 56, 64, 108, 124].includes(uint32(head, 14)),
  },
  {
    ...foreign,
    name: "gif",
    title: "a GIF",
    extension: "gif",
    mediaType: "image/gif",
    matches: (head) => begins(head, ascii("GIF8")),
  },
  {
    ...foreign,
    name: "webp",
    title: "a WebP",
    extension: "webp",
    mediaType: "image/webp",
    matches: (head) => begins(head, ascii("RIFF")) && begins(head, ascii("WEBP"), 8),
  },
  {
    ...foreign,
    name: "avif",
    title: "an AVIF",
    extension: "avif",
    mediaType: "image/avif",
    matches: (head) => hasBrand(head, ["avif", "avis"]),
  },
  {
    ...foreign,
    name: "heic",
    title: "a HEIC",
    extension: "heic",
    mediaType: "image/heic",
    matches: (head) => hasBrand(head, ["heic", "heix", "hevc", "hevx", "heim", "heis", "mif1", "msf1"]),
  },
  {
    ...foreign,
    name: "jpeg2000",
    title: "a JPEG 2000",
    extension: "jp2",
    mediaType: "image/jp2",
    matches: (head) => begins(head, ascii("jP  "), 4) || begins(head, [0xff, 0x4f, 0xff, 0x51]),
  },
  {
    ...foreign,
    name: "jpegxl",
    title: "a JPEG XL",
    extension: "jxl",
    mediaType: "image/jxl",
    matches: (head) => begins(head, [0xff, 0x0a]) || begins(head, ascii("JXL "), 4),
  },
  {
    ...foreign,
    name: "dicom",
    title: "a DICOM file",
    extension: "dcm",
    mediaType: "application/dicom",
    advice: "export its picture with a DICOM reader first",
    matches: (head) => begins(head, ascii("DICM"), 128),
  },
];

/** So many bytes tell every format that there is a row for. */
const HEAD = 132;

/** The extensions that photos are kept under, the likely ones first. */
export const PHOTO_EXTENSIONS: readonly string[] = ["jpg", "png", "tif", "bmp"];

/** The format by a file's first bytes (132 tell all): what a server or a file name says of it is not believed. */
export function formatOf(bytes: Uint8Array): PictureFormat | undefined {
  return TABLE.find(({ matches }) => matches(bytes));
}

/**
 * Looks at a file while it passes: is it a photo, and is it whole? Pixels are not decoded. One verdict for a file in
 * memory and for one that arrives in pieces.
 *
 * @example
 * ```ts no-run
 * const check = new PhotoCheck();
 * for await (const piece of body) check.push(piece);
 * const { problem, format } = check.end();
 * ```
 */
export class PhotoCheck {
  readonly #head = new Uint8Array(HEAD);
  #length = 0;
  #format: PictureFormat | undefined;
  #structure: Structure | undefined;

  /** The next bytes; they are looked at and let go. */
  push(piece: Uint8Array): void {
    const before = this.#length;
    this.#length += piece.length;
    if (before < HEAD) this.#head.set(piece.subarray(0, HEAD - before), before);
    if (this.#structure !== undefined) this.#structure.push(piece);
    else if (this.#length >= HEAD) this.#begin(before, piece);
  }

  /** The format, once 132 bytes have come. */
  get format(): PictureFormat | undefined {
    return this.#format;
  }

  /**
   * @param announced what the file has at least, in bytes, where a server said so
   * @returns what is wrong, as the end of a sentence ("it is a JPEG that is cut short"), and the format where known
   */
  end(announced?: number): { readonly problem: string | undefined; readonly format: PictureFormat | undefined } {
    const head = this.#head.subarray(0, this.#length);
    if (this.#structure === undefined) this.#begin(0, head);
    return { problem: this.#problem(head, announced), format: this.#format };
  }

  #begin(before: number, piece: Uint8Array): void {
    const head = this.#head.subarray(0, this.#length);
    const row = TABLE.find(({ matches }) => matches(head));
    this.#format = row;
    this.#structure = row?.structure?.() ?? withoutStructure(row?.name, head);
    // What came before this piece lies in the head whole, since the head was not full yet.
    this.#structure.push(this.#head.subarray(0, before));
    this.#structure.push(piece);
  }

  #problem(head: Uint8Array, announced: number | undefined): string | undefined {
    const format = this.#format;
    if (format === undefined) return whatElse(head);
    if (!format.isPhoto) return `it is ${format.title}, and the archive has no photos of that kind: ${format.advice}`;
    const problem = this.#structure?.end(this.#length);
    if (problem !== undefined) return `it is ${format.title} ${problem}`;
    // What a server announces may be less than it sends (it embeds the attribution later), never more.
    if (announced !== undefined && this.#length < announced)
      return `it is cut short: the server announced at least ${announced} bytes, and ${this.#length} came`;
    return undefined;
  }
}

/** What is wrong with a photo's file, or nothing; see {@link PhotoCheck}. */
export function photoProblem(bytes: Uint8Array, announced?: number): string | undefined {
  const check = new PhotoCheck();
  check.push(bytes);
  return check.end(announced).problem;
}

/**
 * The format of a photo's file.
 *
 * @param what named in the error: "The photo of ISIC_0000000"
 * @param announced what the file has at least, in bytes, where a server said so
 * @throws UndecodableImageError when it is no photo, or is not whole
 */
export function checkPhoto(bytes: Uint8Array, what: string, announced?: number): PictureFormat {
  const check = new PhotoCheck();
  check.push(bytes);
  const { problem, format } = check.end(announced);
  if (problem !== undefined || format === undefined) throw new UndecodableImageError(what, `${problem}.`);
  return format;
}

/** What bytes look like to a person that are no picture. */
function whatElse(head: Uint8Array): string {
  if (head.length === 0) return "it is empty";
  const text = new TextDecoder().decode(head.subarray(0, 64)).trimStart().toLowerCase();
  if (text.startsWith("<")) return "it is an HTML or XML page, probably an error page of the server";
  if (text.startsWith("{") || text.startsWith("[")) return "it is JSON, probably an error of the server";
  return "its first bytes are of no known picture format";
}

function ascii(text: string): number[] {
  return Array.from(text, (character) => character.charCodeAt(0));
}

function begins(bytes: Uint8Array, start: readonly number[], at = 0): boolean {
  return start.every((byte, i) => bytes[at + i] === byte);
}

/** Little-endian; bytes that are not there count as 0. */
function uint32(bytes: Uint8Array, at: number): number {
  return [0, 1, 2, 3].reduce((sum, i) => sum + (bytes[at + i] ?? 0) * 256 ** i, 0);
}

/** ISO base media files name their brands in their first box: the main one, a version, then the compatible ones. */
function hasBrand(head: Uint8Array, brands: readonly string[]): boolean {
  if (!begins(head, ascii("ftyp"), 4)) return false;
  const size = [0, 1, 2, 3].reduce((sum, i) => sum * 256 + (head[i] ?? 0), 0);
  for (let at = 8; at + 4 <= Math.min(size, head.length); at += at === 8 ? 8 : 4) {
    if (brands.includes(String.fromCharCode(...head.subarray(at, at + 4)))) return true;
  }
  return false;
}
