/** Undoes the filter of one row in place, given the row above; false when there is no such filter. */
export function unfilter(filter: number, row: Uint8Array, above: Uint8Array, channels: number): boolean {
  if (filter > 4) return false;
  if (filter === 1) sub(row, channels);
  else if (filter === 2) for (let i = 0; i < row.length; i++) row[i] = row[i]! + above[i]!;
  else if (filter === 3) average(row, above, channels);
  else if (filter === 4) paeth(row, above, channels);
  return true;
}

function sub(row: Uint8Array, channels: number): void {
  for (let i = channels; i < row.length; i++) row[i] = row[i]! + row[i - channels]!;
}

function average(row: Uint8Array, above: Uint8Array, channels: number): void {
  for (let i = 0; i < channels; i++) row[i] = row[i]! + (above[i]! >> 1);
  for (let i = channels; i < row.length; i++) row[i] = row[i]! + ((row[i - channels]! + above[i]!) >> 1);
}

/** One channel after the other, so that what is to the left need not be read again. */
function paeth(row: Uint8Array, above: Uint8Array, channels: number): void {
  for (let channel = 0; channel < channels; channel++) {
    let left = 0;
    let aboveLeft = 0;
    for (let i = channel; i < row.length; i += channels) {
      const up = above[i]!;
      left = (row[i]! + predict(left, up, aboveLeft)) & 255;
      row[i] = left;
      aboveLeft = up;
    }
  }
}

/** Paeth's choice: whichever of left, above and above-left is nearest to left + above - aboveLeft. */
export function predict(left: number, above: number, aboveLeft: number): number {
  const toLeft = Math.abs(above - aboveLeft);
  const toAbove = Math.abs(left - aboveLeft);
  const toAboveLeft = Math.abs(left + above - 2 * aboveLeft);
  if (toLeft <= toAbove && toLeft <= toAboveLeft) return left;
  return toAbove <= toAboveLeft ? above : aboveLeft;
}
