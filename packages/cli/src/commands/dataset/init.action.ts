import { once } from "node:events";
import { stat } from "node:fs/promises";
import { createInterface } from "node:readline/promises";
import { writeOutput } from "@isic/cache-fs/files";
import { exampleRecipe, type RecipeAnswers, readRecipe } from "isic/node";
import { CommandError } from "../../output/failure.ts";
import type { Terminal } from "../../output/terminal.ts";
import { CHALLENGES, LAYOUTS } from "./choices.ts";
import type { DatasetInitOptions } from "./init.ts";

/** Writes a recipe; what no option says is asked on a terminal, and else the ordinary. */
export async function datasetInit(path: string, options: DatasetInitOptions, terminal: Terminal): Promise<void> {
  if ((await stat(path).catch(() => undefined)) !== undefined) {
    throw new CommandError(`${path} is there already: name another file, or remove it.`, 2);
  }
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

/** Asks what is not given; an empty answer takes the ordinary. */
async function asked(given: RecipeAnswers, { err, signal }: Terminal): Promise<RecipeAnswers> {
  const asking = createInterface({ input: process.stdin, terminal: false });
  const ended = once(asking, "close").then(() => undefined);
  const ask = async (question: string, fits: (answer: string) => boolean = () => true): Promise<string | undefined> => {
    for (;;) {
      err.ask(`${question} `);
      const answer = (await Promise.race([asking.question("", { signal }), ended]))?.trim();
      if (answer === undefined || answer === "") return undefined;
      if (fits(answer)) return answer;
      err.line("That is none of them.");
    }
  };
  try {
    const title = given.title ?? (await ask("What is the set called?"));
    const search = given.search ?? (await ask("Which images, in the archive's search language (diagnosis_3:Nevus)?"));
    const challenge =
      given.challenge ??
      (await ask(`Classes of a challenge (${CHALLENGES.join(", ")}), or none for your own?`, (each) =>
        CHALLENGES.includes(each),
      ));
    const commercial =
      given.commercial ?? /^y(es)?$/i.test((await ask("Only what may be used commercially? [y/N]")) ?? "");
    const size =
      given.size ??
      numberOf(await ask("Pixels of the longer side? [512]", (each) => /^\d{1,5}$/.test(each) && Number(each) >= 8));
    const layout =
      given.layout ??
      (await ask(`How do files lie (${LAYOUTS.join(", ")})? [${LAYOUTS[0]}]`, (each) => LAYOUTS.includes(each)));
    return { title, search, challenge, commercial, size, layout };
  } finally {
    asking.close();
  }
}

const numberOf = (text: string | undefined): number | undefined => (text === undefined ? undefined : Number(text));
