import { labelTotal } from "../check.ts";
import type { LabelImage, Raster } from "../types.ts";

/**
 * 255 where a pixel lies on the edge of its superpixel: on the image's edge, or with another label above, below, left or
 * right. 0 elsewhere.
 *
 * @returns a new raster of one channel, of the image's size
 * @throws RangeError when the sizes disagree
 */
export function boundaryMask(labels: LabelImage): Raster {
  const { width, height, data: label } = labels;
  const data = new Uint8Array(labelTotal(labels));
  for (let y = 0, i = 0; y < height; y++) {
    const edge = y === 0 || y === height - 1;
    for (let x = 0; x < width; x++, i++) {
      const own = label[i];
      const inside =
        !edge &&
        x > 0 &&
        x < width - 1 &&
        label[i - 1] === own &&
        label[i + 1] === own &&
        label[i - width] === own &&
        label[i + width] === own;
      if (!inside) data[i] = 255;
    }
  }
  return { width, height, channels: 1, data };
}
