import type { BuiltDataset, DatasetPreview } from "isic/node";
import { type Column, count, table } from "../../output/table.ts";
import type { Terminal } from "../../output/terminal.ts";
import { bytes, plural } from "../../output/units.ts";
import type { DatasetBuildOptions } from "./build.ts";

const SHOWN = 20;
/** So many names of images are told for each reason to leave them out. */
const NAMED = 10;

/** What a build has made. */
export function printBuilt(built: BuiltDataset, options: DatasetBuildOptions, terminal: Terminal): void {
  if (options.json === true) {
    terminal.out.json(built);
    return;
  }
  const { folder, images, made, differences, duplicates } = built;
  terminal.out.line(`${folder}: ${plural(images, "image")}, ${count(made)} of them made now.`);
  printCounts(built.counts, terminal);
  for (const { what, problem } of differences.slice(0, SHOWN)) terminal.out.line(`${what}: ${problem}.`);
  if (differences.length > SHOWN) terminal.out.line(`... and ${count(differences.length - SHOWN)} more`);
  if (options.quiet === true) return;
  printNotes(built, terminal);
  if (duplicates.length > 0)
    terminal.err.line(`note: ${plural(duplicates.length, "group")} of pictures that show the same.`);
}

/** What a build would make. */
export function printPreview(preview: DatasetPreview, options: DatasetBuildOptions, terminal: Terminal): void {
  if (options.json === true) {
    terminal.out.json(preview);
    return;
  }
  const { folder, images, there, groups, licences, free, estimated } = preview;
  const about = estimated > 0 ? "about " : "";
  const size = preview.bytes === undefined ? "of a size not known before" : bytes(preview.bytes);
  terminal.out.line(
    `${folder} would have ${plural(images, "image")}, ${count(there)} of them there already; ${about}${size} to fetch, ${bytes(free)} free there.`,
  );
  terminal.out.line(
    `${plural(groups.count, "group")} that are never parted; the largest has ${plural(groups.largest, "image")}.`,
  );
  printCounts(preview.counts, terminal);
  terminal.out.line();
  const rows = Object.entries(licences).sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
  terminal.out.block(table(LICENCES, rows, terminal.out.width));
  if (options.quiet !== true) printNotes(preview, terminal);
}

type LicenceRow = readonly [licence: string, images: number];

const LICENCES: readonly Column<LicenceRow>[] = [
  { title: "licence", flexible: true, value: ([licence]) => licence },
  { title: "images", align: "right", value: ([, images]) => images },
];

interface CountRow {
  readonly name: string;
  readonly counts: readonly number[];
}

/** Images of each class in each part. */
function printCounts(counts: BuiltDataset["counts"], terminal: Terminal): void {
  const parts = Object.keys(counts);
  const classes = [...new Set(Object.values(counts).flatMap((part) => Object.keys(part)))];
  const rows = classes.map((name): CountRow => ({ name, counts: parts.map((part) => counts[part]?.[name] ?? 0) }));
  const columns: Column<CountRow>[] = [
    { title: "class", flexible: true, value: (row) => row.name },
    ...parts.map((title, i): Column<CountRow> => ({ title, align: "right", value: (row) => row.counts[i] })),
  ];
  terminal.out.line();
  terminal.out.block(table(columns, rows, terminal.out.width));
}

/** What is left out and why, and what somebody should know besides. */
function printNotes(
  { leftOut, unlabelled, notes }: Pick<BuiltDataset, "leftOut" | "unlabelled" | "notes">,
  terminal: Terminal,
): void {
  const reasons = new Map<string, string[]>();
  for (const { id, reason } of leftOut) reasons.set(reason, [...(reasons.get(reason) ?? []), id]);
  for (const [reason, ids] of reasons) {
    const named = ids.length > NAMED ? "" : ` Images: ${ids.join(", ")}.`;
    terminal.err.line(`note: ${count(ids.length)} left out: ${reason}.${named}`);
  }
  for (const [diagnosis, number] of Object.entries(unlabelled).slice(0, SHOWN))
    terminal.err.line(`note: ${count(number)} without a class: ${diagnosis}.`);
  for (const note of notes) terminal.err.line(`note: ${note}`);
}
