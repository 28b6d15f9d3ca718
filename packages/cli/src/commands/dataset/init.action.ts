import { once } from "node:events";
import { stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { createInterface } from "node:readline/promises";
import { writeOutput } from "@isic/cache-fs/files";
import { nearMatches } from "@isic/select";
import { parseQuery } from "@isic/select/query";
import { exampleRecipe, type RecipeAnswers, readRecipe } from "isic/node";
import { CommandError } from "../../output/failure.ts";
import { exitCode, type Terminal } from "../../output/terminal.ts";
import { CHALLENGES, LAYOUTS } from "./choices.ts";
import type { DatasetInitOptions } from "./init.ts";

/** Writes a recipe; what no option says is asked on a terminal, and else the ordinary. */
export async function datasetInit(path: string, options: DatasetInitOptions, terminal: Terminal): Promise<void> {
  if (options.force !== true && (await stat(path).catch(() => undefined)) !== undefined) {
    throw new CommandError(`${path} is there already: name another file, remove it, or write over it with --force.`, 2);
  }
  // Before anything is asked.
  await stat(dirname(resolve(path)));
  const { title, search, labels, commercial, size, layout } = options;
  const given: RecipeAnswers = { title, search, challenge: labels, commercial, size, layout };
  const isTerminal = process.stdin.isTTY === true && terminal.err.isTTY && options.json !== true;
  const published = new Date().toISOString().slice(0, 10);
  const text = exampleRecipe({ ...(isTerminal ? await asked(given, terminal) : given), published });
  // What it is given may not go together; said before the file is there.
  readRecipe(text);
  await writeOutput(path, text);
  if (options.json === true) terminal.out.json({ recipe: path });
  else if (options.quiet !== true)
    terminal.err.line(`${path} is written. Look at it, then: isic dataset build ${path} FOLDER`);
}

/** Asks what is not given; an empty answer takes the ordinary. Ctrl-D ends it like Ctrl-C. */
async function asked(given: RecipeAnswers, { err, signal }: Terminal): Promise<RecipeAnswers> {
  const asking = createInterface({ input: process.stdin, terminal: false });
  const ended = once(asking, "close").then(() => undefined);
  const ask = async (question: string, usual: string, mistake: Mistake): Promise<string | undefined> => {
    for (;;) {
      err.ask(`${question} [${usual}] `);
      const answer = (await Promise.race([asking.question("", { signal }), ended]))?.trim();
      if (answer === undefined) throw new CommandError("Stopped.", exitCode.interrupted);
      if (answer === "") return undefined;
      const problem = mistake(answer);
      if (problem === undefined) return answer;
      err.line(problem);
    }
  };
  const usual = readRecipe(exampleRecipe());
  try {
    const title = given.title ?? (await ask("What is the set called?", usual.title, () => undefined));
    const search =
      given.search ??
      (await ask("Which images, in the archive's search language?", usual.selection.search ?? "", searchMistake));
    const challenge =
      given.challenge ??
      (await ask(`Classes of a challenge (${CHALLENGES.join(", ")})?`, "rules of your own", oneOf(CHALLENGES)));
    const commercial =
      given.commercial ?? isYes(await ask("Only what may be used commercially, y or n?", "n", yesNoMistake));
    const size = given.size ?? numberOf(await ask("Pixels of the longer side?", "512", sizeMistake));
    const layout =
      given.layout ?? (await ask(`How do files lie (${LAYOUTS.join(", ")})?`, LAYOUTS[0] as string, oneOf(LAYOUTS)));
    return { title, search, challenge, commercial, size, layout };
  } catch (error) {
    err.line();
    throw error;
  } finally {
    asking.close();
  }
}

/** Why an answer is none, if it is. */
type Mistake = (answer: string) => string | undefined;

const oneOf =
  (words: readonly string[]): Mistake =>
  (answer) => {
    if (words.includes(answer)) return undefined;
    const [near] = nearMatches(answer, words);
    return near === undefined ? `Expected one of ${words.join(", ")}.` : `Did you mean ${near}?`;
  };

const sizeMistake: Mistake = (answer) =>
  /^\d{1,5}$/.test(answer) && Number(answer) >= 8 && Number(answer) <= 16_384
    ? undefined
    : "Expected a whole number from 8 to 16384.";

const searchMistake: Mistake = (answer) => {
  try {
    parseQuery(answer);
    return undefined;
  } catch (error) {
    // What comes below shows the place.
    return (error as Error).message.split("\n")[0];
  }
};

const yesNoMistake: Mistake = (answer) => (/^(y(es)?|no?)$/i.test(answer) ? undefined : "Answer y or n.");
const isYes = (answer: string | undefined): boolean => /^y/i.test(answer ?? "");
const numberOf = (text: string | undefined): number | undefined => (text === undefined ? undefined : Number(text));
