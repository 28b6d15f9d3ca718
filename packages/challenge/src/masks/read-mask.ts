/** Masks: grey PNG files to rasters of one channel. */
import { PngError, type Raster, type ReadPngOptions, readPng } from "@isic/core-wasm";
import { boundsOf, checkOptions } from "../bounds.ts";
import { MaskFileError } from "../errors.ts";

type Bytes = Uint8Array<ArrayBuffer>;

/** The exact PNG reader of `@isic/core-wasm`, or the faster one of its `/node`. */
export type ReadPng = (bytes: Uint8Array, options?: ReadPngOptions) => Promise<Raster>;

/** How a mask is read. */
export interface ReadMaskOptions {
  /** The most pixels a mask may have, by its header: 100 000 000 unless told. */
  readonly maxPixels?: number;
  readonly signal?: AbortSignal;
}

/**
 * The pixels of a mask file, exactly as they are: 0 and 255 in a sound mask. Grey PNG files of 1, 2, 4 and 8 bits are read
 * (1, 2 and 4 bits are spread over 0 to 255), interlaced or not; a tRNS chunk changes nothing. Colour, palette and 16-bit
 * files are refused, as the challenges' scorers refuse them.
 *
 * @throws MaskFileError whose `problem` says whether it is no PNG, damaged, not grey, or too large; the signal's reason
 */
export async function readMask(bytes: Bytes, options: ReadMaskOptions = {}): Promise<Raster> {
  return readMaskWith(readPng, bytes, options);
}

/** {@link readMask} by the platform's PNG reader. */
export async function readMaskWith(read: ReadPng, bytes: Bytes, options: ReadMaskOptions): Promise<Raster> {
  checkOptions(options, ["maxPixels", "signal"]);
  return decodeMask(read, bytes, boundsOf(options).maxPixels, options.signal);
}

/** @throws MaskFileError, TypeError, the signal's reason */
export async function decodeMask(
  read: ReadPng,
  bytes: Bytes,
  maxPixels: number,
  signal: AbortSignal | undefined,
): Promise<Raster> {
  if (!(bytes instanceof Uint8Array)) throw new TypeError(`expected bytes to be a Uint8Array, got ${typeof bytes}`);
  checkKind(bytes);
  try {
    return await read(bytes, { maxPixels, ...(signal === undefined ? {} : { signal }) });
  } catch (error) {
    if (!(error instanceof PngError)) throw error;
    const problem = error.problem === "too-large" || error.problem === "not-png" ? error.problem : "damaged";
    throw new MaskFileError(problem, `cannot be read as a mask: ${error.message.replace(/\.$/, "")}`, { cause: error });
  }
}

const KINDS: { readonly [colorType: number]: string } = {
  2: "an RGB",
  3: "a palette",
  4: "a grey and alpha",
  6: "an RGB and alpha",
};

/** What the header says, before anything is unpacked: bit depth and colour type are its bytes 24 and 25. */
function checkKind(bytes: Bytes): void {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xd8)
    throw new MaskFileError("not-png", "is a JPEG, which changes pixels; save it as PNG");
  if (first !== 0x89 || bytes.length < 26) return;
  const bitDepth = bytes[24] ?? 0;
  const kind = KINDS[bytes[25] ?? 0];
  if (kind !== undefined) throw new MaskFileError("not-gray", `is ${kind} picture; a mask is a grey PNG of 8 bits`);
  if (bitDepth === 16) throw new MaskFileError("not-gray", "has 16 bits per pixel; a mask is a grey PNG of 8 bits");
}
