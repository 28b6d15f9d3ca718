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

function paeth(row: Uint8Array, above: Uint8Array, channels: number): void {
  for (let i = 0; i < channels; i++) row[i] = row[i]! + above[i]!;
  for (let i = channels; i < row.length; i++) {
    row[i] = row[i]! + predict(row[i - channels]!, above[i]!, above[i - channels]!);
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
