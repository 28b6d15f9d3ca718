import type { Codecs } from "./types.ts";

const missing = (): Promise<never> =>
  Promise.reject(
    new TypeError("expected `codecs` for pixels: use isic/node or isic/browser, or pass your own, got none"),
  );

/** For an api that was made without codecs: records and files are all there is. */
export const noCodecs: Codecs = {
  decode: missing,
  encodePng: missing,
  encodeJpeg: missing,
  readSuperpixels: missing,
  writeSuperpixels: missing,
  computeSuperpixels: missing,
};
