import { wrongLabel } from "../check.ts";

/** Fills the compressed rows (`offsets` of count + 1, `pixels` of all) from labels below count. */
export function fillMap(labels: Int32Array, count: number, offsets: Uint32Array, pixels: Uint32Array): void {
  offsets.fill(0);
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i]!;
    if (label < 0 || label >= count) throw wrongLabel(label, count);
    offsets[label + 1]!++;
  }
  for (let row = 0; row < count; row++) offsets[row + 1]! += offsets[row]!;
  // offsets[label] is where the next pixel of that row goes; afterwards it is where the next row starts.
  for (let i = 0; i < labels.length; i++) pixels[offsets[labels[i]!]!++] = i;
  offsets.copyWithin(1, 0, count);
  offsets[0] = 0;
}
