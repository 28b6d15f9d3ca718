import { realpath } from "node:fs/promises";
import { resolve, sep } from "node:path";
import { filesAt, type ImportReport, importChallenge } from "@isic/challenge/node";
import { CommandError } from "../../output/failure.ts";
import { progressLine } from "../../output/progress.ts";
import type { Terminal } from "../../output/terminal.ts";
import { plural } from "../../output/units.ts";
import type { ChallengeImportOptions } from "./challenge.ts";
import { printMistakes, withSoundTruth } from "./mistakes.ts";
import { givenTask } from "./task.ts";

/** Makes a folder of a ground truth and its images that `isic serve --data` opens. */
export async function challengeImport(
  truth: string,
  folder: string,
  options: ChallengeImportOptions,
  terminal: Terminal,
): Promise<void> {
  const task = givenTask(options.task);
  const { json, quiet, images } = options;
  const { signal } = terminal;
  await checkApart(folder, truth);
  const progress = progressLine(terminal.err, "importing", quiet);
  const report = await withSoundTruth(truth, task, json, terminal, async () => {
    const pictures = images === undefined ? {} : { images: await filesAt(images) };
    return importChallenge(task, await filesAt(truth), folder, { ...pictures, signal, onProgress: progress.update });
  }).finally(() => progress.end());
  const { mistakes } = report;
  if (json === true) terminal.out.json({ task, folder, ...report });
  else {
    terminal.out.line(`${plural(report.images, "image")} of task ${task} in ${folder}: ${writtenOf(report)}.`);
    printMistakes(terminal.out, mistakes);
  }
  const leftOut = new Set(mistakes.map(({ file, image }) => file ?? image)).size;
  if (leftOut > 0) throw new CommandError(`${plural(leftOut, "file")} left out of ${folder}.`);
  if (quiet !== true) terminal.err.line(`Try: isic serve --data ${folder}`);
}

function writtenOf({ photos, superpixels, masks, features }: ImportReport): string {
  const counts = [
    [photos, "photo"],
    [superpixels, "superpixel map"],
    [masks, "lesion mask"],
    [features, "feature file"],
  ] as const;
  const written = counts.filter(([n]) => n > 0).map(([n, noun]) => plural(n, noun));
  return written.length === 0 ? "records only" : written.join(", ");
}

/** What is written would be read as a second ground truth next time. */
async function checkApart(folder: string, truth: string): Promise<void> {
  const [target, source] = [await placeOf(folder), await placeOf(truth)];
  if (target !== source && !target.startsWith(source + sep)) return;
  throw new CommandError(`${folder} is the ground truth itself, or lies in it: name another folder.`, 2);
}

const placeOf = (path: string): Promise<string> => realpath(path).catch(() => resolve(path));
