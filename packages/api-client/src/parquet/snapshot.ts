/** The reader of the snapshot, loaded when one is opened: the Parquet library is larger than the rest. */
import { parquetMetadataAsync, parquetReadObjects, parquetSchema } from "hyparquet";
import { fileUrl } from "../files/address.ts";
import { ContentError } from "../transport/errors.ts";
import type { CallOptions } from "../transport/options.ts";
import { endpointOf, type Transport } from "../transport/transport.ts";
import { type MetadataRecord, metadataRecord } from "../v2/bulk/metadata-record.ts";
import { rangedFile } from "./ranges.ts";

export interface SnapshotOptions extends CallOptions {
  /** @default `SNAPSHOT_URL` */
  readonly url?: string | URL;
}

export interface SnapshotRead extends CallOptions {
  /** Only these columns; `isic_id` is always among them. Fewer columns are fewer bytes. @default all */
  readonly columns?: readonly string[];
  readonly onProgress?: ((progress: { readonly done: number; readonly total: number | undefined }) => void) | undefined;
}

/** The metadata of all public images at one moment. */
export interface Snapshot {
  /** When it was made; undefined when the file does not say. */
  readonly takenAt: Date | undefined;
  /** How many images. */
  readonly count: number;
  readonly columns: readonly string[];
  /** Group by group of rows, so that memory stays flat. The attribution is the images' own. */
  records(options?: SnapshotRead): AsyncIterable<MetadataRecord>;
}

/**
 * Opens the snapshot: reads its footer, and nothing else yet.
 *
 * @throws ContentError when the file is no Parquet file or lacks `isic_id`.
 */
export async function readSnapshot(
  api: Transport,
  options: SnapshotOptions & { readonly url: string | URL },
): Promise<Snapshot> {
  const url = fileUrl(api, String(options.url));
  const where = { endpoint: endpointOf(api.baseUrl, { path: url }) };
  const file = await rangedFile(api, url, options.signal);
  const footer = await parquetMetadataAsync(file).catch((cause: unknown) => {
    if (cause instanceof Error && "endpoint" in cause) throw cause;
    throw new ContentError("kind", "the file is no Parquet file", "", where, { cause });
  });
  const elements = parquetSchema(footer).children.map((child) => child.element);
  const columns = elements.map(({ name }) => name);
  const decimals = elements.filter(({ converted_type }) => converted_type === "DECIMAL");
  if (!columns.includes("isic_id")) throw new ContentError("kind", "the snapshot has no column isic_id", "", where);
  const count = Number(footer.num_rows);

  async function* records({ columns: wanted, signal, onProgress }: SnapshotRead = {}) {
    const unknown = wanted?.find((name) => !columns.includes(name));
    if (unknown !== undefined) throw new RangeError(`columns: the snapshot has no ${JSON.stringify(unknown)}.`);
    const chosen = wanted === undefined ? undefined : [...new Set(["isic_id", ...wanted])];
    let start = 0;
    for (const group of footer.row_groups) {
      signal?.throwIfAborted();
      const end = start + Number(group.num_rows);
      const range = { rowStart: start, rowEnd: end, ...(chosen === undefined ? {} : { columns: chosen }) };
      for (const row of await parquetReadObjects({ file, metadata: footer, ...range })) {
        for (const { name, scale = 0 } of decimals) row[name] = rounded(row[name], scale);
        yield metadataRecord(row);
      }
      start = end;
      onProgress?.({ done: start, total: count });
    }
  }

  return { takenAt: timestamp(footer.key_value_metadata), count, columns, records };
}

/** The reader multiplies with a power of ten: 0.7000000000000001 is the 0.70 of the file. */
function rounded(value: unknown, scale: number): unknown {
  return typeof value === "number" ? Number(value.toFixed(scale)) : value;
}

function timestamp(pairs: readonly { readonly key: string; readonly value?: string }[] | undefined): Date | undefined {
  const value = pairs?.find(({ key }) => key === "snapshot_timestamp")?.value;
  const date = new Date(value ?? Number.NaN);
  return Number.isNaN(date.getTime()) ? undefined : date;
}
