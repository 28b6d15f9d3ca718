import { writeOutput } from "@isic/cache-fs/files";
import type { DownloadImage } from "../types.ts";
import { csvOf } from "./csv.ts";
import { type ColumnKinds, noteKinds, parquetOf } from "./parquet.ts";
import { type MetadataRow, orderColumns, rowOf } from "./rows.ts";

/** Metadata of images whose files nobody fetches, with the columns of a download's tables. */
export class MetadataTable {
  readonly #rows: MetadataRow[] = [];
  readonly #names = new Set<string>();
  readonly #kinds: ColumnKinds = new Map();

  add(image: DownloadImage): void {
    const { attributionOf, ...rest } = image;
    const group = attributionOf === "group" ? { attributionOf } : {};
    const row = rowOf({ ...rest, ...group, part: "image", state: "done", fetchedAt: "" });
    if (row === undefined) return;
    for (const [name, value] of row) if (value !== undefined && value !== null) this.#names.add(name);
    noteKinds(this.#kinds, row);
    this.#rows.push(row);
  }

  get size(): number {
    return this.#rows.length;
  }

  /** The table as CSV text, in pieces. */
  csv(): AsyncGenerator<string, void, undefined> {
    return csvOf(orderColumns(this.#names), this.#walk());
  }

  /** Writes the table as a Parquet file, whole or not at all; a new one that is private is closed to other users. */
  parquet(path: string, options: { readonly private?: boolean } = {}): Promise<void> {
    const table = { columns: orderColumns(this.#names), kinds: this.#kinds, rows: this.#walk() };
    return writeOutput(path, parquetOf(table), options);
  }

  async *#walk(): AsyncGenerator<MetadataRow, void, undefined> {
    yield* this.#rows;
  }
}
