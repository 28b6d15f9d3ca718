/** Ids go into paths: only 24 hexadecimal digits are ids. */
export function objectId(id: string): string {
  if (!/^[0-9a-f]{24}$/.test(id))
    throw new TypeError(`Expected an id of 24 hexadecimal digits, got ${JSON.stringify(id)}.`);
  return id;
}

export function pageSizeOf(size: number | undefined, standard: number): number {
  const value = size ?? standard;
  if (!Number.isInteger(value) || value < 2)
    throw new RangeError(`pageSize: expected a whole number from 2, got ${value}.`);
  return value;
}
