import { checkedShares, type Shares } from "./shares.ts";

/** What decides where a record comes. */
export interface Links {
  /** What decides about its part: its patient, else its lesion, else its own id. The same text gives the same part. */
  readonly anchor: string;
  /** All that it shares with others: its patients, its lesions. What has a link in common never lies in two parts. */
  readonly links: readonly string[];
}

/** A record to be placed by {@link splitByHash}. */
export interface LinkedRecord<N extends string = string> extends Links {
  /** Where it lies already, if it does: it stays there, and new records of its anchor come to it. */
  readonly held?: HashPlace<N> | undefined;
}

/** A part, and a fold of it. */
export interface HashPlace<N extends string = string> {
  readonly part: N;
  /** From 1. */
  readonly fold?: number | undefined;
}

/** How to split by hash. */
export interface SplitByHashOptions {
  /** @default 0 */
  readonly seed?: number | string | undefined;
  /** Divides the first part into so many folds of equal size. */
  readonly folds?: number | undefined;
}

/**
 * Gives every record the part that its anchor has: a function of seed, shares and the anchor alone, so that no record ever
 * moves when others come or go. Where records with a common link have different parts, those whose anchor comes first stay
 * (by the order of the texts; what is held before all others), and the rest are left out. Records that are added can only
 * leave more out.
 *
 * @param shares The parts and their sizes relative to each other.
 * @returns The place of each record, `undefined` for those that are left out.
 * @throws RangeError when no part has a positive size, or for less than one fold
 * @example
 * ```ts
 * import { splitByHash } from "@isic/select";
 * const records = [
 *   { anchor: "patient 1", links: ["patient 1", "lesion 1"] },
 *   { anchor: "patient 1", links: ["patient 1"] },
 *   { anchor: "lesion 1", links: ["lesion 1"] },
 * ];
 * const [first, second, third] = splitByHash(records, { train: 0.8, test: 0.2 });
 * console.log(first?.part === second?.part, third === undefined || third.part === first?.part); // true true
 * ```
 */
export function splitByHash<N extends string>(
  records: readonly LinkedRecord<N>[],
  shares: Shares<N>,
  { seed = 0, folds = 1 }: SplitByHashOptions = {},
): (HashPlace<N> | undefined)[] {
  if (!(Number.isInteger(folds) && folds >= 1)) throw new RangeError(`expected one fold or more, got ${folds}`);
  const placer = new Placer(checkedShares(shares), folds, seed);
  const held = records.map((record) => record.held && placer.hold(record.anchor, record.held));
  const places = records.map(({ anchor }, row) => held[row] ?? placer.placeOf(anchor));
  const isLeftOut = conflicts(records, places);
  return places.map((place, row) => (isLeftOut(row) ? undefined : place));
}

/** Places of anchors. Equal places are the same object, so that they are compared by identity. */
class Placer<N extends string> {
  readonly #names: readonly N[];
  readonly #shares: readonly number[];
  readonly #last: number;
  readonly #folds: number;
  readonly #seed: number | string;
  readonly #places = new Map<string, HashPlace<N>>();
  readonly #held = new Map<string, HashPlace<N>>();

  constructor([names, shares]: readonly [N[], number[]], folds: number, seed: number | string) {
    [this.#names, this.#shares] = [names, shares];
    this.#last = shares.findLastIndex((share) => share > 0);
    [this.#folds, this.#seed] = [folds, seed];
  }

  /** Of the records of an anchor that are held, the first decides where new ones come. */
  hold(anchor: string, held: HashPlace<N>): HashPlace<N> {
    const place = this.#shared(held.part, held.fold, anchor);
    if (!this.#held.has(anchor)) this.#held.set(anchor, place);
    return place;
  }

  placeOf(anchor: string): HashPlace<N> {
    const held = this.#held.get(anchor);
    if (held !== undefined) return held;
    let place = orderOf(this.#seed, anchor) / 2 ** 32;
    let part = 0;
    while (part < this.#last && place >= (this.#shares[part] as number)) place -= this.#shares[part++] as number;
    return this.#shared(this.#names[part] as N, undefined, anchor);
  }

  #shared(part: N, heldFold: number | undefined, anchor: string): HashPlace<N> {
    const hasFold = this.#folds > 1 && part === this.#names[0];
    const fold = hasFold ? (heldFold ?? this.#foldOf(anchor)) : undefined;
    const key = `${fold ?? ""} ${part}`;
    let place = this.#places.get(key);
    if (place === undefined) {
      place = fold === undefined ? { part } : { part, fold };
      this.#places.set(key, place);
    }
    return place;
  }

  #foldOf(anchor: string): number {
    return 1 + Math.floor((orderOf(`${this.#seed} folds`, anchor) / 2 ** 32) * this.#folds);
  }
}

/** The records of a link that come first: of all, and of those in another place than that one. */
interface FirstOfLink {
  first: number;
  other: number;
}

/** Tells of each record whether one with a common link comes before it and lies in another place. */
function conflicts(records: readonly LinkedRecord[], places: readonly unknown[]): (row: number) => boolean {
  const comesFirst = (a: number, b: number): boolean => {
    const [one, two] = [records[a] as LinkedRecord, records[b] as LinkedRecord];
    if ((one.held === undefined) !== (two.held === undefined)) return one.held !== undefined;
    return one.anchor < two.anchor;
  };
  const firsts = new Map<string, FirstOfLink>();
  records.forEach(({ links }, row) => {
    for (const link of links) {
      const known = firsts.get(link);
      if (known === undefined) firsts.set(link, { first: row, other: -1 });
      else if (places[known.first] === places[row]) {
        if (comesFirst(row, known.first)) known.first = row;
      } else if (comesFirst(row, known.first)) [known.first, known.other] = [row, known.first];
      else if (known.other < 0 || comesFirst(row, known.other)) known.other = row;
    }
  });
  return (row) => {
    const { links, held } = records[row] as LinkedRecord;
    if (held !== undefined) return false;
    return links.some((link) => {
      const { first, other } = firsts.get(link) as FirstOfLink;
      const rival = places[first] === places[row] ? other : first;
      return rival >= 0 && comesFirst(rival, row);
    });
  };
}

/** A number from 0 to 2^32 that looks random: FNV-1a, mixed as MurmurHash3 ends. */
export function orderOf(seed: number | string = 0, name: string): number {
  const text = `${seed}\n${name}`;
  let state = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) state = Math.imul(state ^ text.charCodeAt(i), 0x01000193);
  state = Math.imul(state ^ (state >>> 16), 0x85ebca6b);
  state = Math.imul(state ^ (state >>> 13), 0xc2b2ae35);
  return (state ^ (state >>> 16)) >>> 0;
}
