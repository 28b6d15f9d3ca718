import { readFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import {
  type BuildProgress,
  buildDataset,
  type DatasetLock,
  isIsicError,
  previewDataset,
  type Recipe,
  readLock,
  readRecipe,
} from "isic/node";
import { connectClient } from "../../connection/connect.ts";
import { CommandError } from "../../output/failure.ts";
import { type ProgressLine, progressLine } from "../../output/progress.ts";
import type { Terminal } from "../../output/terminal.ts";
import { plural } from "../../output/units.ts";
import type { DatasetBuildOptions } from "./build.ts";
import { printBuilt, printPreview } from "./summary.ts";

/** Makes a set from a recipe, or from another set's lock. */
export async function datasetBuild(
  first: string,
  second: string | undefined,
  options: DatasetBuildOptions,
  terminal: Terminal,
): Promise<void> {
  const { from } = options;
  if ((from === undefined) !== (second !== undefined)) {
    const usage =
      from === undefined ? "isic dataset build RECIPE FOLDER" : "isic dataset build --from FOLDER NEW-FOLDER";
    throw new CommandError(
      `${from === undefined ? "The folder to make is missing" : "With --from there is no recipe"}: ${usage}.`,
      2,
    );
  }
  const folder = second ?? first;
  const what = from === undefined ? await recipeOf(first) : await lockOf(from);
  if (options.dryRun === true && !("selection" in what)) {
    throw new CommandError("--dry-run is for a recipe: with --from the set is what its lock file says.", 2);
  }
  const { archive } = await connectClient(options, terminal);
  const progress = new StageProgress(terminal, options.quiet === true);
  const how = {
    archive,
    base: dirname(resolve(from ?? first)),
    concurrency: options.concurrency,
    signal: terminal.signal,
    onProgress: (state: BuildProgress) => progress.update(state),
  };
  if (options.dryRun === true && "selection" in what) {
    const preview = await previewDataset(what, folder, how).finally(() => progress.end());
    printPreview(preview, options, terminal);
    return;
  }
  const built = await buildDataset(what, folder, how).finally(() => progress.end());
  printBuilt(built, options, terminal);
  if (built.differences.length > 0) {
    throw new CommandError(`${plural(built.differences.length, "difference")} from ${from}.`);
  }
}

async function recipeOf(path: string): Promise<Recipe> {
  const text = await readFile(path, "utf8");
  try {
    return readRecipe(text);
  } catch (error) {
    if (!isIsicError(error, "RecipeError")) throw error;
    const sentences = error.message.split("\n");
    const head = sentences.length === 1 ? `${path}: ${sentences[0]}` : `${path} has ${sentences.length} mistakes:`;
    const picture = sentences.length === 1 ? {} : { picture: sentences.map((each) => `  ${each}`) };
    throw new CommandError(head, 2, { cause: error, ...picture });
  }
}

async function lockOf(path: string): Promise<DatasetLock> {
  const lock = await readLock(path);
  if (lock === undefined)
    throw new CommandError(`${path} has no dataset.lock.json: name a folder that isic dataset build has made.`, 2);
  return lock;
}

const TITLES: Readonly<Record<BuildProgress["stage"], string>> = {
  select: "selecting",
  fetch: "downloading",
  make: "making",
  write: "writing",
};

/** A line for each stage in turn. */
class StageProgress {
  readonly #terminal: Terminal;
  readonly #isQuiet: boolean;
  #stage: BuildProgress["stage"] | undefined;
  #line: ProgressLine | undefined;

  constructor(terminal: Terminal, isQuiet: boolean) {
    this.#terminal = terminal;
    this.#isQuiet = isQuiet;
  }

  update({ stage, ...state }: BuildProgress): void {
    if (stage !== this.#stage) {
      this.end();
      this.#line = progressLine(this.#terminal.err, TITLES[stage], this.#isQuiet);
      this.#stage = stage;
    }
    this.#line?.update(state);
  }

  end(): void {
    this.#line?.end();
  }
}
