import { readdir, readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { IsicApi } from "isic";
import { CommandError } from "../output/failure.ts";
import { type Column, table } from "../output/table.ts";

/** A folder of real data: which photos it has, and what its manifest says of their superpixels. */
export interface RealFolder {
  readonly path: string;
  /** Names without extension. */
  readonly photos: readonly string[];
  readonly labels: ReadonlyMap<string, number>;
}

/**
 * Reads which photos a folder of real data has.
 *
 * @throws CommandError when it is none
 */
export async function readRealFolder(folder: string): Promise<RealFolder> {
  const path = resolve(folder);
  let files: string[];
  try {
    files = await readdir(join(path, "images"));
  } catch (cause) {
    const message = `${folder} is no folder of archive data: it has no folder "images" with photos.`;
    throw new CommandError(message, 1, { cause });
  }
  const photos = files.map((file) => file.replace(/\.[^.]+$/, "")).sort();
  return { path, photos, labels: await readLabels(path) };
}

async function readLabels(path: string): Promise<ReadonlyMap<string, number>> {
  const file = join(path, "manifest.json");
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return new Map();
    throw error;
  }
  try {
    const entries = JSON.parse(text) as { name: string; labels: number }[];
    return new Map(entries.map(({ name, labels }) => [name, labels]));
  } catch (cause) {
    throw new CommandError(`${file} is not a list of { name, labels }.`, 1, { cause });
  }
}

interface Row {
  readonly name: string;
  readonly size: string;
  readonly count: number;
  readonly expected: number | undefined;
  readonly origin: string;
}

/** Loads the superpixels of every photo, and holds their number against the manifest's. */
export async function compareWithManifest(api: IsicApi, folder: RealFolder, signal: AbortSignal): Promise<string> {
  const rows: Row[] = [];
  for (const name of folder.photos) {
    const image = await api.image(name, { signal });
    const { idx, origin } = await image.loadSuperpixels({ signal });
    rows.push({
      name,
      size: `${idx.width} x ${idx.height}`,
      count: idx.count,
      expected: folder.labels.get(name),
      origin,
    });
    image.clearData();
  }
  const wrong = rows.filter((row) => row.expected !== undefined && row.expected !== row.count);
  if (wrong.length > 0) {
    const names = wrong.map((row) => `${row.name} (${row.count} instead of ${row.expected})`).join(", ");
    throw new CommandError(`The number of superpixels differs from manifest.json: ${names}.`);
  }
  const columns: Column<Row>[] = [
    { title: "photo", value: (row) => row.name },
    { title: "size", align: "right", value: (row) => row.size },
    { title: "superpixels", align: "right", value: (row) => row.count },
    { title: "manifest", align: "right", value: (row) => row.expected },
    { title: "from", value: (row) => row.origin },
  ];
  const equal = rows.filter((row) => row.expected === row.count).length;
  return `${table(columns, rows)}\n\n${equal} of ${rows.length} equal.`;
}
