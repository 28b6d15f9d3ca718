import { PagingError } from "../transport/errors.ts";

/** Counts may be a day old, so that a list may be longer than its server says: not longer than twice that, and this. */
const UNCOUNTED = 100_000;
/** Pages in a row that bring nothing new; v1's walk steps back by up to three pages where rows have moved. */
const IDLE_PAGES = { v1: 8, v2: 3 } as const;

/** Sees that a list ends, whatever the server says: that it brings something, and no more than it may have. */
export class ListEnd {
  readonly #limit: number;
  readonly #idlePages: number;
  #counted: number | undefined;
  #records = 0;
  #idle = 0;

  /** @param limit the most records, where the server does not count them */
  constructor(limit: number, family: keyof typeof IDLE_PAGES) {
    this.#limit = limit;
    this.#idlePages = IDLE_PAGES[family];
  }

  /**
   * Notes a page of so many records, some of them new, and what the server says how many there are.
   *
   * @throws PagingError `repeats` or `endless`
   */
  page(records: number, fresh: number, count: number | null | undefined, endpoint: string): void {
    if (typeof count === "number") this.#counted = Math.max(this.#counted ?? 0, count);
    this.#records += records;
    const most = this.#counted === undefined ? this.#limit : Math.min(this.#limit, 2 * this.#counted + UNCOUNTED);
    if (this.#records > most) throw new PagingError("endless", `it goes on after ${most} records`, { endpoint });
    this.#idle = fresh === 0 ? this.#idle + 1 : 0;
    if (this.#idle === this.#idlePages)
      throw new PagingError("repeats", `${this.#idlePages} pages in a row brought nothing new`, { endpoint });
  }
}
