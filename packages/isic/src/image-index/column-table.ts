import type { Criteria } from "@isic/select";
import {
  appendRecords,
  buildIndex,
  type Column,
  type ColumnIndex,
  fieldsOf,
  replaceRecord,
  rowsOf,
  selectRows,
} from "@isic/select/columns";
import { pathsOf } from "../archive/criteria.ts";
import type { ImageRecord, V2Image } from "../archive/records.ts";
import { fromColumns, type Place, placesOf, toColumns } from "./record-columns.ts";
import type { SelectableTable } from "./table.ts";

/** The archive has about seventy fields. */
const MOST_COLUMNS = 1000;

/**
 * Records as columns: the hundreds of thousands of the public archive do not fit as objects. A record is put
 * together when it is asked for; what the server sent as null is absent then.
 */
export class ColumnTable implements SelectableTable {
  readonly index: ColumnIndex;
  #rows: Map<string, number> | undefined;
  #places: readonly Place[] = [];

  constructor(index: ColumnIndex = buildIndex([], { fields: ["isic_id"] })) {
    this.index = index;
  }

  get records(): ReadonlyMap<string, ImageRecord> {
    return new MapView(
      () => this.rowById,
      (row) => this.record(row),
    );
  }

  /** Where there are so many, a name is an id. */
  get ids(): ReadonlyMap<string, string> {
    return new MapView(
      () => this.rowById,
      (_, id) => id,
    );
  }

  /** Id to row; made when first asked for. */
  get rowById(): ReadonlyMap<string, number> {
    if (this.#rows === undefined) {
      const { values, codes } = this.#column("isic_id");
      this.#rows = new Map();
      for (let row = 0; row < this.index.count; row++) this.#rows.set(values[codes[row]!] as string, row);
    }
    return this.#rows;
  }

  record(row: number): V2Image {
    if (this.#places.length !== this.index.columns.length) this.#places = placesOf(this.index);
    return fromColumns(this.#places, row);
  }

  select(criteria: Criteria): [string, ImageRecord][] {
    const known = new Set(this.index.columns.map(({ path }) => path));
    const missing = pathsOf(criteria).filter((path) => !known.has(path) && !known.has(parentOf(path)));
    const columns = [...this.index.columns, ...missing.map((path) => emptyColumn(path, this.index.count))];
    const rows = rowsOf(selectRows({ count: this.index.count, columns }, criteria));
    return Array.from(rows, (row) => {
      const record = this.record(row);
      return [record.isic_id, record];
    });
  }

  hasPath(path: string): boolean {
    return this.index.columns.some((column) => column.path === path || column.path.startsWith(`${path}.`));
  }

  paths(): string[] {
    return this.index.columns.map(({ path }) => path);
  }

  /**
   * Those of the records that there is room for beside the others: a field that no earlier record had is a column as
   * long as the table, so a few records full of such fields would fill the memory.
   */
  fitting(records: readonly V2Image[], onRefused: (record: V2Image) => void): readonly V2Image[] {
    const known = new Set(this.index.columns.map(({ path }) => path));
    const roomFor = (some: readonly V2Image[]): readonly string[] | undefined => {
      const fresh = fieldsOf(some.map(toColumns)).filter((path) => !known.has(path));
      return known.size + fresh.length > MOST_COLUMNS ? undefined : fresh;
    };
    if (roomFor(records) !== undefined) return records;
    return records.filter((record) => {
      const fresh = roomFor([record]);
      if (fresh === undefined) onRefused(record);
      for (const path of fresh ?? []) known.add(path);
      return fresh !== undefined;
    });
  }

  /** Adds records at the end; fields that no earlier record had get columns. */
  append(records: readonly V2Image[]): void {
    const slim = records.map(toColumns);
    this.#widen(slim);
    const first = this.index.count;
    appendRecords(this.index, slim);
    if (this.#rows !== undefined) {
      const rows = this.#rows;
      records.forEach((record, i) => {
        rows.set(record.isic_id, first + i);
      });
    }
  }

  /** Puts records in the place of those with the same ids. */
  replace(records: readonly V2Image[]): void {
    const slim = records.map(toColumns);
    this.#widen(slim);
    slim.forEach((record, i) => {
      replaceRecord(this.index, this.rowById.get(records[i]!.isic_id)!, record);
    });
  }

  /** The same without some rows. */
  without(rows: ReadonlySet<number>): ColumnTable {
    const left = Array.from({ length: this.index.count }, (_, row) => row).filter((row) => !rows.has(row));
    const columns = this.index.columns.map(({ path, values, codes }): Column => {
      const kept = new (codes.constructor as Uint32ArrayConstructor)(left.length);
      for (let i = 0; i < left.length; i++) kept[i] = codes[left[i]!]!;
      return { path, values, codes: kept };
    });
    return new ColumnTable({ count: left.length, columns });
  }

  #widen(records: readonly object[]): void {
    const known = new Set(this.index.columns.map(({ path }) => path));
    for (const path of fieldsOf(records)) {
      if (!known.has(path)) this.index.columns.push(emptyColumn(path, this.index.count));
    }
  }

  #column(path: string): Column {
    const column = this.index.columns.find((each) => each.path === path);
    if (column === undefined) throw new RangeError(`expected an image index with the column ${path}, got none`);
    return column;
  }
}

function emptyColumn(path: string, count: number): Column {
  return { path, values: [null], codes: new Uint8Array(count) };
}

function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf(".")));
}

/** A map whose values are made when they are asked for. */
class MapView<V> implements ReadonlyMap<string, V> {
  readonly #rows: () => ReadonlyMap<string, number>;
  readonly #value: (row: number, id: string) => V;

  constructor(rows: () => ReadonlyMap<string, number>, value: (row: number, id: string) => V) {
    this.#rows = rows;
    this.#value = value;
  }

  get size(): number {
    return this.#rows().size;
  }

  get(id: string): V | undefined {
    const row = this.#rows().get(id);
    return row === undefined ? undefined : this.#value(row, id);
  }

  has(id: string): boolean {
    return this.#rows().has(id);
  }

  keys(): MapIterator<string> {
    return this.#rows().keys();
  }

  *values(): MapIterator<V> {
    for (const [id, row] of this.#rows()) yield this.#value(row, id);
  }

  *entries(): MapIterator<[string, V]> {
    for (const [id, row] of this.#rows()) yield [id, this.#value(row, id)];
  }

  [Symbol.iterator](): MapIterator<[string, V]> {
    return this.entries();
  }

  forEach(visit: (value: V, key: string, map: ReadonlyMap<string, V>) => void): void {
    for (const [id, value] of this) visit(value, id, this);
  }
}
