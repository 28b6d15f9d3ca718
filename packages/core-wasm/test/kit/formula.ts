import type { Raster } from "../../src/types.ts";

export type PictureKind = "patches" | "ramps" | "noise" | "corner";

/** The pictures of golden/slic_reference.py: patches with noise, ramps, pure noise, one colour with noise in a corner. */
export function formulaPicture(kind: PictureKind, width: number, height: number): Raster {
  const data = new Uint8Array(width * height * 3);
  let state = 12345;
  let at = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (let c = 0; c < 3; c++) {
        state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
        data[at++] = value(kind, x, y, c, width, height, state >>> 24);
      }
    }
  }
  return { width, height, channels: 3, data };
}

function value(
  kind: PictureKind,
  x: number,
  y: number,
  c: number,
  width: number,
  height: number,
  noise: number,
): number {
  if (kind === "patches") return ((((x >> 4) ^ (y >> 3)) * 37 + c * 50) % 200) + (noise % 23);
  if (kind === "noise") return noise;
  if (kind === "corner") return 120 + 10 * c + (x < width >> 2 && y < height >> 2 ? noise % 40 : 0);
  const across = Math.floor(Math.floor((x * (c + 1) * 255) / Math.max(width - 1, 1)) / 3);
  return ((across + Math.floor((y * 80) / Math.max(height - 1, 1))) % 240) + (noise % 5);
}
