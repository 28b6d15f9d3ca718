import { type ImageRecord, idOf, nameOf } from "./records.ts";

/** The records seen so far, by id and by name; all of them once the image index is loaded. */
export class ImageBook {
  readonly #records = new Map<string, ImageRecord>();
  readonly #ids = new Map<string, string>();
  #complete = false;

  /** Id to record, in the archive's order of publication as far as it is known. */
  get records(): ReadonlyMap<string, ImageRecord> {
    return this.#records;
  }

  /** Name to id. */
  get ids(): ReadonlyMap<string, string> {
    return this.#ids;
  }

  /** Are these all images of the archive that this account may see? */
  get isComplete(): boolean {
    return this.#complete;
  }

  find(idOrName: string): ImageRecord | undefined {
    return this.#records.get(idOrName) ?? this.#records.get(this.#ids.get(idOrName) ?? "");
  }

  add(record: ImageRecord): void {
    const id = idOf(record);
    this.#records.set(id, record);
    this.#ids.set(nameOf(record), id);
  }

  /** Takes the whole list; what is not in it is gone from the archive. */
  replace(records: Iterable<ImageRecord>): void {
    this.#records.clear();
    this.#ids.clear();
    for (const record of records) this.add(record);
    this.#complete = true;
  }
}
