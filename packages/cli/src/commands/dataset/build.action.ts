import { readFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import {
  type BuildProgress,
  type BuiltDataset,
  buildDataset,
  type DatasetLock,
  isIsicError,
  type Recipe,
  readLock,
  readRecipe,
} from "isic/node";
import { connectClient } from "../../connection/connect.ts";
import { CommandError } from "../../output/failure.ts";
import { type ProgressLine, progressLine } from "../../output/progress.ts";
import { type Column, count, table } from "../../output/table.ts";
import type { Terminal } from "../../output/terminal.ts";
import { plural } from "../../output/units.ts";
import type { DatasetBuildOptions } from "./build.ts";

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
  const { archive } = await connectClient(options, terminal);
  const progress = new StageProgress(terminal, options.quiet === true);
  const built = await buildDataset(what, folder, {
    archive,
    base: dirname(resolve(from ?? first)),
    concurrency: options.concurrency,
    signal: terminal.signal,
    onProgress: (state) => progress.update(state),
  }).finally(() => progress.end());
  print(built, options, terminal);
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

interface CountRow {
  readonly name: string;
  readonly counts: readonly number[];
}

const SHOWN = 20;

function print(built: BuiltDataset, options: DatasetBuildOptions, terminal: Terminal): void {
  if (options.json === true) {
    terminal.out.json(built);
    return;
  }
  const { folder, images, made, counts, leftOut, unlabelled, notes, duplicates, differences } = built;
  terminal.out.line(`${folder}: ${plural(images, "image")}, ${count(made)} of them made now.`);
  const parts = Object.keys(counts);
  const classes = [...new Set(Object.values(counts).flatMap((part) => Object.keys(part)))];
  const rows = classes.map((name): CountRow => ({ name, counts: parts.map((part) => counts[part]?.[name] ?? 0) }));
  const columns: Column<CountRow>[] = [
    { title: "class", flexible: true, value: (row) => row.name },
    ...parts.map((title, i): Column<CountRow> => ({ title, align: "right", value: (row) => row.counts[i] })),
  ];
  terminal.out.line();
  terminal.out.block(table(columns, rows, terminal.out.width));
  for (const { what, problem } of differences.slice(0, SHOWN)) terminal.out.line(`${what}: ${problem}.`);
  if (differences.length > SHOWN) terminal.out.line(`... and ${count(differences.length - SHOWN)} more`);
  if (options.quiet === true) return;
  const reasons = new Map<string, number>();
  for (const { reason } of leftOut) reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
  for (const [reason, number] of reasons) terminal.err.line(`note: ${count(number)} left out: ${reason}.`);
  for (const [diagnosis, number] of Object.entries(unlabelled).slice(0, SHOWN))
    terminal.err.line(`note: ${count(number)} without a class: ${diagnosis}.`);
  if (duplicates.length > 0)
    terminal.err.line(`note: ${plural(duplicates.length, "group")} of pictures that show the same.`);
  for (const note of notes) terminal.err.line(`note: ${note}`);
}
