import { type DownloadOptions, download, downloadSource, type Part, parseShard } from "isic/node";
import { connectClient } from "../../connection/connect.ts";
import { CommandError } from "../../output/failure.ts";
import { resizedCopy } from "../../output/picture-files.ts";
import { progressLine } from "../../output/progress.ts";
import type { Terminal } from "../../output/terminal.ts";
import { selectionOf } from "../../selection/selection.ts";
import { checkCollections, explainEmptySelection } from "../../selection/suggestions.ts";
import type { ImageDownloadOptions } from "./download.ts";
import { labelling, sharesOf, splitting } from "./download-groups.ts";
import { checkSameServer, type ManifestSelection, manifestSelection } from "./download-manifest.ts";
import { checkRoom, printPlan, rememberSelection } from "./download-plan.ts";
import { noteChangedTerms, printSummary } from "./download-summary.ts";
import { checkNames, type Filled } from "./name-pattern.ts";

/** Brings a selection into a folder; the exit code is 0 only when every file is there. */
export async function imageDownload(folder: string, options: ImageDownloadOptions, terminal: Terminal): Promise<void> {
  const { signal } = terminal;
  checkAlone(options);
  const from = options.from === undefined ? undefined : await manifestSelection(options.from);
  if (options.names !== undefined) noteNames(options.names, options, from, terminal);
  // What is wrong or odd in the options is said before anybody is asked.
  const selection = from?.selection ?? (await selectionOf(options, terminal));
  const connected = await connectClient(options, terminal);
  await checkCollections(connected, options, terminal);
  if (from !== undefined) checkSameServer(from.entries, connected, terminal);
  const plain = await downloadSource(connected.archive, selection);
  const engine = engineOptions(options, from);
  const plan = { parts: engine.parts, shard: engine.shard, longerSide: engine.resize?.longerSide, signal };
  if (options.dryRun === true) return printPlan(folder, plain, plan, options, terminal);
  const told = (await plain.size?.(signal)) ?? {};
  // What must be walked through before the first image comes is kept.
  const source = options.split !== undefined || told.bytes === undefined ? rememberSelection(plain) : plain;
  const total = await checkRoom(folder, source, told, plan, options.force === true);
  const parts = await splitting(source, folder, options, terminal);
  const progress = progressLine(terminal.err, "downloading", options.quiet);
  try {
    const summary = await download(parts.source, folder, {
      ...engine,
      ...parts.engine,
      ...labelling(options),
      ...(total === undefined ? {} : { total }),
      signal,
      onProgress: (state) => progress.update(state),
      onWait: (holder) => terminal.err.line(`note: ${whoWorks(holder)} in ${folder}; waiting for it to end.`),
    });
    progress.end();
    if (summary.images === 0 && summary.shard === undefined) {
      await explainEmptySelection(connected, selection, options, terminal);
      throw new CommandError("Nothing was selected, so nothing was downloaded.");
    }
    if (from !== undefined) await noteChangedTerms(from.entries, summary, terminal);
    printSummary(summary, options, terminal);
  } finally {
    progress.end();
  }
}

/** Who writes into the folder, as far as it is known. */
export const whoWorks = ({
  pid,
  host,
}: {
  readonly pid: number | undefined;
  readonly host: string | undefined;
}): string =>
  pid === undefined
    ? "another process is at work"
    : `process ${pid}${host === undefined ? "" : ` of ${host}`} is at work`;

/** What can be known to be wrong without asking anybody. */
function checkAlone(options: ImageDownloadOptions): void {
  const { shard, split } = options;
  checkTogether(options);
  if (shard !== undefined) checkShard(shard);
  if (split !== undefined) sharesOf(split);
  labelling(options);
}

/** What the engine says of a shard, said before anything else is done. */
function checkShard(shard: string): void {
  try {
    parseShard(shard);
  } catch (error) {
    throw new CommandError(`--shard: ${(error as Error).message}.`, 2, { cause: error });
  }
}

/** Shares and classes come from options, or from the manifest of another download. */
const filledBy = ({ split, labels }: ImageDownloadOptions, from: ManifestSelection | undefined): Filled => ({
  split: (split ?? from?.engine.splitOf) !== undefined,
  label: (labels ?? from?.engine.labelOf) !== undefined,
});

function noteNames(
  pattern: string,
  options: ImageDownloadOptions,
  from: ManifestSelection | undefined,
  { err }: Terminal,
): void {
  const notes = checkNames(pattern, filledBy(options, from), options.api ?? "v2");
  if (options.quiet !== true) for (const note of notes) err.line(`note: ${note}`);
}

function checkTogether(options: ImageDownloadOptions): void {
  if (options.from !== undefined) {
    const { search, collections, where, dataset, study, ids, idsFrom, limit } = options;
    const { thumbnails, superpixels, masks } = options;
    const selecting = { search, collections, where, dataset, study, ids, "ids-from": idsFrom, limit };
    const given = Object.entries({ ...selecting, thumbnails, superpixels, masks }).find(
      ([, value]) => value !== undefined,
    );
    if (given !== undefined) throw new CommandError(`--from names the files itself: leave out --${given[0]}.`, 2);
  }
  const { split, splitBy, seed, prune, shard, dryRun } = options;
  if (prune === true && shard !== undefined)
    throw new CommandError("--prune would remove what the other shards have: leave out --shard once all are done.", 2);
  if (prune === true && dryRun === true)
    throw new CommandError("--dry-run removes nothing: leave out --prune. A run without it says what would go.", 2);
  if (split === undefined && (splitBy ?? seed) !== undefined) {
    const given = splitBy === undefined ? "--seed" : "--split-by";
    throw new CommandError(`${given} is of a split: add --split 80/10/10, or leave it out.`, 2);
  }
  if (options.thumbnails === true && (options.resize !== undefined || options.superpixels === true)) {
    throw new CommandError("--thumbnails are the archive's own previews: leave out --resize and --superpixels.", 2);
  }
  const ofFull = options.superpixels === true ? "--superpixels" : options.masks === true ? "--masks" : undefined;
  if (options.resize !== undefined && ofFull !== undefined) {
    throw new CommandError(`${ofFull} belong to the full image: leave out --resize, or download twice.`, 2);
  }
}

function engineOptions(options: ImageDownloadOptions, from: ManifestSelection | undefined): DownloadOptions {
  const { names: pattern, concurrency, tables, shard, resize = from?.resize } = options;
  const { stemOf, ...handedOn } = from?.engine ?? {};
  return {
    ...handedOn,
    ...(pattern === undefined ? (stemOf === undefined ? {} : { stemOf }) : { pattern }),
    concurrency,
    tables,
    ...(options.prune === true ? { prune: true } : {}),
    parts: from?.parts ?? partsOf(options),
    ...(shard === undefined ? {} : { shard: parseShard(shard) }),
    ...(resize === undefined ? {} : { resize: { longerSide: resize, convert: resizedCopy(resize) } }),
  };
}

function partsOf({ thumbnails, superpixels, masks }: ImageDownloadOptions): Part[] {
  const parts: Part[] = [thumbnails === true ? "thumbnail" : "image"];
  if (superpixels === true) parts.push("superpixels");
  if (masks === true) parts.push("mask");
  return parts;
}
