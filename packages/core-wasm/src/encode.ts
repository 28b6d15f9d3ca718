import { labelTotal, wrongLabel } from "./check.ts";
import type { LabelImage, Raster } from "./types.ts";

/** The RGB picture whose labels these are. @throws RangeError for a label that does not fit 24 bits */
export function encodeRgb(labels: LabelImage): Raster {
  const data = new Uint8Array(labelTotal(labels) * 3);
  for (let i = 0, at = 0; i < labels.data.length; i++, at += 3) {
    const label = labels.data[i]!;
    if (label >>> 24 !== 0) throw wrongLabel(label, 0x100_0000);
    data[at] = label;
    data[at + 1] = label >> 8;
    data[at + 2] = label >> 16;
  }
  return { width: labels.width, height: labels.height, channels: 3, data };
}
