// The chunks of a PNG file (https://www.w3.org/TR/png-3/) and their checksums, as far as masks need them: grey, up to 8 bits.
import { MaskFileError } from "../errors.ts";

/** A sound grey PNG file whose pixels are still compressed. */
export interface GrayPng {
  readonly width: number;
  readonly height: number;
  readonly bitDepth: 1 | 2 | 4 | 8;
  readonly interlaced: boolean;
  /** The zlib stream, in the pieces that the file has. */
  readonly deflated: readonly Uint8Array<ArrayBuffer>[];
}

export const SIGNATURE: readonly number[] = [137, 80, 78, 71, 13, 10, 26, 10];
const IHDR = 0x49484452;
const IDAT = 0x49444154;
const IEND = 0x49454e44;

const KINDS: { readonly [colorType: number]: string } = {
  2: "an RGB",
  3: "a palette",
  4: "a grey and alpha",
  6: "an RGB and alpha",
};

/**
 * Walks the chunks up to the end of the image; what follows is no fault.
 *
 * @throws MaskFileError
 */
export function openGrayPng(bytes: Uint8Array<ArrayBuffer>, maxPixels: number): GrayPng {
  if (!(bytes instanceof Uint8Array)) throw new TypeError(`expected bytes to be a Uint8Array, got ${typeof bytes}`);
  if (!SIGNATURE.every((byte, i) => bytes[i] === byte)) {
    throw new MaskFileError("not-png", `is not a PNG file${otherKind(bytes)}`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let header: Omit<GrayPng, "deflated"> | undefined;
  const deflated: Uint8Array<ArrayBuffer>[] = [];
  for (let offset = SIGNATURE.length; ; ) {
    if (offset + 12 > bytes.length) throw cutOff(bytes.length);
    const end = offset + 12 + view.getUint32(offset);
    if (end > bytes.length) throw cutOff(bytes.length);
    const type = view.getUint32(offset + 4);
    const data = bytes.subarray(offset + 8, end - 4);
    if (crc32(bytes.subarray(offset + 4, end - 4)) !== view.getUint32(end - 4)) {
      throw new MaskFileError("damaged", `is damaged: the checksum of the part at byte ${offset} is wrong`);
    }
    if (header === undefined) header = readHeader(type, data, maxPixels);
    else if (type === IDAT) deflated.push(data);
    else if (type === IEND) break;
    offset = end;
  }
  if (deflated.length === 0) throw new MaskFileError("damaged", "has no pixels (no IDAT chunk)");
  return { ...header, deflated };
}

function readHeader(type: number, data: Uint8Array, maxPixels: number): Omit<GrayPng, "deflated"> {
  if (type !== IHDR || data.length !== 13) throw new MaskFileError("damaged", "does not begin with a PNG header");
  const view = new DataView(data.buffer, data.byteOffset, 13);
  const width = view.getUint32(0);
  const height = view.getUint32(4);
  const [bitDepth = 0, colorType = 0, compression, filter, interlace = 2] = data.subarray(8);
  if (width === 0 || height === 0 || compression !== 0 || filter !== 0 || interlace > 1) {
    throw new MaskFileError("damaged", `has a PNG header that means nothing (${width} x ${height} pixels)`);
  }
  if (width * height > maxPixels) {
    throw new MaskFileError("too-large", `has ${width} x ${height} pixels, more than maxPixels, ${maxPixels}`);
  }
  if (colorType !== 0) {
    const kind = KINDS[colorType] ?? "an unknown";
    throw new MaskFileError("not-gray", `is ${kind} picture; a mask is a grey PNG of 8 bits`);
  }
  if (bitDepth !== 1 && bitDepth !== 2 && bitDepth !== 4 && bitDepth !== 8) {
    throw new MaskFileError("not-gray", `has ${bitDepth} bits per pixel; a mask is a grey PNG of 8 bits`);
  }
  return { width, height, bitDepth, interlaced: interlace === 1 };
}

function otherKind(bytes: Uint8Array): string {
  if (bytes.length === 0) return ": it is empty";
  if (bytes[0] === 0xff && bytes[1] === 0xd8) return " but a JPEG, which changes pixels";
  if (bytes[0] === 0x47 && bytes[1] === 0x49) return " but a GIF";
  if (bytes[0] === 0x42 && bytes[1] === 0x4d) return " but a BMP";
  if ((bytes[0] === 0x49 && bytes[1] === 0x49) || (bytes[0] === 0x4d && bytes[1] === 0x4d)) return " but a TIFF";
  return "";
}

function cutOff(length: number): MaskFileError {
  return new MaskFileError("damaged", `is cut off after ${length} bytes`);
}

let table: Uint32Array | undefined;

/** CRC-32 as PNG means it. */
export function crc32(bytes: Uint8Array): number {
  table ??= Uint32Array.from({ length: 256 }, (_, byte) => {
    let rest = byte;
    for (let bit = 0; bit < 8; bit++) rest = rest & 1 ? (rest >>> 1) ^ 0xedb88320 : rest >>> 1;
    return rest;
  });
  let rest = -1;
  for (let i = 0; i < bytes.length; i++) rest = table[(rest ^ bytes[i]!) & 255]! ^ (rest >>> 8);
  return ~rest >>> 0;
}
