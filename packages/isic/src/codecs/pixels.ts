import type { Raster } from "@isic/core-wasm";

/** Any raster as RGBA bytes, for encoders that take nothing else. */
export function rgbaOf(raster: Raster): Uint8ClampedArray<ArrayBuffer> {
  const { channels, data } = raster;
  if (channels === 4) return new Uint8ClampedArray(data.slice().buffer);
  const rgba = new Uint8ClampedArray(raster.width * raster.height * 4);
  const green = channels === 3 ? 1 : 0;
  for (let from = 0, to = 0; to < rgba.length; from += channels, to += 4) {
    rgba[to] = data[from]!;
    rgba[to + 1] = data[from + green]!;
    rgba[to + 2] = data[from + 2 * green]!;
    rgba[to + 3] = 255;
  }
  return rgba;
}
