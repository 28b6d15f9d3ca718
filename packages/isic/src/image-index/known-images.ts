import type { ImageRecord } from "../archive/records.ts";
import { type ImageTable, RecordTable } from "./table.ts";
import type { KnownIndex } from "./types.ts";

/** A list may be the whole archive, which does not fit as objects. */
const MOST_LISTED = 50_000;

/** The records seen so far; all of them once the image index is there. */
export class KnownImages {
  #all: KnownIndex | undefined;
  readonly #seen = new RecordTable();

  /** The whole list, or what was seen. */
  get table(): ImageTable {
    return this.#all?.table ?? this.#seen;
  }

  /** Are these all images of the archive that this account may see? */
  get isComplete(): boolean {
    return this.#all !== undefined;
  }

  find(idOrName: string): ImageRecord | undefined {
    for (const { records, ids } of [this.table, this.#seen]) {
      const found = records.get(idOrName) ?? records.get(ids.get(idOrName) ?? "");
      if (found !== undefined) return found;
    }
    return undefined;
  }

  add(record: ImageRecord): void {
    this.#seen.add(record);
  }

  /** Records that came in a list or a search. */
  addListed(records: Iterable<ImageRecord>): void {
    if (this.isComplete) return;
    for (const record of records) {
      if (this.#seen.records.size >= MOST_LISTED) return;
      this.#seen.add(record);
    }
  }

  /** The whole list, where it is there. */
  get index(): KnownIndex | undefined {
    return this.#all;
  }

  complete(index: KnownIndex): void {
    this.#all = index;
  }
}
