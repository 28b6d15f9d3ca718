import { writeOutput } from "@isic/cache-fs/files";
import { type Agreement, type Coefficient, type FeatureAgreement, writeCsv } from "isic/node";
import { closedFor } from "../../output/files.ts";
import { progressLine } from "../../output/progress.ts";
import { type Column, table } from "../../output/table.ts";
import type { Terminal } from "../../output/terminal.ts";
import { plural } from "../../output/units.ts";
import type { StudyAgreementOptions } from "./agreement.ts";
import { loadStudy } from "./load-study.ts";

/** Compares the readers of a study, feature by feature. */
export async function studyAgreement(name: string, options: StudyAgreementOptions, terminal: Terminal): Promise<void> {
  const { api, study } = await loadStudy(name, options, terminal);
  const line = progressLine(terminal.err, "images and features", options.quiet);
  const { image, feature, reader, ordinal, draws, seed } = options;
  const agreement = await study
    .agreement({
      level: ordinal === true ? "ordinal" : "nominal",
      draws,
      seed,
      signal: terminal.signal,
      onProgress: (state) => line.update(state),
      ...(image === undefined ? {} : { images: image }),
      ...(feature === undefined ? {} : { features: feature }),
      ...(reader === undefined ? {} : { users: reader }),
    })
    .finally(() => line.end());
  if (options.csv !== undefined)
    await writeOutput(options.csv, await writeCsv(rowsOf(agreement)), closedFor(api.archive));
  if (options.json === true) terminal.out.json(agreement);
  else show(agreement, terminal);
}

function show({ features, readers, images, leftOut, level, draws }: Agreement, terminal: Terminal): void {
  const columns: Column<FeatureAgreement>[] = [
    { title: "feature", flexible: true, value: ({ feature }) => feature },
    { title: "alpha", value: ({ krippendorff }) => shown(krippendorff) },
    ...(level === "nominal"
      ? [{ title: "Fleiss", value: ({ fleiss }: FeatureAgreement) => (fleiss === null ? "" : shown(fleiss)) }]
      : []),
    { title: "Cohen, pairs", value: ({ cohen }) => range(cohen) },
  ];
  terminal.out.block(table(columns, features, terminal.out.width));
  terminal.out.line();
  const compared = `${plural(images.length, "image")}, ${plural(readers.length, "reader")}`;
  const hasIntervals = features.some(({ krippendorff, cohen }) =>
    [krippendorff, ...cohen].some(({ interval }) => interval !== null),
  );
  const intervals = !hasIntervals ? "" : `; in brackets 95 % intervals, by ${plural(draws, "draw")} of images`;
  terminal.out.line(`${compared}${intervals}.`);
  if (readers.length < 2) terminal.out.line("Agreement is between readers: of one alone there is none.");
  for (const { name, missing } of readers) {
    if (missing > 0) terminal.out.line(`${name} did not finish ${plural(missing, "image")}.`);
  }
  if (leftOut.length > 0)
    terminal.out.line(`Left out, since their superpixels are not to be had: ${leftOut.join(", ")}.`);
}

function shown({ value, interval }: Coefficient): string {
  if (value === null) return "-";
  return interval === null ? fixed(value) : `${fixed(value)} [${fixed(interval.low)}, ${fixed(interval.high)}]`;
}

/** From the pair that agrees least to the one that agrees most. */
function range(pairs: readonly Coefficient[]): string {
  const values = pairs.flatMap(({ value }) => (value === null ? [] : [value]));
  if (values.length === 0) return "-";
  const [least, most] = [Math.min(...values), Math.max(...values)];
  return values.length === 1 ? fixed(least) : `${fixed(least)} to ${fixed(most)}`;
}

/** Two digits; what is rounded to nothing has no sign. */
const fixed = (value: number): string => value.toFixed(2).replace(/^-(0\.00)$/, "$1");

/** A row per coefficient. */
function rowsOf({ features, readers, level }: Agreement): Record<string, unknown[]> {
  const names = new Map(readers.map(({ id, name }) => [id, name]));
  const rows = features.flatMap(({ feature, krippendorff, fleiss, cohen }) => [
    { feature, coefficient: "krippendorff_alpha", ...cells(krippendorff), missing: krippendorff.missing },
    ...(fleiss === null ? [] : [{ feature, coefficient: "fleiss_kappa", ...cells(fleiss) }]),
    ...cohen.map((pair) => ({
      feature,
      coefficient: "cohen_kappa",
      reader_a: names.get(pair.readers[0]),
      reader_b: names.get(pair.readers[1]),
      ...cells(pair),
      marked_a: pair.marked[0],
      marked_b: pair.marked[1],
      marked_both: pair.both,
    })),
  ]);
  const order = ["feature", "coefficient", "level", "reader_a", "reader_b", "value", "low", "high", "draws", "images"];
  const columns = [...order, "superpixels", "missing", "marked_a", "marked_b", "marked_both"];
  const all: readonly Readonly<Record<string, unknown>>[] = rows.map((row) => ({ ...row, level }));
  return Object.fromEntries(columns.map((column) => [column, all.map((row) => row[column] ?? null)]));
}

function cells({ value, interval, images, units }: Coefficient) {
  return { value, low: interval?.low, high: interval?.high, draws: interval?.draws, images, superpixels: units };
}
