/** Ids and names of images as people have them: typed, or in the lists and tables of others. */
import { open } from "node:fs/promises";
import { buffer } from "node:stream/consumers";
import { parse } from "csv-parse/sync";
import type { GlobalOptions } from "../commands/options.ts";
import { CommandError } from "../output/failure.ts";

/** How the ids of each API look; on the other one they mean nothing. */
export const ID_PATTERNS: Readonly<Record<"v1" | "v2", RegExp>> = { v1: /^[0-9a-f]{24}$/, v2: /^ISIC_\d{7}$/ };

/** Refuses an id that v2 cannot have: "not found" would send people looking for a typing error. */
export function checkIdFamily(id: string, { api }: GlobalOptions): void {
  if (api === "v1" || !ID_PATTERNS.v1.test(id)) return;
  const ways = "add --api v1 and its --server, or give the image's name (ISIC_0000000)";
  throw new CommandError(`${id} is an id of v1: ${ways}.`, 2);
}

/** A list of all images of the archive, with all that is known of them, is smaller. */
const LARGEST_BYTES = 512 * 1024 * 1024;

/**
 * The ids in a file, or in standard input for `-`: one per line, or a column of a table with commas, semicolons or tabs.
 *
 * @throws CommandError when it is no text, or no column holds ids
 */
export async function readIdList(path: string, api: "v1" | "v2"): Promise<string[]> {
  const source = path === "-" ? "Standard input" : path;
  const bytes = path === "-" ? await buffer(process.stdin) : await contentOf(path);
  return idsIn(textOf(bytes, source), source, api);
}

async function contentOf(path: string): Promise<Uint8Array> {
  const file = await open(path);
  try {
    const found = await file.stat();
    // The system's own error of a folder does not name it.
    if (found.isDirectory())
      throw new CommandError(`${path} is a folder: --ids-from reads a file of ids or names, one per line.`);
    if (found.size > LARGEST_BYTES) throw new CommandError(`${path} is no list of ids: it has ${found.size} bytes.`);
    return await file.readFile();
  } finally {
    await file.close();
  }
}

const OTHER_FILES: readonly (readonly [start: string, what: string])[] = [
  ["PK\u0003\u0004", "a spreadsheet or an archive (ZIP): save the sheet as CSV"],
  ["\u001F\u008B", "compressed (gzip): unpack it first"],
  ["PAR1", "a Parquet file: write its ids as CSV"],
  ["%PDF", "a PDF"],
];

/** Text in UTF-8, or in the UTF-16 of spreadsheets and of PowerShell, which says so by its first bytes. */
function textOf(bytes: Uint8Array, source: string): string {
  const start = Buffer.from(bytes.subarray(0, 4)).toString("latin1");
  const other = OTHER_FILES.find(([magic]) => start.startsWith(magic));
  if (other !== undefined) throw new CommandError(`${source} is ${other[1]}; --ids-from reads text.`);
  const text = new TextDecoder(encodingOf(bytes)).decode(bytes);
  if (text.includes("\0")) throw new CommandError(`${source} is no text; --ids-from reads lists and CSV.`);
  return text;
}

function encodingOf([first, second, third, fourth]: Uint8Array): string {
  if (first === 0xff && second === 0xfe) return "utf-16le";
  if (first === 0xfe && second === 0xff) return "utf-16be";
  // Ids are ASCII, of which UTF-16 without a mark has every other byte zero.
  if (first !== 0 && second === 0 && third !== 0 && fourth === 0) return "utf-16le";
  if (first === 0 && second !== 0 && third === 0 && fourth !== 0) return "utf-16be";
  return "utf-8";
}

/** What columns of ids are called, the surest first; `image_name_1` and the like are told by what they hold. */
const TITLES = [
  "isic_id",
  "image_id",
  "image_name",
  "image",
  "isic",
  "img_id",
  "filename",
  "file",
  "name",
  "_id",
  "id",
];

/** The place of a title in that list; behind all of them for others. */
function rankOf(cell: string): number {
  const rank = TITLES.indexOf(cell.toLowerCase().replace(/[\s-]+/g, "_"));
  return rank < 0 ? TITLES.length : rank;
}

/** The ids of a list or table, each once, in order. What is no id stays as it is, for the archive to say so. */
export function idsIn(text: string, source: string, api: "v1" | "v2"): string[] {
  const rows = rowsOf(text, source);
  const [header = [], ...data] = rows;
  const isTable = header.length > 1;
  // Where the first line has ids already, nothing has a title: every id counts, also many in a line.
  if (header.some((cell) => idsOfCell(cell, api).length > 0)) {
    const columns = columnsWithIds(rows, api);
    return unique(rows.flatMap((row) => columns.flatMap((at) => wordsOf(row[at] ?? "", api))));
  }
  const candidates = columnsWithIds(data, api);
  const titled = header.map((_, at) => at).filter((at) => rankOf(header[at]!) < TITLES.length);
  const [column] = (candidates.length > 0 ? candidates : titled).toSorted(
    (a, b) => rankOf(header[a]!) - rankOf(header[b]!) || a - b,
  );
  if (column === undefined && isTable) {
    const titles = header.filter((cell) => cell !== "").join(", ");
    throw new CommandError(
      `${source} holds no ids: no column (${titles}) is called isic_id, image_id or image, or has names such as ISIC_0000000.`,
    );
  }
  const hasTitle = isTable || rankOf(header[0] ?? "") < TITLES.length || (api === "v2" && !/\d/.test(header[0] ?? ""));
  const found = unique((hasTitle ? data : rows).flatMap((row) => wordsOf(row[column ?? 0] ?? "", api)));
  if (found.length === 0) throw new CommandError(`${source} holds no ids.`);
  return found;
}

function rowsOf(text: string, source: string): string[][] {
  const lines = text.split(/\r\n|\r|\n/);
  const content = lines.filter((line) => !/^\s*#/.test(line) && line.trim() !== "");
  try {
    const rows: string[][] = parse(content.join("\n"), {
      delimiter: delimiterOf(content[0] ?? ""),
      relax_quotes: true,
      relax_column_count: true,
      max_record_size: 1_000_000,
    });
    return rows.map((row) => row.map((cell) => cell.trim().replace(/^"|"$/g, "")));
  } catch (cause) {
    throw new CommandError(`${source} cannot be read as a table: ${(cause as Error).message}.`, 1, { cause });
  }
}

/** What parts the cells of the first line: the sign that it has most of, outside of quotes. */
function delimiterOf(line: string): string {
  const bare = line.replace(/"[^"]*"/g, "");
  const count = (sign: string): number => bare.split(sign).length;
  return [",", "\t", ";"].reduce((best, sign) => (count(sign) > count(best) ? sign : best));
}

function columnsWithIds(rows: readonly (readonly string[])[], api: "v1" | "v2"): number[] {
  const columns = new Set<number>();
  for (const row of rows) {
    for (const [at, cell] of row.entries()) if (!columns.has(at) && idsOfCell(cell, api).length > 0) columns.add(at);
  }
  return [...columns].sort((a, b) => a - b);
}

/** A cell's ids, or what it holds in their place; spreadsheets and pandas have words for nothing. */
function wordsOf(cell: string, api: "v1" | "v2"): string[] {
  const ids = idsOfCell(cell, api);
  if (ids.length > 0) return ids;
  const word = fileStem(cell);
  return /^(|nan|na|n\/a|none|null)$/i.test(word) ? [] : [word];
}

/** `ISIC_0000001`, `photos/ISIC_0000001_downsampled.jpg`, an address that ends so, or several with blanks between them. */
function idsOfCell(cell: string, api: "v1" | "v2"): string[] {
  const stem = fileStem(cell);
  if (ID_PATTERNS.v1.test(stem)) return [stem];
  if (api === "v2")
    return [...cell.matchAll(/(?<![A-Za-z0-9])ISIC_\d{7}(?!\d)/gi)].map(([id]) => id.toUpperCase()).filter(isFirst);
  // On v1 images may be called otherwise, and `ISIC_0000001_crop` is another one.
  const name = /^(ISIC_\d{7})(?:_(?:downsampled|segmentation|superpixels|thumbnail))?(?:\s.*)?$/i.exec(stem)?.[1];
  return name === undefined ? [] : [name.toUpperCase()];
}

/** The name of a file without folders, and without the ending of a picture. */
const fileStem = (text: string): string =>
  text
    .replace(/^.*[/\\]/, "")
    .replace(/\.(jpe?g|png|tiff?|bmp|gif|webp|dcm|npy|npz|json)$/i, "")
    .trim();

const isFirst = (id: string, at: number, all: readonly string[]): boolean => all.indexOf(id) === at;
const unique = (ids: readonly string[]): string[] => [...new Set(ids)];
