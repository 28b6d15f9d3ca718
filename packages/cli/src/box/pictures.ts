import { join } from "node:path";
import { makeFolder, writeWhole } from "@isic/cache-fs/files";
import type { Raster } from "@isic/core-wasm";
import type { Image } from "isic";
import { nodeCodecs } from "isic/node";

type Color = readonly [number, number, number];

const RED: Color = [255, 0, 0];
const DARK: Color = [30, 20, 20];
const WHITE: Color = [255, 255, 255];

export interface Picture {
  readonly file: string;
  readonly about: string;
  readonly raster: Raster;
}

/**
 * What the walk has to show: the photo, the one superpixel of the original README in red, the outlines of all, and
 * all of them in colour around the red one. Each picture starts from the photo as it came.
 */
export function paintPictures(image: Image, superpixel: number): Picture[] {
  const photo = image.data;
  if (photo === undefined) return [];
  const others = Array.from({ length: image.superpixels!.idx.count }, (_, i) => i).filter((i) => i !== superpixel);
  const paint = (file: string, about: string, work: () => void): Picture => {
    const raster = copyOf(photo);
    image.data = raster;
    work();
    image.data = photo;
    return { file, about, raster };
  };
  return [
    paint("photo.png", "the photo", () => undefined),
    paint(`superpixel-${superpixel}.png`, `superpixel ${superpixel} in red`, () => {
      image.colorSuperpixels([superpixel], { color: RED });
    }),
    paint("outlines.png", "the outlines of all", () => image.markSuperpixels({ color: WHITE, width: 1 })),
    paint("superpixels.png", `all of them in colour, ${superpixel} in red`, () => {
      image.colorSuperpixels(others, { color: others.map(tint), alpha: 0.45 });
      image.markSuperpixels({ color: DARK, width: 1 });
      image.colorSuperpixels([superpixel], { color: RED });
    }),
  ];
}

/** Writes the pictures as PNG files: all are encoded before the first is written. */
export async function writePictures(folder: string, pictures: readonly Picture[]): Promise<string[]> {
  const files: [string, Uint8Array][] = [];
  for (const { file, raster } of pictures) files.push([join(folder, file), await nodeCodecs.encodePng(raster)]);
  await makeFolder(folder);
  for (const [path, png] of files) await writeWhole(path, png);
  return files.map(([path]) => path);
}

function copyOf(raster: Raster): Raster {
  return { ...raster, data: raster.data.slice() };
}

/** Hues a golden angle apart: neighbours in number, which are neighbours in the photo, differ most. */
function tint(superpixel: number): Color {
  const hue = (superpixel * 137.508) % 360;
  const channel = (offset: number): number => {
    const k = (offset + hue / 30) % 12;
    return Math.round(255 * (0.6 - 0.4 * Math.max(-1, Math.min(k - 3, 9 - k, 1))));
  };
  return [channel(0), channel(8), channel(4)];
}
