import { extname } from "node:path";
import { writeOutput } from "@isic/cache-fs/files";
import { buildMap, drawOutlines, type LabelImage, pixelCounts } from "@isic/core-wasm";
import { type ComputeOptions, nodeCodecs } from "isic/node";
import { CommandError } from "../../output/failure.ts";
import { checkNotOverwritten } from "../../output/files.ts";
import { checkPictureName, writePicture } from "../../output/picture-files.ts";
import { count } from "../../output/table.ts";
import type { Terminal } from "../../output/terminal.ts";
import { openPhoto } from "../../selection/photo.ts";
import type { SuperpixelsOptions } from "./superpixels.ts";

/** Superpixels of a file or of an image of the archive: as labels, as a picture, or in numbers. */
export async function superpixels(what: string, options: SuperpixelsOptions, terminal: Terminal): Promise<void> {
  const { output, outline } = options;
  if (output !== undefined && extname(output).toLowerCase() !== ".png") {
    throw new CommandError(`${output}: labels are written as .png, the only format that keeps them exactly.`, 2);
  }
  if (outline !== undefined) checkPictureName(outline);
  await checkNotOverwritten(what, { "-o": output, "--outline": outline });
  const photo = await openPhoto(what, options, terminal);
  const { labels, origin } = await photo.superpixels(computeOptions(options));
  if (output !== undefined) await writeOutput(output, await nodeCodecs.writeSuperpixels(labels));
  if (outline !== undefined) {
    drawOutlines(photo.raster, labels, { color: options.color });
    await writePicture(outline, photo.raster);
  }
  report(photo.name, labels, origin, options, terminal);
}

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
