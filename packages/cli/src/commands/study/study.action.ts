import type { IsicApi, Study } from "isic/node";
import { connect } from "../../connection/connect.ts";
import { CommandError } from "../../output/failure.ts";
import { type Column, table } from "../../output/table.ts";
import type { Terminal } from "../../output/terminal.ts";
import { plural } from "../../output/units.ts";
import type { GlobalOptions } from "../options.ts";

/** Lists the studies that this account may see. */
export async function studyList(options: GlobalOptions, terminal: Terminal): Promise<void> {
  const api = await connectToStudies(options, terminal);
  const studies = await api.studyList({ signal: terminal.signal });
  if (options.json === true) {
    terminal.out.json(studies);
    return;
  }
  const columns: Column<Study>[] = [
    { title: "id", value: (study) => study.id },
    { title: "name", flexible: true, value: (study) => study.name },
    { title: "images", align: "right", value: (study) => study.images.length },
    { title: "readers", align: "right", value: (study) => study.users.length },
    { title: "features", align: "right", value: (study) => study.features.length },
  ];
  terminal.out.block(table(columns, studies, terminal.out.width));
}

/** Shows what a study asks, whom, and about which images. */
export async function studyShow(name: string, options: GlobalOptions, terminal: Terminal): Promise<void> {
  const api = await connectToStudies(options, terminal);
  const study = await api.study(name, { signal: terminal.signal });
  if (options.json === true) {
    terminal.out.json(study);
    return;
  }
  const say = (text: string): void => terminal.out.line(text);
  const heading = (text: string): void => {
    say("");
    say(text);
  };
  say(`${study.name} (${study.id})`);
  if (study.description !== "") say(study.description);
  const completed = Object.values(study.userCompletion).reduce((sum, each) => sum + each, 0);
  heading(
    `${plural(study.images.length, "image")}, ${plural(study.users.length, "reader")}, ${plural(completed, "complete annotation")}`,
  );
  if (study.questions.length > 0) heading("Questions");
  for (const { id, choices } of study.questions) say(`  ${id}: ${choices.join(" | ")}`);
  if (study.features.length > 0) heading("Features");
  for (const { id } of study.features) say(`  ${id}`);
  const names = study.imageNames();
  heading("Images");
  say(`  ${names.slice(0, 10).join(", ")}${names.length > 10 ? `, ... (--json lists all ${names.length})` : ""}`);
}

/** Lists who answered what about which image, and marked which features. */
export async function studyAnnotations(name: string, options: GlobalOptions, terminal: Terminal): Promise<void> {
  const api = await connectToStudies(options, terminal);
  const { signal } = terminal;
  const study = await api.study(name, { signal });
  const annotations = await annotationsOf(api, study, signal);
  if (options.json === true) {
    for (const record of annotations) terminal.out.json(record);
    return;
  }
  const readers = new Map(study.users.map((user) => [user._id, user.name]));
  const columns: Column<AnnotationRecord>[] = [
    { title: "image", value: ({ image }) => image.name },
    { title: "reader", value: ({ user }) => readers.get(user._id) ?? user.name },
    { title: "state", value: ({ state }) => state },
    { title: "answers", flexible: true, value: ({ responses = {} }) => Object.values(responses).join(", ") },
    { title: "marked", flexible: true, value: ({ markups = {} }) => markedIn(markups).join(", ") },
  ];
  terminal.out.block(table(columns, annotations, terminal.out.width));
  if (options.quiet !== true) terminal.err.line(`${plural(annotations.length, "annotation")}.`);
}

type AnnotationRecord = Awaited<ReturnType<typeof annotationsOf>>[number];

/** The records alone: which superpixels were marked is a request per feature and reader, and not shown here. */
async function annotationsOf({ client }: IsicApi, study: Study, signal: AbortSignal) {
  if (!("annotations" in client)) throw new CommandError("This server has no annotations.");
  return client.annotations.list(study.id, { signal });
}

const markedIn = (markups: Readonly<Record<string, boolean>>): string[] =>
  Object.keys(markups).filter((feature) => markups[feature] === true);

/** Only v1 shows studies to everybody. */
export function connectToStudies(options: GlobalOptions, terminal: Terminal): Promise<IsicApi> {
  if (options.api === "v1") return connect(options, terminal);
  const message = "v2 shows studies to the archive's staff only: name a v1 server, --api v1 --server URL.";
  throw new CommandError(message, 2);
}
