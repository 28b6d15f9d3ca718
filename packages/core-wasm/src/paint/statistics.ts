import { checkSameSize, rasterTotal } from "../check.ts";
import type { Raster, SuperpixelMap } from "../types.ts";

/** Of channel `c` of superpixel `i` at element `i * channels + c`; NaN for an empty row. */
export interface ChannelStatistics {
  readonly channels: 1 | 3 | 4;
  readonly mean: Float64Array<ArrayBuffer>;
  readonly min: Float64Array<ArrayBuffer>;
  readonly max: Float64Array<ArrayBuffer>;
  /** Of the pixels there are (divided by their number, not by one less). */
  readonly variance: Float64Array<ArrayBuffer>;
}

/**
 * Mean, minimum, maximum and variance of each channel in each superpixel, in levels from 0 to 255 (variance: their squares).
 *
 * @throws RangeError when the sizes differ
 * @example
 * ```ts
 * import { buildMap, channelStatistics, decodeRgb } from "@isic/core-wasm";
 *
 * const map = buildMap(decodeRgb(new Uint8Array([0, 0, 0, 1, 0, 0, 1, 0, 0]), 3, 1));
 * channelStatistics({ width: 3, height: 1, channels: 1, data: Uint8Array.of(9, 10, 20) }, map).mean; // Float64Array [9, 15]
 * ```
 */
export function channelStatistics(raster: Raster, map: SuperpixelMap): ChannelStatistics {
  rasterTotal(raster);
  checkSameSize(raster, map);
  const { channels } = raster;
  const table = (): Float64Array<ArrayBuffer> => new Float64Array(map.count * channels).fill(Number.NaN);
  const statistics = { channels, mean: table(), min: table(), max: table(), variance: table() };
  for (let row = 0; row < map.count; row++) {
    if (map.offsets[row] === map.offsets[row + 1]) continue;
    for (let channel = 0; channel < channels; channel++) measure(raster, map, row, channel, statistics);
  }
  return statistics;
}

function measure(raster: Raster, map: SuperpixelMap, row: number, channel: number, to: ChannelStatistics): void {
  const { data, channels } = raster;
  const start = map.offsets[row]!;
  const end = map.offsets[row + 1]!;
  // Differences from the first pixel: sums of whole numbers, exact, and no variance where there is none.
  const first = data[map.pixels[start]! * channels + channel]!;
  let sum = 0;
  let squares = 0;
  let min = first;
  let max = first;
  for (let at = start; at < end; at++) {
    const value = data[map.pixels[at]! * channels + channel]!;
    const difference = value - first;
    sum += difference;
    squares += difference * difference;
    if (value < min) min = value;
    if (value > max) max = value;
  }
  const n = end - start;
  const i = row * channels + channel;
  to.mean[i] = first + sum / n;
  to.min[i] = min;
  to.max[i] = max;
  to.variance[i] = (squares - (sum * sum) / n) / n;
}
