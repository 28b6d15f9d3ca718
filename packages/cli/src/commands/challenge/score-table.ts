// Scores as a table for people: a row for each group, a column for each metric that the task's scorer reports.
import type { ChallengeScore, MetricName } from "@isic/challenge/node";
import { type Column, table } from "../../output/table.ts";
import { plural } from "../../output/units.ts";

const TITLES: { readonly [Name in MetricName]: string } = {
  jaccard: "Jaccard",
  thresholdJaccard: "Jaccard >= 0.65",
  dice: "Dice",
  balancedAccuracy: "balanced accuracy",
  accuracy: "accuracy",
  sensitivity: "sensitivity",
  specificity: "specificity",
  precision: "precision",
  negativePredictiveValue: "neg. pred. value",
  averagePrecision: "average precision",
  auc: "AUC",
  aucAbove80Sensitivity: "AUC above 80 % sens.",
  partialAuc: "partial AUC",
  specificityAt82: "spec. at 82 %",
  specificityAt89: "spec. at 89 %",
  specificityAt95: "spec. at 95 %",
  specificityAt98: "spec. at 98 %",
  specificityAt99: "spec. at 99 %",
};

/** What stands in the place of a value that is undefined, such as a sensitivity without positives. */
export const UNDEFINED = "-";

/** The table; where it is wider than the terminal, several of them, each with some of the metrics. */
export function scoreTable({ groups }: ChallengeScore, width: number): string {
  const rows = Object.entries(groups).map(([group, metrics]) => ({ group, metrics }));
  type Row = (typeof rows)[number];
  const first: Column<Row> = { title: "", value: ({ group }) => groupTitle(group) };
  const blocks: MetricName[][] = [];
  const columnOf = (name: MetricName): Column<Row> => ({
    title: TITLES[name],
    align: "right",
    value: ({ metrics }) => (name in metrics ? valueText(metrics[name]) : ""),
  });
  const tableOf = (names: readonly MetricName[]): string => {
    const having = rows.filter(({ metrics }) => names.some((name) => name in metrics));
    return table([first, ...names.map(columnOf)], having);
  };
  for (const name of Object.keys(TITLES) as MetricName[]) {
    if (!rows.some(({ metrics }) => name in metrics)) continue;
    const block = blocks.at(-1) ?? [];
    const [header = ""] = tableOf([...block, name]).split("\n");
    if (blocks.length === 0 || (block.length > 0 && header.length > width)) blocks.push([name]);
    else block.push(name);
  }
  return blocks.map(tableOf).join("\n\n");
}

/** The one value that decides the rank, and what it is. */
export function overallLine({ task, overall, rankedBy, rankedGroup, images }: ChallengeScore): string {
  const of = rankedGroup === "all" ? "" : `${groupTitle(rankedGroup)} `;
  const known = overall === null ? "undefined" : String(overall);
  return `Task ${task} is ranked by ${of}${TITLES[rankedBy]}: ${known} (${plural(images, "image")}).`;
}

const groupTitle = (group: string): string => (group === "microAverage" ? "micro-averaged" : group);

const valueText = (value: number | null | undefined): string => value?.toFixed(4) ?? UNDEFINED;
