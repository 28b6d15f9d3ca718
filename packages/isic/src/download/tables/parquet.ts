import type { BasicType, ColumnSource, SchemaElement } from "hyparquet-writer";
import type { MetadataRow } from "./rows.ts";

/** The archive's own snapshot has row groups of this size too; encoding one holds up the event loop for 100 to 400 ms. */
const ROW_GROUP = 10_000;

/**
 * For a file written while images come: about 15 ms a group, as any batch of the other tables. Smaller ones would make
 * the file's end, which is written in one go, take longer than a group does (120 ms for 600 000 rows as it is).
 */
export const SMALL_ROW_GROUP = 2_000;

/** Decimals that v2 sends as strings ("5.10"). */
const DECIMALS: ReadonlySet<string> = new Set(["clin_size_long_diam_mm", "mel_thick_mm"]);

export type ColumnKinds = Map<string, BasicType>;

/** Widens what is known of the columns by one row. */
export function noteKinds(kinds: ColumnKinds, row: MetadataRow): void {
  for (const [name, value] of row) {
    const kind = kindOf(name, value);
    const known = kinds.get(name);
    if (kind === undefined) continue;
    if (known === undefined) kinds.set(name, kind);
    else if (known !== kind) kinds.set(name, isNumber(known) && isNumber(kind) ? "DOUBLE" : "STRING");
  }
}

const isNumber = (kind: BasicType): boolean => kind === "INT32" || kind === "DOUBLE";

function kindOf(name: string, value: unknown): BasicType | undefined {
  if (value === null || value === undefined || value === "") return undefined;
  if (typeof value === "boolean") return "BOOLEAN";
  if (typeof value === "number") return Number.isInteger(value) && Math.abs(value) < 2 ** 31 ? "INT32" : "DOUBLE";
  if (DECIMALS.has(name) && Number.isFinite(Number(value))) return "DOUBLE";
  return "STRING";
}

export interface ParquetTable {
  readonly columns: readonly string[];
  readonly kinds: ColumnKinds;
  readonly rows: AsyncIterable<MetadataRow>;
}

/**
 * The table as a Parquet file, one row group at a time; others can work between them. Absent values are nulls; lists are
 * JSON text.
 */
export async function* parquetOf(
  { columns, kinds, rows }: ParquetTable,
  rowGroup: number = ROW_GROUP,
): AsyncGenerator<Uint8Array, void, undefined> {
  const { ByteWriter, ParquetWriter, schemaFromColumnData } = await import("hyparquet-writer");
  const typed = columns.map((name) => ({ name, type: kinds.get(name) ?? ("STRING" as const) }));
  const empty = typed.map(({ name, type }) => ({ name, type, data: [], nullable: true }));
  const schema: SchemaElement[] = schemaFromColumnData({ columnData: empty });
  const bytes = new ByteWriter();
  const writer = new ParquetWriter({ writer: bytes, schema, createdBy: "isic" });
  let batch: MetadataRow[] = [];
  /** What has been encoded since the last time; offsets go on from where they were. */
  const taken = (): Uint8Array => {
    const piece = bytes.getBytes().slice();
    bytes.index = 0;
    return piece;
  };
  const encode = async (): Promise<Uint8Array> => {
    const columnData: ColumnSource[] = typed.map(({ name, type }) => ({
      name,
      type,
      nullable: true,
      data: batch.map((row) => cellOf(row.get(name), type)),
    }));
    batch = [];
    await writer.write({ columnData, rowGroupSize: rowGroup });
    await new Promise(setImmediate);
    return taken();
  };
  for await (const row of rows) {
    batch.push(row);
    if (batch.length === rowGroup) yield await encode();
  }
  if (batch.length > 0) yield await encode();
  await writer.finish();
  yield taken();
}

function cellOf(value: unknown, type: BasicType): unknown {
  if (value === null || value === undefined || value === "") return undefined;
  if (type === "DOUBLE") return Number(value);
  if (type !== "STRING") return value;
  return typeof value === "string" ? value : JSON.stringify(value);
}
