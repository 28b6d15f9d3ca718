import { compilePath, type Getter } from "../criteria/paths.ts";

/** A path into a record, or a function of it. */
export type Key<R> = string | ((record: R) => unknown);

/** How to draw. The same seed, records and options give the same result everywhere. */
export interface DrawOptions<R> {
  /** @default 0 */
  readonly seed?: number | string;
  /** Keeps the proportions of this field: `metadata.clinical.diagnosis_1`. Records without it are a kind of their own. */
  readonly stratify?: Key<R>;
  /** Never parts records that agree in this field: `metadata.clinical.patient_id`. Records without it stand alone. */
  readonly group?: Key<R>;
}

/**
 * Draws records at random, at most `size` of them, in the order they had. With `stratify` each kind gets its share; with
 * `group` whole groups are drawn, as many as fit.
 *
 * @throws RangeError when `size` is negative or not a whole number.
 */
export function sample<R>(records: Iterable<R>, size: number, options: DrawOptions<R> = {}): R[] {
  if (!(Number.isInteger(size) && size >= 0)) throw new RangeError(`expected a whole number of records, got ${size}`);
  const all = [...records];
  const share = Math.min(size, all.length) / all.length;
  const drawn = distribute(all, [share, 1 - share], options, Math.min(size, all.length));
  return drawn[0] as R[];
}

/**
 * Splits records into named parts of the given sizes, for instance to train, validate and test. `group` keeps a lesion
 * or a patient on one side; `stratify` gives each part the same mixture, as far as groups allow. Every record is in one
 * part, in the order it had.
 *
 * @param parts The parts and their sizes relative to each other: `{ train: 0.8, test: 0.2 }`.
 * @throws RangeError when no part has a positive size.
 * @example
 * ```ts
 * import { split } from "@isic/select";
 * const images = Array.from({ length: 10 }, (_, i) => ({ patient: i >> 1, malignant: i % 4 === 0 }));
 * const { train, test } = split(images, { train: 0.8, test: 0.2 }, { group: "patient", seed: 1 });
 * console.log(train.length, test.length); // 8 2
 * ```
 */
export function split<R, N extends string>(
  records: Iterable<R>,
  parts: Readonly<Record<N, number>>,
  options: DrawOptions<R> = {},
): Record<N, R[]> {
  const names = Object.keys(parts) as N[];
  const sizes = names.map((name) => parts[name]);
  const total = sizes.reduce((sum, size) => sum + size, 0);
  if (!(total > 0) || sizes.some((size) => size < 0)) {
    throw new RangeError(`expected parts with sizes of 0 or more, got ${JSON.stringify(parts)}`);
  }
  const lists = distribute(
    [...records],
    sizes.map((size) => size / total),
    options,
  );
  return Object.fromEntries(names.map((name, i) => [name, lists[i]])) as Record<N, R[]>;
}

interface Group {
  readonly rows: number[];
  readonly kind: unknown;
  readonly order: number;
}

/**
 * Gives each group to the part that lacks most of its kind, large groups first, in an order the seed decides.
 *
 * @param limit The first part never has more records than this.
 */
function distribute<R>(
  records: readonly R[],
  shares: readonly number[],
  options: DrawOptions<R>,
  limit = Number.POSITIVE_INFINITY,
): R[][] {
  const parts: number[][] = shares.map(() => []);
  const groups = groupsOf(records, options);
  const wanted = new Map<unknown, number[]>();
  for (const { kind, rows } of groups) {
    const before = wanted.get(kind) ?? shares.map(() => 0);
    wanted.set(
      kind,
      before.map((size, i) => size + rows.length * (shares[i] as number)),
    );
  }
  // What one kind's rounding leaves over is made up for by the next.
  const lacking = shares.map(() => 0);
  for (const kind of wanted.keys()) {
    const lacks = (wanted.get(kind) as number[]).map((size, i) => size + (lacking[i] as number));
    for (const { rows } of groups.filter((group) => group.kind === kind)) {
      let best = -1;
      for (let i = 0; i < lacks.length; i++) {
        const full = i === 0 && (parts[0] as number[]).length + rows.length > limit;
        if (!full && (best < 0 || (lacks[i] as number) > (lacks[best] as number) + 1e-9)) best = i;
      }
      parts[best]?.push(...rows);
      lacks[best]! -= rows.length;
    }
    lacks.forEach((left, i) => {
      lacking[i] = left;
    });
  }
  return parts.map((rows) => rows.sort((a, b) => a - b).map((row) => records[row] as R));
}

function groupsOf<R>(records: readonly R[], { seed = 0, stratify, group }: DrawOptions<R>): Group[] {
  const kindOf = reader(stratify);
  const nameOf = reader(group);
  const groups = new Map<unknown, Group>();
  records.forEach((record, row) => {
    const name = nameOf(record) ?? undefined;
    const key = name === undefined ? `row ${row}` : name;
    const found = groups.get(key) ?? { rows: [], kind: kindOf(record) ?? null, order: hash(`${seed}\n${String(key)}`) };
    found.rows.push(row);
    groups.set(key, found);
  });
  return [...groups.values()].sort((a, b) => b.rows.length - a.rows.length || a.order - b.order);
}

function reader<R>(key: Key<R> | undefined): Getter {
  if (key === undefined) return () => undefined;
  return typeof key === "string" ? compilePath(key) : (key as Getter);
}

/** A number from 0 to 2^32 that looks random: FNV-1a, mixed once more. */
function hash(text: string): number {
  let state = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) state = Math.imul(state ^ text.charCodeAt(i), 0x01000193);
  state = Math.imul(state ^ (state >>> 16), 0x85ebca6b);
  state = Math.imul(state ^ (state >>> 13), 0xc2b2ae35);
  return (state ^ (state >>> 16)) >>> 0;
}
