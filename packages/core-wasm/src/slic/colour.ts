import type { Raster } from "../types.ts";
import { power } from "./exact.ts";

/** Linear light for each byte value of a picture: its bytes stretched to [0, 1], then freed of the sRGB curve (IEC 61966-2-1). */
export function lightTable(darkest: number, brightest: number): Float64Array<ArrayBuffer> {
  const least = darkest / 255;
  const span = brightest / 255 - least;
  const table = new Float64Array(256);
  for (let byte = darkest; byte <= brightest; byte++) {
    const value = byte / 255 - least;
    const stretched = span === 0 ? value : value / span;
    table[byte] = stretched > 0.04045 ? power((stretched + 0.055) / 1.055, 2.4) : stretched / 12.92;
  }
  return table;
}

/** The smallest and the largest byte of the colours; alpha is no colour. */
export function extremes({ channels, data }: Raster): [darkest: number, brightest: number] {
  let least = 255;
  let most = 0;
  if (channels === 4) {
    for (let i = 0; i < data.length; i += 4) {
      const [red, green, blue] = [data[i]!, data[i + 1]!, data[i + 2]!];
      least = Math.min(least, red, green, blue);
      most = Math.max(most, red, green, blue);
    }
  } else {
    for (let i = 0; i < data.length; i++) {
      const value = data[i]!;
      if (value < least) least = value;
      if (value > most) most = value;
    }
  }
  return [least, most];
}

const single = /* @__PURE__ */ new Float32Array(1);
const bits = /* @__PURE__ */ new Int32Array(single.buffer);
const THIRD = /* @__PURE__ */ Math.fround(1 / 3);

/**
 * Cube root for 0.008 < x < 2, to a relative 2e-14. The same operations in the same order as the WebAssembly, so that
 * all implementations get the same bits: a third of the exponent as a guess (3 % off), then Halley's step twice.
 */
export function cbrt(x: number): number {
  single[0] = x;
  bits[0] = Math.trunc(Math.fround(Math.fround(bits[0]!) * THIRD)) + 0x2a51_19f2;
  const guess = halley(single[0]!, x);
  return halley(guess, x);
}

function halley(root: number, x: number): number {
  const cube = root * root * root;
  return (root * (cube + (x + x))) / (cube + cube + x);
}
