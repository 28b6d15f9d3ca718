import type { Criteria } from "@isic/select";
import { type ImageRecord, idOf, nameOf } from "../archive/records.ts";

/** Records by id. */
export interface ImageTable {
  /** By id. */
  readonly records: ReadonlyMap<string, ImageRecord>;
  /** Name to id. */
  readonly ids: ReadonlyMap<string, string>;
}

/** Records that are laid out for selections. */
export interface SelectableTable extends ImageTable {
  /** The records that meet criteria in the server's own paths. */
  select(criteria: Criteria): [string, ImageRecord][];
  /** Has any record a value there? */
  hasPath(path: string): boolean;
  /** The paths of the records' fields: what a mistyped one may have meant. */
  paths(): readonly string[];
}

/** Records as they are: for v1's tens of thousands, and for the few that were seen one by one. */
export class RecordTable implements ImageTable {
  readonly records: Map<string, ImageRecord>;
  readonly ids: Map<string, string> = new Map();

  constructor(records: Iterable<ImageRecord> = []) {
    this.records = new Map();
    for (const record of records) this.add(record);
  }

  add(record: ImageRecord): void {
    const id = idOf(record);
    this.records.set(id, record);
    this.ids.set(nameOf(record), id);
  }
}
