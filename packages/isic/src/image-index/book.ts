import type { ImageRecord } from "../records.ts";
import { type ImageTable, RecordTable } from "./table.ts";
import type { KnownIndex } from "./types.ts";

/** The records seen so far; all of them once the image index is there. */
export class ImageBook {
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

  /** The whole list, where it is there. */
  get index(): KnownIndex | undefined {
    return this.#all;
  }

  complete(index: KnownIndex): void {
    this.#all = index;
  }
}
