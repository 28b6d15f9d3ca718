import { wrongLabel } from "../check.ts";
import type { LabelImage } from "../types.ts";

/**
 * The columns where the labels of a row change: 0, and each whose label differs from the one before; then the width. Returns
 * how many changes there are, the end left out. Borders are a tenth of an image: who asks for columns first, and looks at
 * labels only there, need not look at the rest again.
 *
 * Called once a row, and so compiled as a whole after a few of them; a loop over the whole image would have to be replaced
 * while it runs, on every call anew once the garbage collector has dropped such code.
 *
 * @throws RangeError when a label is negative or not below `labels.count`
 */
export function changesOf({ width, data, count }: LabelImage, y: number, columns: Int32Array): number {
  const start = y * width;
  let label = data[start]!;
  if (label >>> 0 >= count) throw wrongLabel(label, count);
  columns[0] = 0;
  let n = 1;
  for (let x = 1; x < width; x++) {
    const next = data[start + x]!;
    if (next === label) continue;
    if (next >>> 0 >= count) throw wrongLabel(next, count);
    columns[n++] = x;
    label = next;
  }
  columns[n] = width;
  return n;
}
