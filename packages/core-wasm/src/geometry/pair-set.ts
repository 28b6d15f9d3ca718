/** A set of unordered pairs of different numbers from 0 on: open addressing, because a Set of keys costs ten times as much. */
export class PairSet {
  #low = new Int32Array(1024).fill(-1);
  #high = new Int32Array(1024);
  #size = 0;
  #lastLow = -1;
  #lastHigh = -1;

  add(a: number, b: number): void {
    const low = Math.min(a, b);
    const high = Math.max(a, b);
    if (low === this.#lastLow && high === this.#lastHigh) return;
    this.#lastLow = low;
    this.#lastHigh = high;
    if (this.#insert(low, high) && ++this.#size * 2 > this.#low.length) this.#grow();
  }

  each(visit: (low: number, high: number) => void): void {
    for (let i = 0; i < this.#low.length; i++) if (this.#low[i]! >= 0) visit(this.#low[i]!, this.#high[i]!);
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
