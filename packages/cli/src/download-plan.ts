import { bytesThere, checkFree, type DownloadSource, freeBytes, planDownload } from "isic/node";
import type { ImageDownloadOptions } from "./commands/image-download.ts";
import { CommandError } from "./print/failure.ts";
import { type Column, count, table } from "./print/table.ts";
import { bytes, plural } from "./print/units.ts";
import { line, type Terminal } from "./terminal.ts";

/** Says what would come, and fetches none of it. */
export async function printPlan(
  folder: string,
  source: DownloadSource,
  options: ImageDownloadOptions,
  terminal: Terminal,
): Promise<void> {
  const plan = await planDownload(source, folder, terminal.signal);
  const licences = [...plan.licences].map(([licence, sum]) => ({ licence, ...sum }));
  if (options.json === true) {
    line(terminal.out, JSON.stringify({ ...plan, licences }));
    return;
  }
  const size = `${plan.estimated > 0 ? "about " : ""}${bytes(plan.bytes)}`;
  line(
    terminal.out,
    `${plural(plan.images, "image")}, ${count(plan.there)} of them already in ${folder}; ${size} to come, ${bytes(plan.free)} free there.`,
  );
  if (plan.estimated > 0)
    line(
      terminal.out,
      `(This server does not tell sizes: ${plural(plan.estimated, "image")} estimated by their pixels.)`,
    );
  line(terminal.out);
  line(terminal.out, table(LICENCES, licences));
}

interface LicenceRow {
  readonly licence: string;
  readonly images: number;
  readonly bytes: number;
}

const LICENCES: readonly Column<LicenceRow>[] = [
  { title: "licence", value: (row) => row.licence },
  { title: "images", align: "right", value: (row) => row.images },
  { title: "size", align: "right", value: (row) => bytes(row.bytes) },
];

/**
 * Looks at the disk before the first image. A server that tells the size of a search is asked for it; otherwise the
 * records of the selection say how large their files are, so `source` should remember them.
 *
 * @returns how many images there will be, where that is known
 */
export async function checkRoom(
  folder: string,
  source: DownloadSource,
  options: ImageDownloadOptions,
  terminal: Terminal,
): Promise<number | undefined> {
  const free = await freeBytes(folder);
  const told = await source.size?.(terminal.signal);
  // Nobody knows how large previews and copies will be.
  const isCheckable = options.thumbnails !== true && options.resize === undefined;
  const size = told?.bytes === undefined && isCheckable ? await walked(folder, source, terminal.signal) : told;
  if (size === undefined) return undefined;
  if (options.force !== true && isCheckable && size.bytes !== undefined) {
    const coming = size === told ? size.bytes - (await bytesThere(folder)) : size.bytes;
    try {
      checkFree(folder, coming / shares(options), free);
    } catch (error) {
      throw new CommandError(`${(error as Error).message} (--force begins all the same.)`, 1, { cause: error });
    }
  }
  return size.images === undefined ? undefined : Math.ceil(size.images / shares(options));
}

async function walked(folder: string, source: DownloadSource, signal: AbortSignal) {
  const { images, bytes } = await planDownload(source, folder, signal);
  return { images, bytes };
}

function shares({ shard }: ImageDownloadOptions): number {
  const count = Number(shard?.split("/")[1] ?? 1);
  return count > 0 ? count : 1;
}
