import {
  type BrokenFile,
  downloadSource,
  nodeCodecs,
  type RepairResult,
  readManifest,
  repair,
  type VerifyOptions,
  type VerifyResult,
  verify,
} from "isic/node";
import { connectClient } from "../../connection/connect.ts";
import { CommandError } from "../../output/failure.ts";
import { resizedCopy } from "../../output/picture-files.ts";
import { progressLine } from "../../output/progress.ts";
import { type Column, count, table } from "../../output/table.ts";
import type { Terminal } from "../../output/terminal.ts";
import { bytes, plural } from "../../output/units.ts";
import { whoWorks } from "./download.action.ts";
import { checkSameServer, selectionOfEntries } from "./download-manifest.ts";
import { checkSummary, printChanged } from "./download-summary.ts";
import type { ImageVerifyOptions } from "./verify.ts";

const SHOWN = 50;

const COLUMNS: readonly Column<BrokenFile>[] = [
  { title: "file", value: ({ entry }) => entry.file ?? entry.name },
  { title: "trouble", value: (row) => row.trouble },
  { title: "why", flexible: true, wraps: true, value: (row) => row.reason },
];

/** Holds a download against its manifest; with `--repair`, fetches what is wrong. */
export async function imageVerify(folder: string, options: ImageVerifyOptions, terminal: Terminal): Promise<void> {
  const { signal } = terminal;
  const progress = progressLine(terminal.err, "verifying", options.quiet);
  const result = await verify(folder, {
    ...decoding(options),
    signal,
    onProgress: (state) => progress.update(state),
  }).finally(() => progress.end());
  const { broken, files } = result;
  const mends = options.repair === true && broken.length > 0;
  if (options.json !== true) printResult(folder, result, terminal);
  else if (!mends) terminal.out.json({ folder, ...result });
  noteUndecoded(result, options, terminal);
  if (mends) {
    const repaired = await mend(folder, broken, options, terminal);
    if (options.json === true) {
      const { download, ...mended } = repaired;
      terminal.out.json({ folder, ...result, repaired: { ...download, ...mended } });
    } else printMended(repaired, options, terminal);
    checkMended(repaired);
  } else if (broken.length > 0) {
    const message = `${count(broken.length)} of ${plural(files, "file")} in ${folder} are not right; --repair fetches them again.`;
    throw new CommandError(message);
  }
  checkShards(folder, result);
}

/** How files are looked at, before mending and after it. */
function decoding({ decode }: ImageVerifyOptions): Pick<VerifyOptions, "decode"> {
  if (decode === false) return {};
  return { decode: (file, { name }) => nodeCodecs.decode(file, { what: name }) };
}

/** @throws CommandError that names the shards which have left nothing yet */
function checkShards(folder: string, { missingShards }: VerifyResult): void {
  if (missingShards.length === 0) return;
  const names = missingShards.map(({ index, count: of }) => `${index}/${of}`);
  const shown = names.length > SHOWN ? `${names.slice(0, SHOWN).join(", ")} and more` : names.join(", ");
  const [what, is] = names.length === 1 ? ["shard", "is"] : ["shards", "are"];
  throw new CommandError(
    `${folder} is not whole: ${what} ${shown} ${is} missing. isic image download with --shard brings it, without --shard all that is missing.`,
  );
}

/** @throws CommandError unless all that was wrong is right now */
function checkMended({ unmendable, download }: RepairResult): void {
  // Those that only could not be fetched may come another time.
  if (!unmendable.some(({ reason }) => reason.includes("cannot be mended"))) checkSummary(download);
  if (unmendable.length === 0) return;
  throw new CommandError(`${plural(unmendable.length, "file")} cannot be mended: see above.`);
}

function printMended(
  { mended, unmendable, download }: RepairResult,
  options: ImageVerifyOptions,
  terminal: Terminal,
): void {
  const { out } = terminal;
  out.line(`${plural(mended, "file")} mended in ${download.target}.`);
  if (unmendable.length > 0) printBroken(unmendable, terminal);
  if (options.quiet !== true && download.changed.length > 0) printChanged(download, terminal);
}

function noteUndecoded({ undecoded }: VerifyResult, { quiet }: ImageVerifyOptions, { err }: Terminal): void {
  if (undecoded === 0 || quiet === true) return;
  const [were, them] = undecoded === 1 ? ["was", "it"] : ["were", "them"];
  const what = `${plural(undecoded, "file")} ${were} checked by hash only`;
  err.line(`note: ${what}: "sharp" would decode ${them} (npm install sharp, beside isic).`);
}

function printResult(folder: string, result: VerifyResult, terminal: Terminal): void {
  const { broken, files, bytes: size, missingShards } = result;
  if (broken.length > 0) {
    printBroken(broken, terminal);
    return;
  }
  const all = missingShards.length > 0 ? "those there are as they should be" : "all as they should be";
  terminal.out.line(`${folder}: ${plural(files, "file")} (${bytes(size)}), ${all}.`);
}

function printBroken(broken: readonly BrokenFile[], { out }: Terminal): void {
  out.block(table(COLUMNS, broken.slice(0, SHOWN), out.width));
  if (broken.length > SHOWN) out.line(`... and ${count(broken.length - SHOWN)} more`);
}

async function mend(
  folder: string,
  broken: readonly BrokenFile[],
  options: ImageVerifyOptions,
  terminal: Terminal,
): Promise<RepairResult> {
  const connected = await connectClient(options, terminal);
  const entries = await readManifest(folder);
  checkSameServer(entries, connected, terminal);
  const isBroken = new Set(broken.map(({ entry }) => entry.id));
  const { selection, parts } = selectionOfEntries(entries.filter(({ id }) => isBroken.has(id)));
  // What a file is a copy of, and where it belongs, holds for the set: a failed one does not say it itself.
  const { resize, engine } = selectionOfEntries(entries);
  const { expected: _, ...handedOn } = engine;
  const progress = progressLine(terminal.err, "repairing", options.quiet);
  const source = await downloadSource(connected.archive, selection);
  return repair(source, folder, broken, {
    ...decoding(options),
    download: {
      parts,
      ...handedOn,
      ...(resize === undefined ? {} : { resize: { longerSide: resize, convert: resizedCopy(resize) } }),
      concurrency: options.concurrency,
      onProgress: (state) => progress.update(state),
    },
    signal: terminal.signal,
    onWait: (holder) => terminal.err.line(`note: ${whoWorks(holder)} in ${folder}; waiting for it to end.`),
  }).finally(() => progress.end());
}
