import type { ImageRecord } from "../records.ts";
import { type ImageTable, RecordTable } from "./table.ts";

/** The records seen so far; all of them once the image index is there. */
export class ImageBook {
  #all: ImageTable | undefined;
  readonly #seen = new RecordTable();

  /** The whole list, or what was seen. */
  get table(): ImageTable {
    return this.#all ?? this.#seen;
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

  complete(table: ImageTable): void {
    this.#all = table;
  }
}
