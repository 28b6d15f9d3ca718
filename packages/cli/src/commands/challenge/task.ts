// The task that --task names.
import { TASKS, type TaskName, taskOf, UnknownTaskError } from "@isic/challenge/node";
import { CommandError } from "../../output/failure.ts";

/** The task by its name in any case. @throws CommandError (not understood) that lists the tasks there are */
export function givenTask(name: string | undefined): TaskName {
  if (name === undefined) throw new CommandError(`--task is missing; the tasks are ${TASKS.join(", ")}.`, 2);
  try {
    return taskOf(name.trim().toLowerCase() as TaskName).name;
  } catch (error) {
    if (error instanceof UnknownTaskError) throw new CommandError(`--task: ${error.message}`, 2);
    throw error;
  }
}
