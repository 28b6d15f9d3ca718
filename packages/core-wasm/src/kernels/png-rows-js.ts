import { type BuildMapOptions, buildMapWith } from "../map/build.ts";
import { type Rows, tooFewBytes, tooManyBytes, unknownFilter } from "../png/rows.ts";
import { unfilter } from "../png/unfilter.ts";
import type { LabelImage, SuperpixelMap } from "../types.ts";
import { decodePixels } from "./decode.ts";
import { fillMap } from "./map.ts";

/** The rows of a file, unfiltered and decoded one by one. */
export function openRows(width: number, height: number, channels: 3 | 4): Rows {
  const data = new Int32Array(width * height);
  const stride = width * channels;
  let line = new Uint8Array(1 + stride);
  let above = new Uint8Array(1 + stride);
  let filled = 0;
  let row = 0;
  let largest = 0;

  function endOfLine(): void {
    if (!unfilter(line[0]!, line.subarray(1), above.subarray(1), channels)) throw unknownFilter(row);
    const labels = data.subarray(row * width, (row + 1) * width);
    largest = Math.max(largest, decodePixels(line.subarray(1), channels, labels));
    [line, above] = [above, line];
    filled = 0;
    row++;
  }

  return {
    push(bytes: Uint8Array): void {
      for (let at = 0; at < bytes.length; ) {
        if (row === height) throw tooManyBytes();
        const piece = bytes.subarray(at, at + line.length - filled);
        line.set(piece, filled);
        filled += piece.length;
        at += piece.length;
        if (filled === line.length) endOfLine();
      }
    },
    labels(): LabelImage {
      if (row < height) throw tooFewBytes(row, height);
      return { width, height, data, count: largest + 1 };
    },
    map(labels: LabelImage, options: BuildMapOptions): SuperpixelMap {
      return buildMapWith(fillMap, labels, options);
    },
    close(): void {},
  };
}
