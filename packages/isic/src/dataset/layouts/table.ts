import { tablePartsOf } from "../../archive/records.ts";
import { addMetadata, columnsWithValues, flatten } from "../../csv/flatten.ts";
import { openCsvWriter } from "../../csv/write-lines.ts";
import type { Places, SetImage } from "../build/set-image.ts";

/** A table of a set's images: a row each, in the set's order. */
export interface ImageTable {
  readonly columns: readonly string[];
  readonly rows: readonly ReadonlyMap<string, unknown>[];
}

const LEADING = [
  "file_name",
  "shard",
  "isic_id",
  "id",
  "split",
  "fold",
  "label",
  "license",
  "attribution",
  "width",
  "height",
  "mask",
  "superpixels",
];

/** The table of a set: where each file is, its part and classes, its terms, and its metadata. */
export function imageTable(
  images: readonly SetImage[],
  placesOf: (image: SetImage) => Places & { readonly shard?: string | undefined },
  classes: readonly string[],
  isMulti: boolean,
): ImageTable {
  const multi = isMulti ? classes.map((name) => `is_${name}`) : [];
  const ours = new Set([...LEADING, ...multi]);
  const rows = images.map((image) => {
    const places = placesOf(image);
    const row = new Map<string, unknown>();
    const metadata = new Map<string, unknown>();
    for (const [prefix, part] of tablePartsOf(image.record)) flatten(part, prefix, metadata);
    addMetadata(row, metadata, ours);
    const own: Record<string, unknown> = {
      file_name: places.image,
      shard: places.shard,
      isic_id: image.name,
      ...(image.id === image.name ? {} : { id: image.id }),
      split: image.split,
      fold: image.fold,
      label: image.labels.length === 0 ? undefined : image.labels.join("|"),
      license: image.licence,
      attribution: image.attribution,
      width: image.width,
      height: image.height,
      mask: places.mask,
      superpixels: places.superpixels,
    };
    if (isMulti) for (const name of classes) own[`is_${name}`] = image.labels.includes(name) ? 1 : 0;
    for (const [name, value] of Object.entries(own)) if (value !== undefined) row.set(name, value);
    return row;
  });
  const filled = rows.map(
    (row) => new Map([...row].filter(([, value]) => value !== null && value !== undefined && value !== "")),
  );
  const names = columnsWithValues(filled);
  const first = [...ours].filter((name) => names.includes(name));
  return { columns: [...first, ...names.filter((name) => !first.includes(name))], rows: filled };
}

/** The table as CSV: UTF-8, LF, as pandas and `datasets` read it. */
export async function csvText({ columns, rows }: ImageTable): Promise<string> {
  const writeLines = await openCsvWriter(",", "\n");
  return writeLines([columns, ...rows.map((row) => columns.map((name) => row.get(name)))]);
}

/** The table as a Parquet file; columns of whole numbers, numbers, truth values, else text. */
export async function parquetBytes({ columns, rows }: ImageTable): Promise<Uint8Array> {
  const { parquetWriteBuffer } = await import("hyparquet-writer");
  const columnData = columns.map((name) => {
    const values = rows.map((row) => row.get(name));
    const type = kindOf(values);
    const data = values.map((value) => (value === undefined ? undefined : type === "STRING" ? asText(value) : value));
    return { name, data, type, nullable: true };
  });
  return new Uint8Array(parquetWriteBuffer({ columnData }));
}

function kindOf(values: readonly unknown[]): "INT32" | "DOUBLE" | "BOOLEAN" | "STRING" {
  const there = values.filter((value) => value !== undefined);
  if (there.length === 0) return "STRING";
  if (there.every((value) => typeof value === "boolean")) return "BOOLEAN";
  if (!there.every((value) => typeof value === "number")) return "STRING";
  return there.every((value) => Number.isInteger(value) && Math.abs(value as number) < 2 ** 31) ? "INT32" : "DOUBLE";
}

const asText = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));
