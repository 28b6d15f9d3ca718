import { unequalLabels } from "../map/differences";

/** Bit i: pixel x + i of a row differs from the one before it; not the first one of the row. Reads up to 256 bytes. */
export function changesAt(row: usize, x: i32, width: i32): u64 {
  let bits = unequalLabels(row + (<usize>x << 2));
  if (x == 0) bits &= ~(<u64>1);
  if (x + 64 > width) bits &= ((<u64>1) << (width - x)) - 1;
  return bits;
}
