/** Sizes of parts relative to each other: `{ train: 0.8, test: 0.2 }`. */
export type Shares<N extends string> = Readonly<Record<N, number>>;

/**
 * The names of parts, and their shares of 1.
 *
 * @throws RangeError when no part has a positive size, or one has none that is a number of 0 or more
 */
export function checkedShares<N extends string>(shares: Shares<N>): [names: N[], shares: number[]] {
  const names = Object.keys(Object(shares)) as N[];
  const sizes = names.map((name) => shares[name]);
  const total = sizes.reduce((sum, size) => sum + size, 0);
  if (!(total > 0 && Number.isFinite(total)) || sizes.some((size) => typeof size !== "number" || size < 0)) {
    throw new RangeError(`expected parts with sizes of 0 or more, got ${JSON.stringify(shares)}`);
  }
  return [names, sizes.map((size) => size / total)];
}
