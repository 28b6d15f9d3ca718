import type { LabelImage } from "./types.ts";

/** The same image with labels numbered 0, 1, 2, ... in ascending order, and what each was before. */
export function compactLabels(labels: LabelImage): { image: LabelImage; originals: Int32Array<ArrayBuffer> } {
  const originals = distinct(labels.data);
  const rank = new Map<number, number>();
  for (const [row, label] of originals.entries()) rank.set(label, row);
  const data = new Int32Array(labels.data.length);
  let label = -1;
  let row = -1;
  for (let i = 0; i < data.length; i++) {
    if (labels.data[i] !== label) {
      label = labels.data[i]!;
      row = rank.get(label)!;
    }
    data[i] = row;
  }
  return { image: { width: labels.width, height: labels.height, data, count: originals.length }, originals };
}

function distinct(labels: Int32Array): Int32Array<ArrayBuffer> {
  const sorted = labels.slice().sort();
  let kept = 0;
  for (let i = 0; i < sorted.length; i++) if (i === 0 || sorted[i] !== sorted[i - 1]) sorted[kept++] = sorted[i]!;
  return sorted.slice(0, kept);
}
