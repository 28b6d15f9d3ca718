// build/: a set's folder, made from its recipe or rebuilt from its lock file, and checked.

import type { Bytes } from "@isic/cache";
import { encodeRgb, type LabelImage, type Raster } from "@isic/core-wasm";
import { zlibSync } from "fflate";
import { nodeCodecs } from "../../codecs/node.ts";
import { framePng, predictedRows } from "../../codecs/write-png.ts";
import type { RecipeImage } from "../recipe/recipe.ts";

/** What the bytes of a set's pictures depend on; other versions may give other bytes. */
export const ENCODERS: Readonly<Record<string, string>> = { jpeg: "@jsquash/jpeg 1.6.0", png: "fflate 0.8.2" };

/** A picture as the bytes of a file: the same on every machine, since WebAssembly and JavaScript make them. */
export async function encodePicture(raster: Raster, { format = "jpeg", quality = 90 }: RecipeImage): Promise<Bytes> {
  return format === "jpeg" ? nodeCodecs.encodeJpeg(raster, quality) : encodePng(raster);
}

/** Labels as the archive's superpixel PNG: R + 256 G + 65536 B. */
export function encodeLabels(labels: LabelImage): Bytes {
  return encodePng(encodeRgb(labels));
}

/** Grey, RGB or RGBA as PNG. Not by the platform's zlib, whose output differs between processors and versions of Node. */
export function encodePng(raster: Raster): Bytes {
  return framePng(raster, zlibSync(predictedRows(raster), { level: 6 }));
}
