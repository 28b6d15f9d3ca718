/** The reader of the snapshot, loaded when one is opened: the Parquet library is larger than the rest. */
import {
  type AsyncBuffer,
  type FileMetaData,
  parquetMetadataAsync,
  parquetReadObjects,
  parquetSchema,
} from "hyparquet";
import { fileUrl } from "../files/address.ts";
import { checkOptions } from "../schema/options.ts";
import { ContentError, isApiError } from "../transport/errors.ts";
import { tooLarge } from "../transport/limits.ts";
import type { CallOptions } from "../transport/options.ts";
import { endpointOf, type Transport } from "../transport/transport.ts";
import { type MetadataRecord, metadataRecord } from "../v2/bulk/metadata-record.ts";
import { pageClaims } from "./page-check.ts";
import { rangedFile } from "./ranges.ts";

/** Which snapshot is opened. */
export interface SnapshotOptions extends CallOptions {
  /** @default `SNAPSHOT_URL` */
  readonly url?: string | URL;
}

/** What is read of a snapshot. */
export interface SnapshotRead extends CallOptions {
  /** Only these columns; `isic_id` is always among them. Fewer columns are fewer bytes. @default all */
  readonly columns?: readonly string[];
  readonly onProgress?: ((progress: { readonly done: number; readonly total: number | undefined }) => void) | undefined;
}

/** Rows of one group at most. */
const MOST_ROWS = 1_000_000;
/** A group has a page or more for each of its columns. */
const MOST_PAGES = 64;

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
    if (isApiError(cause)) throw cause;
    throw new ContentError("kind", "the file is no Parquet file", "", where, { cause });
  });
  const elements = parquetSchema(footer).children.map((child) => child.element);
  const columns = elements.map(({ name }) => name);
  const decimals = elements.filter(({ converted_type }) => converted_type === "DECIMAL");
  if (!columns.includes("isic_id")) throw new ContentError("kind", "the snapshot has no column isic_id", "", where);
  const count = Number(footer.num_rows);
  const largest = api.limits.parquetPage;
  // The archive's groups have 10 000 rows, each of them far smaller than a page may be.
  for (const { num_rows, total_byte_size } of footer.row_groups) {
    if (Number(num_rows) > MOST_ROWS || Number(total_byte_size) > largest * MOST_PAGES) {
      throw tooLarge("a group of rows of the snapshot is too large", "parquetPage", "", where);
    }
  }
  // The library reads whole chunks of columns: their pages are looked at before it makes memory for what they claim.
  const checked: AsyncBuffer = {
    byteLength: file.byteLength,
    async slice(start, end = file.byteLength) {
      const part = await file.slice(start, end);
      for (const chunk of chunksOf(footer)) {
        if (chunk.start < start || chunk.end > end) continue;
        for (const { bytes, values } of pageClaims(
          new Uint8Array(part, chunk.start - start, chunk.end - chunk.start),
        )) {
          if (bytes <= largest && values <= MOST_ROWS) continue;
          throw tooLarge(`a page of the snapshot claims ${bytes} bytes, ${values} values`, "parquetPage", "", where);
        }
      }
      return part;
    },
  };

  async function readGroup(rowStart: number, rowEnd: number, chosen: readonly string[] | undefined) {
    const range = { rowStart, rowEnd, ...(chosen === undefined ? {} : { columns: [...chosen] }) };
    try {
      return await parquetReadObjects({ file: checked, metadata: footer, ...range });
    } catch (cause) {
      if (isApiError(cause)) throw cause;
      throw new ContentError("kind", `rows ${rowStart} to ${rowEnd} of the snapshot cannot be read`, "", where, {
        cause,
      });
    }
  }

  async function* records(read: SnapshotRead = {}) {
    checkOptions("records", read, ["signal", "columns", "onProgress"]);
    const { columns: wanted, signal, onProgress } = read;
    const unknown = wanted?.find((name) => !columns.includes(name));
    if (unknown !== undefined) throw new RangeError(`columns: the snapshot has no ${JSON.stringify(unknown)}.`);
    const chosen = wanted === undefined ? undefined : [...new Set(["isic_id", ...wanted])];
    let start = 0;
    for (const group of footer.row_groups) {
      signal?.throwIfAborted();
      const end = start + Number(group.num_rows);
      for (const row of await readGroup(start, end, chosen)) {
        for (const { name, scale = 0 } of decimals) row[name] = rounded(row[name], scale);
        yield metadataRecord(row);
      }
      start = end;
      onProgress?.({ done: start, total: count });
    }
  }

  return { takenAt: timestamp(footer.key_value_metadata), count, columns, records };
}

/** Where the columns lie, group by group. */
function* chunksOf({ row_groups }: FileMetaData): Generator<{ readonly start: number; readonly end: number }> {
  for (const { meta_data } of row_groups.flatMap(({ columns }) => columns)) {
    if (meta_data === undefined) continue;
    const start = Number(meta_data.dictionary_page_offset || meta_data.data_page_offset);
    yield { start, end: start + Number(meta_data.total_compressed_size) };
  }
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
