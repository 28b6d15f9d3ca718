import { labelTotal, wrongLabel } from "../check.ts";
import type { Bytes, LabelImage } from "../types.ts";
import { SIGNATURE } from "./chunks.ts";
import type { Crc32 } from "./crc32.ts";
import { predict } from "./unfilter.ts";

/** The rows of an RGB file, each with its filter byte: inside a superpixel Paeth's differences are zero. */
export function filterRows(labels: LabelImage): Bytes {
  const { width, height, data } = labels;
  labelTotal(labels);
  const rows = new Uint8Array(height * (1 + width * 3));
  for (let y = 0, at = 0; y < height; y++) {
    rows[at++] = PAETH;
    let left = 0;
    let aboveLeft = 0;
    for (let x = 0; x < width; x++, at += 3) {
      const label = data[y * width + x]!;
      if (label >>> 24 !== 0) throw wrongLabel(label, 0x100_0000);
      const above = y === 0 ? 0 : data[(y - 1) * width + x]!;
      // The prediction is `left`, so the difference zero, which the row already holds.
      const same = label === left && (above === left || above === aboveLeft);
      if (!same) store(rows, at, label, left, above, aboveLeft);
      left = label;
      aboveLeft = above;
    }
  }
  return rows;
}

const PAETH = 4;

function store(rows: Uint8Array, at: number, label: number, left: number, above: number, aboveLeft: number): void {
  for (let shift = 0; shift < 24; shift += 8) {
    const guess = predict((left >> shift) & 255, (above >> shift) & 255, (aboveLeft >> shift) & 255);
    rows[at + (shift >> 3)] = (label >> shift) - guess;
  }
}

/** A PNG file around compressed rows. */
export function frame(labels: LabelImage, deflated: Uint8Array, crc32: Crc32): Bytes {
  const file = new Uint8Array(SIGNATURE.length + 3 * 12 + 13 + deflated.length);
  const view = new DataView(file.buffer);
  const header = new Uint8Array(13);
  const headerView = new DataView(header.buffer);
  headerView.setUint32(0, labels.width);
  headerView.setUint32(4, labels.height);
  header.set([8, 2], 8);
  let at = SIGNATURE.length;
  const chunk = (type: string, data: Uint8Array): void => {
    view.setUint32(at, data.length);
    for (let i = 0; i < 4; i++) file[at + 4 + i] = type.charCodeAt(i);
    file.set(data, at + 8);
    view.setUint32(at + 8 + data.length, crc32(file.subarray(at + 4, at + 8 + data.length)));
    at += 12 + data.length;
  };
  file.set(SIGNATURE);
  chunk("IHDR", header);
  chunk("IDAT", deflated);
  chunk("IEND", new Uint8Array(0));
  return file;
}
