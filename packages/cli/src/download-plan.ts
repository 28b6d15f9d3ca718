import { checkFree, type DownloadSource, freeBytes, planDownload } from "isic/node";
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
 * Looks at the disk before the first image, where the server tells the size of a search.
 *
 * @returns how many images there will be, where the server tells that
 */
export async function checkRoom(
  folder: string,
  source: DownloadSource,
  options: ImageDownloadOptions,
  terminal: Terminal,
): Promise<number | undefined> {
  const free = await freeBytes(folder);
  const size = await source.size?.(terminal.signal);
  if (size === undefined) return undefined;
  if (
    options.force !== true &&
    size.bytes !== undefined &&
    options.thumbnails !== true &&
    options.resize === undefined
  ) {
    try {
      checkFree(folder, size.bytes / shares(options), free);
    } catch (error) {
      throw new CommandError(`${(error as Error).message} (--force begins all the same.)`, 1, { cause: error });
    }
  }
  return size.images === undefined ? undefined : Math.ceil(size.images / shares(options));
}

function shares({ shard }: ImageDownloadOptions): number {
  const count = Number(shard?.split("/")[1] ?? 1);
  return count > 0 ? count : 1;
}
