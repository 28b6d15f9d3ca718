import type { Raster } from "@isic/core-wasm";
import { JpegError, type JpegHeader, JpegKindError, jpegModule, readJpegHeader } from "./header.ts";

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
  const fewest = fewestBytes(header);
  if (bytes.length < fewest)
    throw new JpegError(`it is a JPEG that is cut short: ${width} x ${height} pixels take at least ${fewest} bytes`);
  const reason = unreadable(header);
  if (reason !== undefined) throw new JpegKindError(`it is ${reason}, which is not read here: convert it to PNG first`);
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

/** Every block takes a code of at least one bit (T.81, F.2.2), so little data cannot be many pixels. */
function fewestBytes({ width, height, coding, components }: JpegHeader): number {
  if (coding === "arithmetic") return 0;
  const h = Math.max(...components.map((component) => component.h));
  const v = Math.max(...components.map((component) => component.v));
  const blocks = components.map(
    (component) => Math.ceil((width * component.h) / h / 8) * Math.ceil((height * component.v) / v / 8),
  );
  return Math.ceil(blocks.reduce((sum, count) => sum + count, 0) / 8);
}

function isOrdinary({ components }: Pick<JpegHeader, "components">): boolean {
  const [luma, ...chroma] = components;
  if (luma === undefined || chroma.length > 2) return false;
  return ORDINARY.includes(`${luma.h}x${luma.v}`) && chroma.every(({ h, v }) => h === 1 && v === 1);
}
