import {
  type BrokenFile,
  type DownloadSummary,
  download,
  downloadSource,
  markBroken,
  nodeCodecs,
  readManifest,
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
import { checkSameServer, selectionOfEntries } from "./download-manifest.ts";
import { checkSummary, printSummary } from "./download-summary.ts";
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
  const decode = (file: Uint8Array<ArrayBuffer>, { name }: { readonly name: string }) =>
    nodeCodecs.decode(file, { what: name });
  const result = await verify(folder, {
    ...(options.decode === false ? {} : { decode }),
    signal,
    onProgress: (state) => progress.update(state),
  }).finally(() => progress.end());
  const { broken, files } = result;
  const mends = options.repair === true && broken.length > 0;
  if (options.json !== true) printResult(folder, result, terminal);
  else if (!mends) terminal.out.json({ folder, ...result });
  noteUndecoded(result, options, terminal);
  if (broken.length === 0) return;
  if (!mends) {
    const message = `${count(broken.length)} of ${plural(files, "file")} in ${folder} are not right; --repair fetches them again.`;
    throw new CommandError(message);
  }
  const repaired = await repair(folder, broken, options, terminal);
  if (options.json !== true) return printSummary(repaired, options, terminal);
  terminal.out.json({ folder, ...result, repaired });
  checkSummary(repaired);
}

function noteUndecoded({ undecoded }: VerifyResult, { quiet }: ImageVerifyOptions, { err }: Terminal): void {
  if (undecoded === 0 || quiet === true) return;
  const [were, them] = undecoded === 1 ? ["was", "it"] : ["were", "them"];
  const what = `${plural(undecoded, "file")} ${were} checked by hash only`;
  err.line(`note: ${what}: "sharp" would decode ${them} (npm install sharp, beside isic).`);
}

function printResult(folder: string, { broken, files, bytes: size }: VerifyResult, terminal: Terminal): void {
  if (broken.length === 0) {
    terminal.out.line(`${folder}: ${plural(files, "file")} (${bytes(size)}), all as they should be.`);
    return;
  }
  terminal.out.block(table(COLUMNS, broken.slice(0, SHOWN), terminal.out.width));
  if (broken.length > SHOWN) terminal.out.line(`... and ${count(broken.length - SHOWN)} more`);
}

async function repair(
  folder: string,
  broken: readonly BrokenFile[],
  options: ImageVerifyOptions,
  terminal: Terminal,
): Promise<DownloadSummary> {
  const connected = await connectClient(options, terminal);
  const entries = await readManifest(folder);
  checkSameServer(entries, connected, terminal);
  const isBroken = new Set(broken.map(({ entry }) => entry.id));
  const { selection, parts } = selectionOfEntries(entries.filter(({ id }) => isBroken.has(id)));
  // What a file is a copy of, and where it belongs, holds for the set: a failed one does not say it itself.
  const { resize, engine } = selectionOfEntries(entries);
  const expected = await markBroken(folder, broken);
  const progress = progressLine(terminal.err, "repairing", options.quiet);
  return download(await downloadSource(connected.client, selection), folder, {
    parts,
    ...engine,
    ...(resize === undefined ? {} : { resize: { longerSide: resize, convert: resizedCopy(resize) } }),
    concurrency: options.concurrency,
    expected: (id, part) => expected.get(`${id}/${part}`),
    signal: terminal.signal,
    onProgress: (state) => progress.update(state),
  }).finally(() => progress.end());
}
