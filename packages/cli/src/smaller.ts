import { nodeCodecs, shrink } from "isic/node";

const JPEG_QUALITY = 90;

/** A smaller JPEG of an image; a PNG stays one, what is small enough stays as it is. */
export function smaller(longerSide: number): (bytes: Uint8Array) => Promise<Uint8Array> {
  return async (bytes) => {
    const raster = await nodeCodecs.decode(new Uint8Array(bytes));
    const copy = shrink(raster, longerSide);
    if (copy === raster) return bytes;
    return bytes[0] === 0x89 ? nodeCodecs.encodePng(copy) : nodeCodecs.encodeJpeg(copy, JPEG_QUALITY);
  };
}
