// Real photos in a page.
import { real, realJson } from "@isic/fixtures";
import { it } from "vitest";
import type { Raster } from "../../src/slic/index.ts";
import { expectPhoto, type PhotoCase, withoutAlpha } from "./slic.ts";

/** One of each size and camera, the smallest and the largest; the others are for the slow suite. */
const FEW = ["ISIC_0000000", "ISIC_0000042", "ISIC_0000139", "ISIC_0000160"];

/** A test for each of the few photos, or for each of the others. */
export async function itGivesPhotosTheirLabels(which: "few" | "others"): Promise<void> {
  for (const each of await realJson<PhotoCase[]>("manifest.json")) {
    if (FEW.includes(each.name) !== (which === "few")) continue;
    it(`${each.name}, ${each.width} x ${each.height}`, async () => expectPhoto(await photo(each.name), each));
  }
}

/** Through a canvas that neither turns nor recolours. */
async function photo(name: string): Promise<Raster> {
  const bitmap = await createImageBitmap(new Blob([await real(`images/${name}.jpg`)]), {
    imageOrientation: "none",
    colorSpaceConversion: "none",
    premultiplyAlpha: "none",
  });
  const { width, height } = bitmap;
  const context = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true })!;
  context.drawImage(bitmap, 0, 0);
  return withoutAlpha(width, height, context.getImageData(0, 0, width, height).data);
}
