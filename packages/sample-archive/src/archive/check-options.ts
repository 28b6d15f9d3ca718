/**
 * Refuses options that do not exist: one that is misspelt would be left out silently otherwise.
 *
 * @param what names the function or the part of it, as `serve` or `createSampleArchive: quirks`
 * @throws TypeError that names the option meant, where one is near
 */
export function checkOptions(what: string, options: object, known: readonly string[]): void {
  if (typeof options !== "object" || options === null) {
    throw new TypeError(`${what}: expected an object of options, got ${options === null ? "null" : typeof options}`);
  }
  for (const name of Object.keys(options)) {
    if (known.includes(name)) continue;
    const near = known.find((other) => isNear(name.toLowerCase(), other.toLowerCase()));
    const advice = near === undefined ? `its options are ${known.join(", ")}` : `did you mean ${JSON.stringify(near)}?`;
    throw new TypeError(`${what}: unknown option ${JSON.stringify(name)}; ${advice}`);
  }
}

/** Equal but for one letter too many, missing, wrong or swapped, or one the beginning of the other. */
function isNear(a: string, b: string): boolean {
  const [short, long] = a.length <= b.length ? [a, b] : [b, a];
  if (short.length > 2 && long.startsWith(short)) return true;
  let at = 0;
  while (at < short.length && short[at] === long[at]) at++;
  const rest = (skipShort: number, skipLong: number) => short.slice(at + skipShort) === long.slice(at + skipLong);
  const swapped = short[at] === long[at + 1] && short[at + 1] === long[at] && rest(2, 2);
  return rest(1, 1) || rest(0, 1) || swapped;
}
