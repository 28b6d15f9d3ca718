import type { Part } from "isic/node";
import {
  type DownloadOptions,
  type DownloadSource,
  download,
  downloadSource,
  parsePattern,
  parseShard,
} from "isic/node";
import type { ImageDownloadOptions } from "./commands/image-download.ts";
import { connectClient } from "./connect.ts";
import { labelling, splitting } from "./download-groups.ts";
import { type ManifestSelection, manifestSelection } from "./download-manifest.ts";
import { checkRoom, printPlan } from "./download-plan.ts";
import { printSummary } from "./download-summary.ts";
import { explainEmptySelection } from "./empty-selection.ts";
import { checkCollections } from "./known-collections.ts";
import { CommandError } from "./print/failure.ts";
import { progressLine } from "./print/progress.ts";
import { remembered } from "./remembered-source.ts";
import { selectionOf } from "./selection.ts";
import { smaller } from "./smaller.ts";
import { line, type Terminal } from "./terminal.ts";

/** Brings a selection into a folder; the exit code is 0 only when every file is there. */
export async function imageDownload(folder: string, options: ImageDownloadOptions, terminal: Terminal): Promise<void> {
  const { signal } = terminal;
  checkTogether(options);
  const { shard, names } = options;
  if (shard !== undefined) check("--shard", () => parseShard(shard));
  check("--names", () => parsePattern(names));
  const connected = await connectClient(options, terminal);
  const { client } = connected;
  await checkCollections(connected, options, terminal);
  const from = options.from === undefined ? undefined : await manifestSelection(options.from);
  const selection = from?.selection ?? (await selectionOf(options, terminal));
  const source = remembering(await downloadSource(client, selection), options);
  if (options.dryRun === true) return printPlan(folder, source, options, terminal);
  const total = await checkRoom(folder, source, options, terminal);
  const progress = progressLine(terminal.err, "downloading", options.quiet);
  try {
    const summary = await download(source, folder, {
      ...engineOptions(options, from),
      ...from?.groups,
      ...(await splitting(source, options, signal)),
      ...labelling(options),
      ...(from === undefined ? {} : { expected: from.expected }),
      ...(total === undefined ? {} : { total }),
      signal,
      onProgress: (state) => progress.update(state),
      onWait: ({ pid, host }) =>
        line(terminal.err, `note: process ${pid} of ${host} downloads into ${folder}; waiting for it to end.`),
    });
    progress.end();
    if (summary.images === 0) await explainEmptySelection(connected, selection, options, terminal);
    printSummary(summary, options, terminal);
  } finally {
    progress.end();
  }
}

/** Where all images must be known first, they are kept; a search whose size the server tells goes by as it comes. */
function remembering(source: DownloadSource, { split }: ImageDownloadOptions): DownloadSource {
  return split !== undefined || source.size === undefined ? remembered(source) : source;
}

/** What the engine says of a value, said before anything else is done. */
function check(option: string, read: () => unknown): void {
  try {
    read();
  } catch (error) {
    throw new CommandError(`${option}: ${(error as Error).message}.`, 2, { cause: error });
  }
}

function checkTogether(options: ImageDownloadOptions): void {
  const { search, collections, where, dataset, study, ids, idsFrom } = options;
  const selects = [search, collections, where, dataset, study, ids, idsFrom].some((option) => option !== undefined);
  if (options.from !== undefined && selects)
    throw new CommandError("--from names the files itself: leave out --search, --ids and the like.", 2);
  if (options.thumbnails === true && (options.resize !== undefined || options.superpixels === true)) {
    throw new CommandError("--thumbnails are the archive's own previews: leave out --resize and --superpixels.", 2);
  }
  if (options.resize !== undefined && options.superpixels === true) {
    throw new CommandError("--superpixels belong to the full image: leave out --resize, or download twice.", 2);
  }
}

function engineOptions(options: ImageDownloadOptions, from: ManifestSelection | undefined): DownloadOptions {
  const { names: pattern, concurrency, tables, shard, resize = from?.resize } = options;
  return {
    pattern,
    concurrency,
    tables,
    parts: from?.parts ?? partsOf(options),
    ...(shard === undefined ? {} : { shard: parseShard(shard) }),
    ...(resize === undefined ? {} : { resize: { longerSide: resize, convert: smaller(resize) } }),
  };
}

function partsOf({ thumbnails, superpixels, masks }: ImageDownloadOptions): Part[] {
  const parts: Part[] = [thumbnails === true ? "thumbnail" : "image"];
  if (superpixels === true) parts.push("superpixels");
  if (masks === true) parts.push("mask");
  return parts;
}
