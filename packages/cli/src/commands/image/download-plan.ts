import {
  bytesThere,
  checkFree,
  type DownloadImage,
  type DownloadPlan,
  type DownloadSource,
  freeBytes,
  type PlanOptions,
  planDownload,
} from "isic/node";
import { CommandError } from "../../output/failure.ts";
import { type Column, count, table } from "../../output/table.ts";
import type { Terminal } from "../../output/terminal.ts";
import { bytes, plural } from "../../output/units.ts";
import type { GlobalOptions } from "../options.ts";

/**
 * Says what would come, and fetches none of it.
 *
 * @throws CommandError when some of the images are not in the archive
 */
export async function printPlan(
  folder: string,
  source: DownloadSource,
  what: PlanOptions,
  options: Pick<GlobalOptions, "json">,
  terminal: Terminal,
): Promise<void> {
  const plan = await planDownload(source, folder, what);
  printPlanned(folder, plan, options, terminal);
  if (plan.unknown.length > 0)
    throw new CommandError(`${plural(plan.unknown.length, "image")} not found: ${someOf(plan.unknown)}.`);
}

function printPlanned(
  folder: string,
  plan: DownloadPlan,
  options: Pick<GlobalOptions, "json">,
  terminal: Terminal,
): void {
  const licences = [...plan.licences].map(([licence, sum]) => ({ licence, ...sum }));
  if (options.json === true) {
    terminal.out.json({ ...plan, licences });
    return;
  }
  const size = plan.bytes === undefined ? "of a size not known before" : bytes(plan.bytes);
  const about = plan.estimated > 0 ? "about " : "";
  terminal.out.line(
    `${plural(plan.images, "image")}, ${count(plan.there)} of them already in ${folder}; ${about}${size} to come, ${bytes(plan.free)} free there.`,
  );
  if (plan.estimated > 0)
    terminal.out.line(
      `(This server does not tell sizes: ${plural(plan.estimated, "image")} estimated by their pixels.)`,
    );
  if (plan.unknown.length > 0) terminal.out.line(`Not in the archive: ${someOf(plan.unknown)}.`);
  terminal.out.line();
  terminal.out.block(table(plan.bytes === undefined ? LICENCES.slice(0, 2) : LICENCES, licences));
}

const SHOWN = 20;

function someOf(names: readonly string[]): string {
  const more = names.length > SHOWN ? ` and ${count(names.length - SHOWN)} more` : "";
  return `${names.slice(0, SHOWN).join(", ")}${more}`;
}

/** What the server says of a selection without being walked through. */
type ToldSize = NonNullable<Awaited<ReturnType<NonNullable<DownloadSource["size"]>>>>;

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
 * Looks at the disk before the first image. Where the server does not tell the size of the selection, its records say
 * how large their files are, so `source` should remember them then.
 *
 * @returns how many images there will be, where that is known
 */
export async function checkRoom(
  folder: string,
  source: DownloadSource,
  told: ToldSize,
  what: PlanOptions,
  isForced: boolean,
): Promise<number | undefined> {
  const { images, bytes: coming } = await sizeOf(folder, source, told, what);
  if (!isForced && coming !== undefined) {
    try {
      checkFree(folder, coming, await freeBytes(folder));
    } catch (error) {
      throw new CommandError(`${(error as Error).message} (--force begins all the same.)`, 1, { cause: error });
    }
  }
  return images;
}

async function sizeOf(folder: string, source: DownloadSource, told: ToldSize, what: PlanOptions): Promise<ToldSize> {
  const { parts, shard = { count: 1 }, longerSide } = what;
  const known = told.images === undefined ? {} : { images: Math.ceil(told.images / shard.count) };
  // Nobody knows how large previews and copies will be.
  if (parts?.[0] === "thumbnail" || longerSide !== undefined) return known;
  if (told.bytes === undefined) {
    const { images, bytes } = await planDownload(source, folder, what);
    return bytes === undefined ? { images } : { images, bytes };
  }
  return { ...known, bytes: (told.bytes - (await bytesThere(folder))) / shard.count };
}

/**
 * The same source, whose selection is asked for once: for what must be known of all images before the first is fetched
 * (the room they need, the shares of a split).
 */
export function rememberSelection(source: DownloadSource): DownloadSource {
  let known: readonly DownloadImage[] | undefined;
  return {
    ...source,
    async *images(signal) {
      if (known !== undefined) return yield* known;
      const seen: DownloadImage[] = [];
      for await (const image of source.images(signal)) {
        seen.push(image);
        yield image;
      }
      known = seen;
    },
  };
}
