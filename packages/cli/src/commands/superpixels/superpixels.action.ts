import { stat } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { extname, join } from "node:path";
import { foldedName, makeFolder, safeFileName, writeOutput } from "@isic/cache-fs/files";
import { buildMap, drawOutlines, type LabelImage, pixelCounts } from "@isic/core-wasm";
import { type ComputeOptions, nodeCodecs } from "isic/node";
import { CommandError, sentenceOf } from "../../output/failure.ts";
import { checkNotOverwritten } from "../../output/files.ts";
import { checkPictureName, writePicture } from "../../output/picture-files.ts";
import { progressLine } from "../../output/progress.ts";
import { count } from "../../output/table.ts";
import type { Terminal } from "../../output/terminal.ts";
import { plural } from "../../output/units.ts";
import { openPhoto, type Photo, photoOpener } from "../../selection/photo.ts";
import type { SuperpixelsOptions } from "./superpixels.ts";

/** Superpixels of files or of images of the archive: as labels, as pictures, or in numbers. */
export async function superpixels(
  photos: readonly string[],
  options: SuperpixelsOptions,
  terminal: Terminal,
): Promise<void> {
  const [only] = photos;
  if (photos.length === 1 && only !== undefined) return ofOne(only, options, terminal);
  return ofMany(photos, options, terminal);
}

async function ofOne(what: string, options: SuperpixelsOptions, terminal: Terminal): Promise<void> {
  const { output, outline } = options;
  if (output !== undefined && extname(output).toLowerCase() !== ".png") {
    throw new CommandError(`${output}: labels are written as .png, the only format that keeps them exactly.`, 2);
  }
  if (outline !== undefined) checkPictureName(outline);
  await checkNotOverwritten(what, { "-o": output, "--outline": outline });
  await make(await openPhoto(what, options, terminal), { output, outline }, options, terminal);
}

/** Photos side by side, one for each processor; one that fails does not stop the others. */
async function ofMany(photos: readonly string[], options: SuperpixelsOptions, terminal: Terminal): Promise<void> {
  for (const [option, folder] of Object.entries({ "-o": options.output, "--outline": options.outline })) {
    if (folder !== undefined && /\.(png|jpe?g)$/i.test(folder))
      throw new CommandError(`${option} ${folder}: of several photos, name a folder.`, 2);
    const found = folder === undefined ? undefined : await stat(folder).catch(() => undefined);
    if (found?.isDirectory() === false)
      throw new CommandError(`${option} ${folder} is a file: of several photos, name a folder.`, 2);
  }
  const progress = progressLine(terminal.err, "superpixels", options.quiet);
  const open = photoOpener({ ...options, quiet: true }, terminal);
  const names = new Map<string, string>();
  const failed: string[] = [];
  let done = 0;
  const work = async (what: string): Promise<void> => {
    const photo = await open(what);
    const other = names.get(foldedName(photo.name));
    if (other !== undefined && (options.output ?? options.outline) !== undefined)
      throw new CommandError(`it would get the files of ${other}.`);
    names.set(foldedName(photo.name), what);
    const name = safeFileName(photo.name, { maxBytes: 200 });
    const place = (folder: string | undefined, end: string) => folder && join(folder, `${name}_${end}`);
    const to = {
      output: place(options.output, "superpixels.png"),
      outline: place(options.outline, "outlines.png"),
    };
    await checkNotOverwritten(what, { "-o": to.output, "--outline": to.outline });
    for (const folder of [options.output, options.outline])
      if (folder !== undefined) await makeFolder(folder, photo.closed);
    await make(photo, to, options, terminal);
  };
  const waiting = [...photos];
  const lane = async (): Promise<void> => {
    for (let what = waiting.shift(); what !== undefined; what = waiting.shift()) {
      terminal.signal.throwIfAborted();
      await work(what).catch((error: unknown) => {
        terminal.signal.throwIfAborted();
        const reason = sentenceOf(error);
        failed.push(reason.includes(what) ? reason : `${what}: ${reason}`);
      });
      progress.update({ done: ++done, total: photos.length });
    }
  };
  try {
    await Promise.all(Array.from({ length: Math.min(availableParallelism(), photos.length) }, lane));
  } finally {
    progress.end();
  }
  for (const line of failed.sort()) terminal.err.line(line);
  if (failed.length > 0) throw new CommandError(`${plural(failed.length, "photo")} of ${count(photos.length)} failed.`);
}

interface Places {
  readonly output: string | undefined;
  readonly outline: string | undefined;
}

async function make(photo: Photo, to: Places, options: SuperpixelsOptions, terminal: Terminal): Promise<void> {
  const { labels, origin } = await photo.superpixels(computeOptions(options));
  if (to.output !== undefined) await writeOutput(to.output, await nodeCodecs.writeSuperpixels(labels), photo.closed);
  if (to.outline !== undefined) {
    drawOutlines(photo.raster, labels, { color: options.color });
    await writePicture(to.outline, photo.raster, photo.closed);
  }
  report(photo.name, labels, origin, { ...options, ...withoutUndefined(to) }, terminal);
}

const withoutUndefined = ({ output, outline }: Places): { output?: string; outline?: string } => ({
  ...(output === undefined ? {} : { output }),
  ...(outline === undefined ? {} : { outline }),
});

/** Parameters, or nothing: then the archive's own superpixels do where there are any. */
function computeOptions({ segments, compactness, sigma, compute }: SuperpixelsOptions): ComputeOptions | undefined {
  const given = { segments, compactness, sigma };
  const named = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  return compute === true || Object.keys(named).length > 0 ? named : undefined;
}

function report(
  name: string,
  labels: LabelImage,
  origin: string,
  options: SuperpixelsOptions,
  terminal: Terminal,
): void {
  const sizes = pixelCounts(buildMap(labels)).sort();
  const facts = {
    name,
    width: labels.width,
    height: labels.height,
    superpixels: labels.count,
    origin,
    pixels: { least: sizes[0] ?? 0, median: sizes[sizes.length >> 1] ?? 0, most: sizes.at(-1) ?? 0 },
    ...(options.output === undefined ? {} : { labels: options.output }),
    ...(options.outline === undefined ? {} : { outline: options.outline }),
  };
  if (options.json === true) {
    terminal.out.json(facts);
    return;
  }
  const { least, median, most } = facts.pixels;
  const made = origin === "served" ? "the archive's own" : "computed";
  terminal.out.line(
    `${name}: ${count(labels.count)} superpixels, ${made}, of ${least} to ${most} pixels (median ${median}).`,
  );
  if (options.output !== undefined) terminal.out.line(`  labels   ${options.output}`);
  if (options.outline !== undefined) terminal.out.line(`  outlines ${options.outline}`);
}
