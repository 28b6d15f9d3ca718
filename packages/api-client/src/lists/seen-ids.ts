/** The ids of the last few pages: enough to drop repeats, flat in memory however long the walk. */
export class RecentIds {
  readonly #limit: number;
  #current = new Set<string>();
  #previous = new Set<string>();

  constructor(limit: number, seen: readonly string[] = []) {
    this.#limit = limit;
    for (const id of seen) this.#current.add(id);
  }

  /** Notes the id; false when it was noted before. */
  isNew(id: string): boolean {
    if (this.#current.has(id) || this.#previous.has(id)) return false;
    if (this.#current.size >= this.#limit) {
      this.#previous = this.#current;
      this.#current = new Set();
    }
    this.#current.add(id);
    return true;
  }
}
