/** How much of files from outside is read, at most. Every bound is checked before memory is spent. */
export interface Bounds {
  /** Pixels of a mask: 100 000 000 unless told. */
  readonly maxPixels?: number;
  /** Files in a folder: 1 000 000 unless told; entries of a ZIP, of which each takes some 8 kB: 50 000. */
  readonly maxEntries?: number;
  /** Bytes of one file, unpacked: 536 870 912 unless told (2024's table of all images has about 250 million). */
  readonly maxFileBytes?: number;
  /** Bytes of all files that are read, unpacked: 68 719 476 736 unless told. */
  readonly maxTotalBytes?: number;
  /** Characters of one cell of a table: 10 000 unless told. */
  readonly maxCellLength?: number;
}

/** {@link Bounds}, all of them known. */
export type AllBounds = Required<Bounds>;

/** More than any challenge's ZIP of masks, arrays or photos has. */
export const MOST_ZIP_ENTRIES = 50_000;

const DEFAULTS: AllBounds = {
  maxPixels: 100_000_000,
  maxEntries: 1_000_000,
  maxFileBytes: 2 ** 29,
  maxTotalBytes: 2 ** 36,
  maxCellLength: 10_000,
};

/** @throws RangeError for a bound that is not a positive number */
export function boundsOf(given: Bounds): AllBounds {
  const bounds: { -readonly [Name in keyof AllBounds]: number } = { ...DEFAULTS };
  for (const name of Object.keys(DEFAULTS) as (keyof AllBounds)[]) {
    const value = given[name];
    if (value === undefined) continue;
    if (typeof value !== "number" || !(value > 0)) throw new RangeError(`expected ${name} to be above 0, got ${value}`);
    bounds[name] = value;
  }
  return bounds;
}

/** The names of the bounds of what is read of a file, for {@link checkOptions}. */
export const READ_BOUNDS: readonly string[] = ["maxPixels", "maxFileBytes", "maxCellLength"];

/** @throws TypeError for an option that there is not; it names the ones that there are, the nearest first */
export function checkOptions(options: object, known: readonly string[]): void {
  for (const name of Object.keys(options)) {
    if (known.includes(name)) continue;
    const near = known.find((each) => each.toLowerCase().startsWith(name.toLowerCase().slice(0, 4)));
    const hint = near === undefined ? "" : `Did you mean ${near}? `;
    throw new TypeError(`There is no option ${JSON.stringify(name)}. ${hint}Options: ${known.join(", ")}.`);
  }
}
