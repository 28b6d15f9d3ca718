/** Masks of two different images on the pixels of one, as the Python client lays them over each other. */
import type { Raster } from "@isic/core-wasm";

/**
 * The size on which two pictures are compared: that of the one that is smaller both ways, else of the one with fewer pixels.
 */
export function commonSize<Size extends Pick<Raster, "width" | "height">>(a: Size, b: Size): Size {
  if (a.width <= b.width && a.height <= b.height) return a;
  if (a.width >= b.width && a.height >= b.height) return b;
  return a.width * a.height <= b.width * b.height ? a : b;
}

/**
 * A mask of one channel in another size, by the Python client's rule: where a target pixel stands for three pixels or more
 * it is their mean, cut to a whole number; else it is the pixel in the middle. First across, then down.
 */
export function resampleMask({ width, height, data }: Raster, size: Pick<Raster, "width" | "height">): Raster {
  const across = new Uint8Array(size.width * height);
  eachSpan(width, size.width, (x, from, to) => {
    for (let y = 0; y < height; y++) across[y * size.width + x] = meanOf(data, y * width, 1, from, to);
  });
  const both = new Uint8Array(size.width * size.height);
  eachSpan(height, size.height, (y, from, to) => {
    for (let x = 0; x < size.width; x++) both[y * size.width + x] = meanOf(across, x, size.width, from, to);
  });
  return { width: size.width, height: size.height, channels: 1, data: both };
}

/** From which to which pixel each target pixel reaches; both are one where it is too narrow for a mean. */
function eachSpan(from: number, to: number, each: (target: number, first: number, last: number) => void): void {
  const step = from / to;
  for (let target = 0; target < to; target++) {
    const start = step * target + 0.5;
    const first = Math.min(from - 1, Math.trunc(start));
    const last = Math.trunc(start + step - 1);
    each(target, first, first >= last - 1 ? first : last);
  }
}

function meanOf(data: ArrayLike<number>, at: number, stride: number, first: number, last: number): number {
  let sum = 0;
  for (let i = first; i <= last; i++) sum += data[at + i * stride]!;
  return Math.floor(sum / (last - first + 1));
}

/** Dice's coefficient of two masks of one size, within a third; NaN where neither has anything there. */
export function diceOfMasks(a: ArrayLike<number>, b: ArrayLike<number>, inside?: ArrayLike<number>): number {
  let [either, both] = [0, 0];
  for (let i = 0; i < a.length; i++) {
    if (inside !== undefined && inside[i] === 0) continue;
    const [inA, inB] = [Number(a[i]! > 0), Number(b[i]! > 0)];
    either += inA + inB;
    both += inA * inB;
  }
  return (2 * both) / either;
}
