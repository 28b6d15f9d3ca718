// What is wrong with a ground truth or a submission, for people.
import { type Mistake, TruthError } from "@isic/challenge/node";
import { CommandError } from "../../output/failure.ts";
import type { Output, Terminal } from "../../output/terminal.ts";
import { plural } from "../../output/units.ts";

/** All of them, a line each. */
export function printMistakes(output: Output, mistakes: readonly Mistake[]): void {
  for (const { message } of mistakes) output.line(message);
}

/** Runs `work`; where the ground truth is not the task's, everything that is wrong with it is listed. */
export async function withSoundTruth<T>(
  truth: string,
  task: string,
  json: boolean | undefined,
  terminal: Terminal,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof TruthError)) throw error;
    const { mistakes } = error;
    if (json === true) terminal.out.json({ task, truthMistakes: mistakes });
    else printMistakes(terminal.out, mistakes);
    throw new CommandError(`${truth} is no ground truth of task ${task}: ${plural(mistakes.length, "mistake")}.`);
  }
}
