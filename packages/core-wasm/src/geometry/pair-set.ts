/** A set of unordered pairs of different numbers from 0 on: open addressing, because a Set of keys costs ten times as much. */
export class PairSet {
  #low = new Int32Array(4096).fill(-1);
  #high = new Int32Array(4096);
  #size = 0;
  #lastA = -1;
  #lastB = -1;

  add(a: number, b: number): void {
    // Along a border, the same pair comes row by row.
    if (a === this.#lastA && b === this.#lastB) return;
    this.#lastA = a;
    this.#lastB = b;
    const isNew = a < b ? this.#insert(a, b) : this.#insert(b, a);
    if (isNew && ++this.#size * 2 > this.#low.length) this.#grow();
  }

  /** All pairs, one after the other, the smaller number first. */
  toArray(): Int32Array {
    const lows = this.#low;
    const pairs = new Int32Array(this.#size * 2);
    for (let i = 0, to = 0; i < lows.length; i++) {
      if (lows[i]! < 0) continue;
      pairs[to++] = lows[i]!;
      pairs[to++] = this.#high[i]!;
    }
    return pairs;
  }

  #insert(low: number, high: number): boolean {
    const lows = this.#low;
    const highs = this.#high;
    const mask = lows.length - 1;
    let i = hash(low, high) & mask;
    while (lows[i]! >= 0) {
      if (lows[i] === low && highs[i] === high) return false;
      i = (i + 1) & mask;
    }
    lows[i] = low;
    highs[i] = high;
    return true;
  }

  #grow(): void {
    const lows = this.#low;
    const highs = this.#high;
    this.#low = new Int32Array(lows.length * 2).fill(-1);
    this.#high = new Int32Array(lows.length * 2);
    for (let i = 0; i < lows.length; i++) if (lows[i]! >= 0) this.#insert(lows[i]!, highs[i]!);
  }
}

function hash(low: number, high: number): number {
  const mixed = Math.imul(low, 0x9e3779b1) ^ Math.imul(high, 0x85ebca77);
  return mixed ^ (mixed >>> 15);
}
