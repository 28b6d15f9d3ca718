import type { Raster } from "@isic/core-wasm";
import { codedBytes, JpegError, type JpegHeader, JpegKindError, jpegModule, readJpegHeader } from "./header.ts";

/** Luma by chroma as libjpeg-turbo's simple interface takes it: 4:4:4, 4:2:2, 4:2:0, 4:4:0, 4:1:1 and 1x4. */
const ORDINARY = ["1x1", "2x1", "2x2", "1x2", "4x1", "1x4"];

/**
 * A JPEG to RGB, in stored order and without colour conversion: an orientation or a colour profile in it is left
 * alone. The bytes are those of libjpeg-turbo and Pillow on every platform.
 *
 * @param maxPixels more are refused by what the header says, before anything is allocated
 * @throws JpegError whose message is the end of a sentence: "it is a 12-bit JPEG, which ..."
 */
export async function decodeJpeg(bytes: Uint8Array, maxPixels: number): Promise<Raster> {
  const header = readJpegHeader(bytes);
  const { width, height } = header;
  if (width * height > maxPixels)
    throw new JpegError(`it has ${width} x ${height} pixels, more than the ${maxPixels} that are allowed`);
  const reason = unreadable(header);
  if (reason !== undefined) throw new JpegKindError(`it is ${reason}, which is not read here: convert it to PNG first`);
  checkLength(header, codedBytes(bytes));
  const raster = isOrdinary(header) ? await (await jpegModule(import("./turbo.ts"))).decodeTurbo(bytes) : undefined;
  if (raster !== undefined) return raster;
  if (header.coding === "arithmetic")
    throw new JpegKindError(
      "it is an arithmetic-coded JPEG, which is not read where WebAssembly is missing or forbidden",
    );
  return (await jpegModule(import("./plain.ts"))).decodePlain(bytes, header);
}

function unreadable({ precision, process, coding, components }: JpegHeader): string | undefined {
  if (process === "lossless") return "a lossless JPEG";
  if (process === "hierarchical") return "a hierarchical JPEG";
  if (precision !== 8) return `a ${precision}-bit JPEG`;
  if (![1, 3, 4].includes(components.length)) return `a JPEG of ${components.length} components`;
  if (coding === "Huffman" || (components.length < 4 && isOrdinary({ components }))) return undefined;
  return `an arithmetic-coded ${components.length === 4 ? "CMYK " : ""}JPEG of a rare kind`;
}

/**
 * Arithmetic coding takes no whole bit for a block, so one colour is a few bytes at any size. A larger picture of fewer
 * bits than blocks is not decoded: with this many pixels a progressive one takes 120 MB, in about 0.2 seconds.
 */
const MOST_PIXELS_OF_NO_BITS = 10_000_000;

/** Holds the data against the blocks that they are to be. @throws JpegError, JpegKindError */
function checkLength({ width, height, process, coding, components }: JpegHeader, length: number): void {
  const h = Math.max(...components.map((component) => component.h));
  const v = Math.max(...components.map((component) => component.v));
  const blocks = components
    .map((component) => Math.ceil((width * component.h) / h / 8) * Math.ceil((height * component.v) / v / 8))
    .reduce((sum, count) => sum + count, 0);
  if (coding === "arithmetic") {
    if (width * height <= MOST_PIXELS_OF_NO_BITS || length >= blocks / 8) return;
    throw new JpegKindError(
      `it is an arithmetic-coded JPEG of ${width} x ${height} pixels in ${length} bytes, which is not read here: ` +
        `one of more than ${MOST_PIXELS_OF_NO_BITS} pixels must have at least ${Math.ceil(blocks / 8)} bytes`,
    );
  }
  // A code has a bit at least (T.81, C); a block has one for its mean, and unless that comes in a scan of its own, one for its end.
  const fewest = Math.ceil((blocks * (process === "sequential" ? 2 : 1)) / 8);
  if (length < fewest)
    throw new JpegError(
      `it is a JPEG that is cut short: ${width} x ${height} pixels take at least ${fewest} bytes, and it has ${length}`,
    );
}

function isOrdinary({ components }: Pick<JpegHeader, "components">): boolean {
  const [luma, ...chroma] = components;
  if (luma === undefined || chroma.length > 2) return false;
  return ORDINARY.includes(`${luma.h}x${luma.v}`) && chroma.every(({ h, v }) => h === 1 && v === 1);
}
