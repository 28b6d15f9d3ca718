import type { Column, ColumnIndex } from "@isic/select/columns";
import type { FileRef } from "../archive/archive.ts";
import type { V2Image } from "../archive/records.ts";

/** Stands for the id in a file's address: so the addresses of all images are a few words of a dictionary. */
const PLACE = "{isic_id}";

/** A record as its columns keep it. */
export function toColumns(record: V2Image): V2Image {
  const short = (file: FileRef): FileRef => ({ ...file, url: shortUrl(file.url, record.isic_id) });
  const { full, thumbnail_256, ...others } = record.files;
  return { ...record, files: { ...others, full: short(full), thumbnail_256: short(thumbnail_256) } };
}

/** Where a column's values go in a record. */
export interface Place {
  readonly column: Column;
  /** The objects on the way. */
  readonly keys: readonly string[];
  readonly last: string;
}

/** The places of all columns; good until there are more of them. */
export function placesOf(index: ColumnIndex): Place[] {
  return index.columns.map((column) => {
    const keys = column.path.split(".");
    return { column, last: keys.pop()!, keys };
  });
}

/** The record of a row. */
export function fromColumns(places: readonly Place[], row: number): V2Image {
  const record = { metadata: { acquisition: {}, clinical: {} } };
  for (const place of places) {
    const code = place.column.codes[row]!;
    if (code !== 0) put(record, place, place.column.values[code]);
  }
  const image = record as unknown as V2Image;
  for (const file of [image.files.full, image.files.thumbnail_256]) {
    file.url = file.url.replaceAll(PLACE, image.isic_id);
  }
  return image;
}

function shortUrl(url: string, id: string): string {
  return url.includes(PLACE) ? url : url.replaceAll(id, PLACE);
}

function put(record: object, { keys, last }: Place, value: unknown): void {
  let at = record as Record<string, unknown>;
  for (const key of keys) {
    if (!Object.hasOwn(at, key)) define(at, key, {});
    at = at[key] as Record<string, unknown>;
  }
  define(at, last, value);
}

/** An own property whatever its name: paths are the server's words. */
function define(object: Record<string, unknown>, key: string, value: unknown): void {
  if (key === "__proto__")
    Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
  else object[key] = value;
}
