import { type BrokenFile, download, downloadSource, markBroken, nodeCodecs, readManifest, verify } from "isic/node";
import type { ImageVerifyOptions } from "./commands/image-verify.ts";
import { connectClient } from "./connect.ts";
import { checkServer, selectionOfEntries } from "./download-manifest.ts";
import { printSummary } from "./download-summary.ts";
import { CommandError } from "./print/failure.ts";
import { progressLine } from "./print/progress.ts";
import { type Column, count, table } from "./print/table.ts";
import { bytes, plural } from "./print/units.ts";
import { smaller } from "./smaller.ts";
import { line, type Terminal, widthOf } from "./terminal.ts";

const SHOWN = 50;

const COLUMNS: readonly Column<BrokenFile>[] = [
  { title: "file", value: ({ entry }) => entry.file ?? entry.name },
  { title: "trouble", value: (row) => row.trouble },
  { title: "why", flexible: true, value: (row) => row.reason },
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
  if (options.json === true && options.repair !== true) line(terminal.out, JSON.stringify({ folder, ...result }));
  if (broken.length === 0) {
    if (options.json !== true)
      line(terminal.out, `${folder}: ${plural(files, "file")} (${bytes(result.bytes)}), all as they should be.`);
    return;
  }
  if (options.json !== true) {
    line(terminal.out, table(COLUMNS, broken.slice(0, SHOWN), widthOf(terminal.out)));
    if (broken.length > SHOWN) line(terminal.out, `... and ${count(broken.length - SHOWN)} more`);
  }
  if (options.repair !== true) {
    const message = `${count(broken.length)} of ${plural(files, "file")} in ${folder} are not right; --repair fetches them again.`;
    throw new CommandError(message);
  }
  await repair(folder, broken, options, terminal);
}

async function repair(
  folder: string,
  broken: readonly BrokenFile[],
  options: ImageVerifyOptions,
  terminal: Terminal,
): Promise<void> {
  const connected = await connectClient(options, terminal);
  const entries = await readManifest(folder);
  checkServer(entries, connected, terminal);
  const isBroken = new Set(broken.map(({ entry }) => entry.id));
  const { selection, parts } = selectionOfEntries(entries.filter(({ id }) => isBroken.has(id)));
  // What a file is a copy of, and where it belongs, holds for the set: a failed one does not say it itself.
  const { resize, engine } = selectionOfEntries(entries);
  const expected = await markBroken(folder, broken);
  const progress = progressLine(terminal.err, "repairing", options.quiet);
  const summary = await download(await downloadSource(connected.client, selection), folder, {
    parts,
    ...engine,
    ...(resize === undefined ? {} : { resize: { longerSide: resize, convert: smaller(resize) } }),
    concurrency: options.concurrency,
    expected: (id, part) => expected.get(`${id}/${part}`),
    signal: terminal.signal,
    onProgress: (state) => progress.update(state),
  }).finally(() => progress.end());
  printSummary(summary, options, terminal);
}
