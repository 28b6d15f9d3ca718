import { withoutSignatures } from "../../archive/file.ts";
import { tablePartsOf, withTerms } from "../../archive/records.ts";
import { addMetadata, flatten } from "../../csv/flatten.ts";
import type { ManifestEntry } from "../types.ts";

/** One row of the metadata tables: column to value. */
export type MetadataRow = ReadonlyMap<string, unknown>;

/** The columns that come first, as in the archive's own tables, before the sorted rest. */
const LEADING: ReadonlySet<string> = new Set([
  "isic_id",
  "attribution",
  "attribution_of",
  "copyright_license",
  "id",
  "file",
  "split",
  "label",
]);

/** What a table without any row has. */
const OF_EMPTY: readonly string[] = ["isic_id", "attribution", "copyright_license"];

/**
 * One image of the manifest as a row, or `undefined` when its file is not there.
 *
 * v2 records give the columns of the archive's own `metadata.csv` (`age_approx`, `sex` ...), v1 records the dotted
 * paths that criteria use (`meta.clinical.age_approx`, `dataset.name` ...).
 */
export function rowOf(entry: ManifestEntry): MetadataRow | undefined {
  const { record, state } = entry;
  if (record === undefined || (state !== "done" && state !== "changed")) return undefined;
  const row = new Map<string, unknown>([
    ["isic_id", entry.name],
    ["attribution", entry.attribution],
    ["copyright_license", entry.licence],
  ]);
  // Where the record has one too, that is the default: tables say when it had to do.
  if (entry.attributionOf === "group" && "attribution" in record) row.set("attribution_of", "group");
  if (entry.id !== entry.name) row.set("id", entry.id);
  row.set("file", entry.file);
  if (entry.split !== undefined) row.set("split", entry.split);
  if (entry.label !== undefined) row.set("label", entry.label);
  const metadata = new Map<string, unknown>();
  for (const [prefix, part] of tablePartsOf(record)) flatten(part, prefix, metadata);
  addMetadata(row, metadata, LEADING);
  return row;
}

/** All columns of many rows, in their order. */
export function orderColumns(names: Iterable<string>): string[] {
  const all = new Set(names);
  if (all.size === 0) return [...OF_EMPTY];
  const rest = [...all].filter((name) => !LEADING.has(name)).sort((a, b) => (a < b ? -1 : 1));
  return [...[...LEADING].filter((name) => all.has(name)), ...rest];
}

interface DescribedImage {
  readonly record?: object | undefined;
  readonly attribution?: string | undefined;
  readonly attributionOf?: "image" | "group" | undefined;
}

/**
 * The record of an image as it may be written down: with the attribution that holds in the place of its cohort's default
 * (`attribution_of` says so where that had to do), and without the signatures of its files' addresses.
 */
export function describedRecord({ record = {}, ...terms }: DescribedImage): Readonly<Record<string, unknown>> {
  return withoutSignatures(withTerms(record, terms)) as Readonly<Record<string, unknown>>;
}

/** Images of a manifest with their rows, once each even when several of their files are there. */
export async function* imageRows(
  entries: AsyncIterable<ManifestEntry>,
): AsyncGenerator<{ readonly row: MetadataRow; readonly record: Readonly<Record<string, unknown>> }, void, undefined> {
  let last: string | undefined;
  for await (const entry of entries) {
    const row = entry.id === last ? undefined : rowOf(entry);
    if (row === undefined) continue;
    last = entry.id;
    yield { row, record: describedRecord(entry) };
  }
}

/** Rows of a manifest, one per image. */
export async function* rowsOf(entries: AsyncIterable<ManifestEntry>): AsyncGenerator<MetadataRow, void, undefined> {
  for await (const { row } of imageRows(entries)) yield row;
}
