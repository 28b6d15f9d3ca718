import { type Criteria, createPredicate, getPath } from "@isic/select";
import { type ImageRecord, idOf, nameOf } from "../archive/records.ts";
import { columnsOf, flatten } from "../csv/flatten.ts";

/** Records by id, and what selections need of them. */
export interface ImageTable {
  /** By id. */
  readonly records: ReadonlyMap<string, ImageRecord>;
  /** Name to id. */
  readonly ids: ReadonlyMap<string, string>;
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

  select(criteria: Criteria): [string, ImageRecord][] {
    return selectEntries(this.records, criteria);
  }

  hasPath(path: string): boolean {
    return hasPathIn(this.records.values(), path);
  }

  paths(): readonly string[] {
    const few: Map<string, unknown>[] = [];
    for (const record of this.records.values()) if (few.push(flatten(record)) === SAMPLE) break;
    return columnsOf(few);
  }
}

/** So many records are looked at for the fields there are. */
const SAMPLE = 300;

export function selectEntries(records: ReadonlyMap<string, ImageRecord>, criteria: Criteria): [string, ImageRecord][] {
  const selects = createPredicate<ImageRecord>(criteria);
  return [...records].filter(([, record]) => selects(record));
}

export function hasPathIn(records: Iterable<ImageRecord>, path: string): boolean {
  for (const record of records) if ((getPath(record, path) ?? null) !== null) return true;
  return false;
}
