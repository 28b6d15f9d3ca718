import { join } from "node:path";
import { distinctFileNames, makeFolder, writeOutput } from "@isic/cache-fs/files";
import { type HeatMapStats, isIsicError, nodeCodecs, type Study } from "isic/node";
import { CommandError } from "../../output/failure.ts";
import { closedFor } from "../../output/files.ts";
import { progressLine } from "../../output/progress.ts";
import type { Terminal } from "../../output/terminal.ts";
import { plural } from "../../output/units.ts";
import type { StudyHeatmapOptions } from "./heatmap.ts";
import { loadStudy } from "./load-study.ts";
import type { StudyMontageOptions } from "./montage.ts";
import { type HeatMapCommandOptions, heatMapOptions } from "./study-options.ts";

/** Paints a heat map of each image into a folder. */
export async function studyHeatmap(name: string, options: StudyHeatmapOptions, terminal: Terminal): Promise<void> {
  const { api, study } = await loadStudy(name, options, terminal);
  const closed = closedFor(api.archive);
  const look = heatMapOptions(options);
  const all = new Map<string, HeatMapStats>();
  await forEachImage(study, { ...options, ...closed }, terminal, async (imageName, stem) => {
    const { signal } = terminal;
    const image = await api.image(imageName, { signal });
    await image.loadImageData({ signal });
    await image.loadSuperpixels({ signal });
    if (options.outline) await image.loadSegmentation({ signal });
    const heatMap = study.heatMap(image, look);
    heatMap.draw(image);
    all.set(imageName, heatMap.stats());
    const file = join(options.output, `${stem}.png`);
    await writeOutput(file, await nodeCodecs.encodePng(image.data!), closed);
    return [file];
  });
  if (options.stats !== undefined)
    await writeOutput(options.stats, `${JSON.stringify(Object.fromEntries(all))}\n`, closed);
}

/** Makes a figure of each image in a folder. */
export async function studyMontage(name: string, options: StudyMontageOptions, terminal: Terminal): Promise<void> {
  const { api, study } = await loadStudy(name, options, terminal);
  const closed = closedFor(api.archive);
  const { exemplars, longerSide, captions, format } = options;
  if (exemplars !== undefined)
    await study.loadMetaData(exemplars, {
      listToDict: true,
      dictKey: "name",
      extractKey: "exemplar",
      signal: terminal.signal,
    });
  const look = { ...heatMapOptions(options), longerSide, captions, signal: terminal.signal };
  await forEachImage(study, { ...options, ...closed }, terminal, async (imageName, stem) => {
    const figure = await study.montage(imageName, look);
    const files: string[] = [];
    for (const kind of new Set(format)) {
      const file = join(options.output, `${stem}.${kind}`);
      await writeOutput(file, kind === "svg" ? await figure.svg() : await figure.png(), closed);
      files.push(file);
    }
    return files;
  });
}

/** One after the other; an image that this account may not see, or that cannot be read, does not stop the others. */
async function forEachImage(
  study: Study,
  { image, output, json, quiet, private: isPrivate }: HeatMapCommandOptions & { readonly private: boolean },
  terminal: Terminal,
  make: (imageName: string, stem: string) => Promise<readonly string[]>,
): Promise<void> {
  await makeFolder(output, { private: isPrivate });
  const names = image === undefined ? study.imageNames() : image;
  const stems = distinctFileNames([...study.imageNames(), ...names]);
  const line = progressLine(terminal.err, "images", quiet);
  const failed: string[] = [];
  let made = 0;
  for (const [i, name] of names.entries()) {
    terminal.signal.throwIfAborted();
    try {
      const files = await make(name, stems.get(name) as string);
      made += files.length;
      if (json === true) terminal.out.json({ image: name, files });
    } catch (error) {
      terminal.signal.throwIfAborted();
      if (!isIsicError(error)) throw error;
      // A name that is asked for and wrong is a mistake, not bad luck.
      if (isIsicError(error, "NotFoundError") && (image !== undefined || error.kind !== "image")) throw error;
      failed.push(name);
      line.end();
      terminal.err.line(`${name}: ${error.message}`);
    }
    line.update({ done: i + 1, total: names.length, failed: failed.length });
  }
  line.end();
  if (quiet !== true) terminal.err.line(`${plural(made, "picture")} in ${output}.`);
  if (failed.length > 0) throw new CommandError(`${plural(failed.length, "image")} of ${names.length} failed.`);
}
