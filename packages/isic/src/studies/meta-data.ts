/** Tables that belong to a study (diagnoses, exemplars): from a file, an address, or text. */
import type { Bytes } from "@isic/cache";
import { getPath } from "@isic/select";
import { decodeGzipJson } from "../codecs/gzip-json.ts";
import { isNestedDeeper } from "../codecs/nesting.ts";
import { pythonText } from "../csv/cells.ts";
import { readRawCsv } from "../csv/index.ts";
import { ArgumentError, TableError } from "../errors.ts";
import type { CallOptions } from "../session/calls.ts";
import type { Context } from "../session/context.ts";
import { asObject } from "../session/options.ts";

/** The path of a file (Node), an address, a `File` of a page, or text with the name of the file that it would be. */
export type MetaDataSource = string | URL | File | { readonly name: string; readonly text: string };

export interface MetaDataOptions extends CallOptions {
  /** @default what comes after the first dot of the file's name */
  readonly format?: "csv" | "json" | "json.gz";
  /** The key in `study.metaData`. @default the file's name up to the first dot */
  readonly metaKey?: string;
  /** Make an object of the rows, by `dictKey`. @default false */
  readonly listToDict?: boolean;
  /** The column whose values become keys. @default the first in which no value comes twice */
  readonly dictKey?: string;
  /** Only these columns (dotted paths), each under its own key in `study.metaData`. */
  readonly extractKey?: string | readonly string[];
}

export const META_DATA_OPTIONS: readonly (keyof MetaDataOptions)[] = [
  "format",
  "metaKey",
  "listToDict",
  "dictKey",
  "extractKey",
  "signal",
];

/** Larger ones are no tables of a study. */
const MOST_BYTES = 64 * 2 ** 20;

type Rows = readonly unknown[];

/**
 * What a file adds to a study's metadata: nothing, with a warning, where it has no rows.
 *
 * @throws TableError for another format, or rows that no column tells apart
 */
export async function readMetaData(
  source: MetaDataSource,
  options: MetaDataOptions,
  context: Pick<Context, "readFile" | "fetch" | "warn">,
): Promise<Readonly<Record<string, unknown>>> {
  const name = nameOf(source);
  const [, stem, extension] = /^([^.]*)\.?(.*)$/s.exec(name)!;
  const format = options.format ?? extension!.toLowerCase();
  if (format !== "csv" && format !== "json" && format !== "json.gz") {
    const named = extension === "" ? "no format" : `the format ${JSON.stringify(extension)}`;
    throw new TableError(`${name} has ${named} in its name: give { format: "csv" }, "json" or "json.gz".`);
  }
  const content = await parsed(source, format, options, context);
  if (isEmpty(content)) {
    context.warn(`${name} has no content: the study's metadata stay as they are.`);
    return {};
  }
  const { listToDict = false, dictKey, extractKey } = options;
  const data = listToDict && Array.isArray(content) ? byKey(name, content, dictKey) : content;
  if (extractKey === undefined) return { [options.metaKey ?? stem!]: data };
  const keys = typeof extractKey === "string" ? [extractKey] : extractKey;
  return Object.fromEntries(keys.map((key) => [key, extracted(data, key)]));
}

function nameOf(source: MetaDataSource): string {
  if (typeof source === "object" && !(source instanceof URL) && typeof source?.name === "string") return source.name;
  if (typeof source !== "string" && !(source instanceof URL))
    throw new ArgumentError(`expected a path, an address, a File or { name, text }, got ${source}`);
  const path = isAddress(source) ? decodeURIComponent(new URL(source).pathname) : String(source);
  return path.split(/[\\/]/).at(-1)!;
}

function isAddress(source: string | URL): boolean {
  return source instanceof URL || /^https?:\/\//i.test(source);
}

/** As in a `.json.gz`: what is nested deeper cannot be written again. */
const MOST_DEPTH = 1000;

async function parsed(
  source: MetaDataSource,
  format: "csv" | "json" | "json.gz",
  { signal }: CallOptions,
  context: Pick<Context, "readFile" | "fetch">,
): Promise<unknown> {
  const given = typeof source === "object" && "text" in source && typeof source.text === "string";
  const bytes = given
    ? new TextEncoder().encode(source.text as string)
    : await bytesOf(source as string | URL | File, signal, context);
  if (format === "json.gz") return decodeGzipJson(bytes);
  const text = new TextDecoder().decode(bytes);
  if (format === "csv") return readRawCsv(text);
  if (isNestedDeeper(text, MOST_DEPTH))
    throw new TableError(`${nameOf(source)} is nested deeper than ${MOST_DEPTH} levels: it is no table of a study.`);
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new TableError(`${nameOf(source)} is not JSON: ${(cause as Error).message}`, { cause });
  }
}

async function bytesOf(
  source: string | URL | File,
  signal: AbortSignal | undefined,
  { readFile, fetch = globalThis.fetch }: Pick<Context, "readFile" | "fetch">,
): Promise<Bytes> {
  if (typeof source === "object" && !(source instanceof URL)) return new Uint8Array(await source.arrayBuffer());
  if (!isAddress(source)) {
    if (readFile === undefined)
      throw new ArgumentError(`expected an address, a File or { name, text }, got the path ${JSON.stringify(source)}`);
    return readFile(String(source));
  }
  // No token goes along: the file is anybody's.
  const response = await fetch(new Request(source, { credentials: "omit", ...(signal && { signal }) }));
  if (!response.ok)
    throw new TableError(`${new URL(source).origin} answered ${response.status} for ${nameOf(source)}.`);
  const chunks: Uint8Array[] = [];
  let size = 0;
  const reader = response.body?.getReader();
  for (let part = await reader?.read(); part?.done === false; part = await reader?.read()) {
    size += part.value.length;
    if (size > MOST_BYTES) {
      await reader?.cancel();
      throw new TableError(`${nameOf(source)} has more than ${MOST_BYTES} bytes: it is no table of a study.`);
    }
    chunks.push(part.value);
  }
  return new Uint8Array(await new Blob(chunks as BlobPart[]).arrayBuffer());
}

function isEmpty(content: unknown): boolean {
  return typeof content !== "object" || content === null || Object.keys(content).length === 0;
}

/** Rows by the value of a column; of two with the same, the later. */
function byKey(name: string, rows: Rows, dictKey: string | undefined): Record<string, unknown> {
  const records = rows.map((row, i) => asObject(row, `row ${i + 1} of ${name}`));
  const key = dictKey ?? Object.keys(records[0]!).find((column) => isUnique(records.map((row) => row[column])));
  if (key === undefined)
    throw new TableError(`${name} has no column in which no value comes twice: name one with dictKey.`);
  if (!records.some((row) => key in row)) throw new TableError(`${name} has no column ${JSON.stringify(key)}.`);
  return Object.fromEntries(records.map((row) => [keyText(row[key]), row]));
}

const keyText = (value: unknown): string => (typeof value === "string" ? value : pythonText(value));

function isUnique(values: readonly unknown[]): boolean {
  return new Set(values.map((value) => JSON.stringify(value))).size === values.length;
}

function extracted(data: unknown, key: string): unknown {
  const cellIn = (row: unknown): unknown =>
    Object(row)[key] !== undefined ? Object(row)[key] : (getPath(row, key) ?? null);
  if (Array.isArray(data)) return data.map(cellIn);
  return Object.fromEntries(Object.entries(data as object).map(([name, row]) => [name, cellIn(row)]));
}
