/** A study with its annotations, for commands that look at what was marked. */
import type { IsicApi, Study } from "isic/node";
import { CommandError } from "../../output/failure.ts";
import { progressLine } from "../../output/progress.ts";
import type { Terminal } from "../../output/terminal.ts";
import { connectToStudies } from "./study.action.ts";
import type { SomeOfStudyOptions } from "./study-options.ts";

export async function loadStudy(
  name: string,
  options: SomeOfStudyOptions,
  terminal: Terminal,
): Promise<{ readonly api: IsicApi; readonly study: Study }> {
  const api = await connectToStudies(options, terminal);
  const { signal } = terminal;
  const study = await api.study(name, { signal });
  if (study.features.length === 0) throw new CommandError(`${study.name} has no features that readers could mark.`);
  const line = progressLine(terminal.err, "annotations", options.quiet);
  try {
    await study.loadAnnotations({ signal, onProgress: (state) => line.update(state) });
  } finally {
    line.end();
  }
  const isBegun = study.annotations.some(({ state }) => state === "complete");
  if (!isBegun && options.quiet !== true)
    terminal.err.line(`note: nobody has finished an image of ${study.name} yet: nothing is marked.`);
  return { api, study };
}
