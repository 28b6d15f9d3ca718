import type { Picture } from "../archive/source.ts";

/** Box average into the largest picture of the same shape that fits; never larger than the original. */
export function shrink(picture: Picture, maxWidth: number, maxHeight: number): Picture {
  const scale = Math.min(maxWidth / picture.width, maxHeight / picture.height);
  if (scale >= 1) return picture;
  const width = Math.max(1, Math.round(picture.width * scale));
  const height = Math.max(1, Math.round(picture.height * scale));
  const data = new Uint8ClampedArray(width * height * 4);
  for (let y = 0; y < height; y++) {
    const top = Math.floor((y * picture.height) / height);
    const bottom = Math.max(top + 1, Math.floor(((y + 1) * picture.height) / height));
    for (let x = 0; x < width; x++) {
      const left = Math.floor((x * picture.width) / width);
      const right = Math.max(left + 1, Math.floor(((x + 1) * picture.width) / width));
      average(picture, [left, top, right, bottom], data, 4 * (y * width + x));
    }
  }
  return { width, height, data };
}

type Box = readonly [left: number, top: number, right: number, bottom: number];

function average({ width, data }: Picture, [left, top, right, bottom]: Box, out: Picture["data"], at: number): void {
  let [red, green, blue, alpha] = [0, 0, 0, 0];
  for (let y = top; y < bottom; y++) {
    const end = 4 * (y * width + right);
    for (let i = 4 * (y * width + left); i < end; i += 4) {
      red += data[i]!;
      green += data[i + 1]!;
      blue += data[i + 2]!;
      alpha += data[i + 3]!;
    }
  }
  const area = (bottom - top) * (right - left);
  out[at] = red / area;
  out[at + 1] = green / area;
  out[at + 2] = blue / area;
  out[at + 3] = alpha / area;
}
