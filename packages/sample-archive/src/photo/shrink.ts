import type { Picture } from "../source.ts";

/** Box average into the largest picture of the same shape that fits; never larger than the original. */
export function shrink(picture: Picture, maxWidth: number, maxHeight: number): Picture {
  const scale = Math.min(1, maxWidth / picture.width, maxHeight / picture.height);
  const width = Math.max(1, Math.round(picture.width * scale));
  const height = Math.max(1, Math.round(picture.height * scale));
  const data = new Uint8ClampedArray(width * height * 4);
  for (let y = 0; y < height; y++) {
    const top = Math.floor((y * picture.height) / height);
    const bottom = Math.max(top + 1, Math.floor(((y + 1) * picture.height) / height));
    for (let x = 0; x < width; x++) {
      const left = Math.floor((x * picture.width) / width);
      const right = Math.max(left + 1, Math.floor(((x + 1) * picture.width) / width));
      const sums = [0, 0, 0, 0];
      for (let sy = top; sy < bottom; sy++) {
        for (let sx = left; sx < right; sx++) {
          for (let c = 0; c < 4; c++) sums[c]! += picture.data[4 * (sy * picture.width + sx) + c]!;
        }
      }
      const area = (bottom - top) * (right - left);
      data.set(
        sums.map((sum) => sum / area),
        4 * (y * width + x),
      );
    }
  }
  return { width, height, data };
}
