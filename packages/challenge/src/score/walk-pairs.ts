// The walk that tasks of many files share: each file of the ground truth with the one that answers it, a few at a time.
import type { Mistake } from "../check/mistakes.ts";
import type { ChallengeFiles } from "../files/files.ts";
import type { ArrayTask, MaskTask } from "../tasks/tasks.ts";
import { inOrder } from "./in-order.ts";
import { answersTo, type Item, itemsOfSubmission, type Pair, truthFiles } from "./pair-files.ts";
import { type Run, readFile } from "./run.ts";

/** So many pairs are read and decoded at a time; no others are held. */
const AT_ONCE = 4;

/** A file of a pair: its bytes, what it is called, and where its mistakes go. */
export interface PairFile {
  readonly side: "truth" | "submission";
  readonly name: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly mistakes: Mistake[];
}

/**
 * Scores pair by pair, in the order of the ground truth. Without a ground truth every file of the submission is a pair that has
 * only one side. A file that cannot be read is a mistake, and `undefined` here.
 */
export async function walkPairs<Result>(
  task: MaskTask | ArrayTask,
  truth: ChallengeFiles | undefined,
  submission: ChallengeFiles,
  { signal, onProgress }: Run,
  score: (item: Item, submission: PairFile | undefined, truth: PairFile | undefined) => Promise<Result | undefined>,
): Promise<{ readonly truthMistakes: Mistake[]; readonly mistakes: Mistake[]; readonly results: readonly Result[] }> {
  const known = truth === undefined ? undefined : truthFiles(task, truth);
  const { pairs, mistakes: unpaired } = answersTo(
    task,
    known?.items ?? itemsOfSubmission(task, submission),
    submission,
  );
  const truthMistakes = [...(known?.mistakes ?? [])];
  const mistakes = [...unpaired];
  let bytes = 0;
  const open = async (item: Item, side: PairFile["side"], name: string): Promise<PairFile | undefined> => {
    const found = side === "truth" ? truthMistakes : mistakes;
    const source = side === "truth" && truth !== undefined ? truth : submission;
    const content = await readFile(source, { ...item, file: name }, found, signal);
    bytes += content?.length ?? 0;
    return content === undefined ? undefined : { side, name, bytes: content, mistakes: found };
  };
  const work = async ({ item, truth: expected, submission: given }: Pair): Promise<Result | undefined> => {
    const truthFile = expected === undefined ? undefined : await open(item, "truth", expected.name);
    return score(item, await open(item, "submission", given.name), truthFile);
  };
  const results: Result[] = [];
  let done = 0;
  for await (const result of inOrder(pairs, AT_ONCE, work)) {
    if (result !== undefined) results.push(result);
    done++;
    onProgress?.({ done, total: pairs.length, bytes });
  }
  return { truthMistakes, mistakes, results };
}
