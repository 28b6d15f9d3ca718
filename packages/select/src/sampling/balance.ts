/** Groups to be given to parts: how many records of which classes each has. */
export interface Weights {
  /** How many records each group has, the largest first. */
  readonly sizes: Uint32Array;
  /** The class of each group, from 0; -1 for a group of several. */
  readonly kinds: Int32Array;
  /** How many records of each class, for groups of several. */
  readonly mixed: ReadonlyMap<number, ReadonlyMap<number, number>>;
  /** How many records there are of each class. */
  readonly totals: readonly number[];
}

/** Rounds of making up for groups of several classes. */
const ROUNDS = 8;
const EPSILON = 1e-9;

/**
 * Gives each group to a part, so that each part has its share of each class as near as whole groups allow: where groups
 * are of one class each, no part is further from its share than the largest group of that class.
 *
 * Groups are taken in the given order, but those of several classes first (they decide most), then class by class; what
 * one class's rounding leaves over is made up for by the next.
 *
 * @param shares Of the parts, together 1.
 * @param limit The first part never has more records than this.
 * @returns For each group the number of its part.
 */
export function balance(weights: Weights, shares: readonly number[], limit: number): Int32Array<ArrayBuffer> {
  return new Balance(weights, shares, limit).assign();
}

class Balance {
  readonly #weights: Weights;
  readonly #limit: number;
  readonly #parts: Int32Array<ArrayBuffer>;
  /** For each class, what each part lacks of its share. */
  readonly #lacks: readonly Float64Array[];
  readonly #count: number;
  #inFirst = 0;

  constructor(weights: Weights, shares: readonly number[], limit: number) {
    this.#weights = weights;
    this.#limit = limit;
    this.#count = shares.length;
    this.#parts = new Int32Array(weights.sizes.length).fill(-1);
    this.#lacks = weights.totals.map((total) => Float64Array.from(shares, (share) => total * share));
  }

  assign(): Int32Array<ArrayBuffer> {
    const { kinds, mixed, totals } = this.#weights;
    for (const [group, classes] of mixed)
      this.#give(
        group,
        this.#best(group, (part) => this.#need(classes, part)),
      );
    const pure = totals.map((): number[] => []);
    kinds.forEach((kind, group) => {
      pure[kind]?.push(group);
    });
    const left = new Float64Array(this.#count);
    pure.forEach((groups, kind) => {
      this.#giveClass(this.#lacks[kind] as Float64Array, groups, left);
    });
    for (let round = 0; mixed.size > 0 && round < ROUNDS && this.#improve(); round++);
    return this.#parts;
  }

  /** Groups of one class, none of which may bring a part further from its share than the largest of them. */
  #giveClass(lacks: Float64Array, groups: readonly number[], left: Float64Array): void {
    const { sizes } = this.#weights;
    const largest = sizes[groups[0] ?? 0] as number;
    let remaining = groups.reduce((sum, group) => sum + (sizes[group] as number), 0);
    for (let i = 0; i < groups.length; i++) {
      const group = groups[i] as number;
      const size = sizes[group] as number;
      const next = i + 1 < groups.length ? (sizes[groups[i + 1] as number] as number) : 0;
      remaining -= size;
      let best = -1;
      for (let part = 0; part < this.#count; part++) {
        if (!this.#hasRoom(part, size) || !isSafe(lacks, part, size, largest, next, remaining)) continue;
        if (best < 0 || lacks[part]! + left[part]! > lacks[best]! + left[best]! + EPSILON) best = part;
      }
      this.#give(group, best >= 0 ? best : this.#best(group, (part) => lacks[part] as number));
    }
    for (let part = 0; part < this.#count; part++) left[part]! += lacks[part]!;
  }

  /** How much a part lacks of what a group has, rare classes counting more. */
  #need(classes: ReadonlyMap<number, number>, part: number): number {
    let need = 0;
    for (const [kind, count] of classes) need += (count * this.#lacks[kind]![part]!) / this.#weights.totals[kind]!;
    return need;
  }

  #hasRoom(part: number, size: number): boolean {
    return part > 0 || this.#inFirst + size <= this.#limit;
  }

  /** The part with the highest score that has room for the group. */
  #best(group: number, score: (part: number) => number): number {
    let best = -1;
    let highest = Number.NEGATIVE_INFINITY;
    for (let part = 0; part < this.#count; part++) {
      const each = this.#hasRoom(part, this.#weights.sizes[group]!) ? score(part) : Number.NEGATIVE_INFINITY;
      if (each > highest + EPSILON) [best, highest] = [part, each];
    }
    return best;
  }

  #give(group: number, part: number): void {
    const { sizes, kinds, mixed } = this.#weights;
    const size = sizes[group]!;
    const before = this.#parts[group]!;
    const kind = kinds[group]!;
    if (kind >= 0) this.#shift(kind, size, before, part);
    else for (const [each, count] of mixed.get(group) ?? []) this.#shift(each, count, before, part);
    this.#inFirst += (part === 0 ? size : 0) - (before === 0 ? size : 0);
    this.#parts[group] = part;
  }

  #shift(kind: number, count: number, before: number, part: number): void {
    const lacks = this.#lacks[kind]!;
    if (before >= 0) lacks[before]! += count;
    lacks[part]! -= count;
  }

  /** Moves each group to where the squares of what lacks or is over, by class, become smallest. Was any moved? */
  #improve(): boolean {
    const { sizes, kinds, mixed, totals } = this.#weights;
    let isMoved = false;
    const change = (kind: number, count: number, from: number, to: number): number => {
      const lacks = this.#lacks[kind]!;
      return (2 * count * (lacks[to]! - lacks[from]! - count)) / totals[kind]!;
    };
    for (let group = 0; group < sizes.length; group++) {
      const from = this.#parts[group]!;
      const kind = kinds[group]!;
      const gain = (to: number): number => {
        if (to === from) return 0;
        if (kind >= 0) return change(kind, sizes[group]!, from, to);
        let sum = 0;
        for (const [each, count] of mixed.get(group) ?? []) sum += change(each, count, from, to);
        return sum;
      };
      const to = this.#best(group, gain);
      if (to < 0 || to === from || gain(to) <= EPSILON) continue;
      this.#give(group, to);
      isMoved = true;
    }
    return isMoved;
  }
}

/** Can what is left still bring all parts near their shares, when a group goes to this part? */
function isSafe(
  lacks: Float64Array,
  part: number,
  size: number,
  largest: number,
  next: number,
  remaining: number,
): boolean {
  if (lacks[part]! - size < -largest - EPSILON) return false;
  let needed = 0;
  for (let other = 0; other < lacks.length; other++) {
    const lack = lacks[other]! - (other === part ? size : 0) - largest;
    if (lack > EPSILON) needed += next === 0 ? Number.POSITIVE_INFINITY : Math.ceil(lack / next - EPSILON) * next;
  }
  return needed <= remaining + EPSILON;
}
