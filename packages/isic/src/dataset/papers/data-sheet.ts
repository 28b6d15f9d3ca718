import { getPath } from "@isic/select";
import { diagnosisOf } from "../labels/label-images.ts";
import type { DatasetPlan, LeftOutReason } from "../plan/plan.ts";
import type { Recipe } from "../recipe/recipe.ts";
import { escapeHtml, htmlPage } from "./html.ts";

/** What the sheet counts of an image. */
export interface SheetImage {
  readonly split: string;
  readonly labels: readonly string[];
  readonly licence: string | undefined;
  readonly group: string;
  readonly record: Readonly<Record<string, unknown>>;
}

/** All that a data sheet is made from. */
export interface SheetFacts {
  readonly recipe: Recipe;
  readonly images: readonly SheetImage[];
  readonly parts: readonly string[];
  readonly plan: Pick<DatasetPlan, "leftOut" | "unlabelled" | "notes" | "fields" | "without">;
  readonly duplicates: number;
  readonly citation: string;
}

/** How often each value of something occurs in each part. */
interface Tally {
  readonly title: string;
  /** Value to part to images; `MISSING` for images without one. */
  readonly rows: ReadonlyMap<string, ReadonlyMap<string, number>>;
}

const MISSING = "(missing)";
const FIELDS: readonly (readonly [title: string, paths: readonly string[]])[] = [
  ["Sex", ["clinical.sex"]],
  ["Age", ["clinical.age_approx"]],
  ["Skin type", ["clinical.fitzpatrick_skin_type"]],
  ["Site", ["clinical.anatom_site_1", "clinical.anatom_site_general"]],
  ["Image type", ["acquisition.image_type"]],
  ["Camera", ["acquisition.dermoscopic_type", "clinical.tbp_tile_type", "acquisition.tbp_tile_type"]],
];

function talliesOf({ recipe, images }: SheetFacts): Tally[] {
  const of = (title: string, valuesOf: (image: SheetImage) => readonly string[]): Tally => {
    const rows = new Map<string, Map<string, number>>();
    for (const image of images) {
      for (const value of valuesOf(image)) {
        const row = rows.get(value) ?? new Map<string, number>();
        rows.set(value, row.set(image.split, (row.get(image.split) ?? 0) + 1));
      }
    }
    const sorted = [...rows].sort(
      ([a], [b]) => Number(a === MISSING) - Number(b === MISSING) || a.localeCompare(b, "en", { numeric: true }),
    );
    return { title, rows: new Map(sorted) };
  };
  const field =
    (paths: readonly string[]) =>
    ({ record }: SheetImage) => {
      for (const path of paths.flatMap((each) => [`metadata.${each}`, `meta.${each}`])) {
        const value = getPath(record, path);
        if (value !== undefined && value !== null && value !== "") return [String(value)];
      }
      return [MISSING];
    };
  return [
    ...(recipe.labels === undefined ? [] : [of("Class", ({ labels }) => labels)]),
    of("Diagnosis", ({ record }) => [diagnosisOf(record)]),
    ...FIELDS.map(([title, paths]) => of(title, field(paths))),
    of("Licence", ({ licence }) => [licence ?? MISSING]),
  ];
}

/** Counts of a part that are further from its share than chance explains well: four binomial deviations. */
function imbalances({ title, rows }: Tally, sizes: ReadonlyMap<string, number>): string[] {
  const total = [...sizes.values()].reduce((a, b) => a + b, 0);
  const sentences: string[] = [];
  for (const [value, counts] of rows) {
    const all = [...counts.values()].reduce((a, b) => a + b, 0);
    for (const [part, size] of sizes) {
      const share = size / total;
      const [count, ideal] = [counts.get(part) ?? 0, all * share];
      if (Math.abs(count - ideal) <= 4 * Math.sqrt(all * share * (1 - share)) + 1) continue;
      sentences.push(`${title} ${value}: ${part} has ${count}, and its share would be ${Math.round(ideal)}.`);
    }
  }
  return sentences;
}

function sizesOf({ images, parts }: SheetFacts): ReadonlyMap<string, number> {
  const sizes = new Map(parts.map((part) => [part, 0]));
  for (const { split } of images) sizes.set(split, (sizes.get(split) ?? 0) + 1);
  return sizes;
}

function leftOutLines({ leftOut, unlabelled }: SheetFacts["plan"]): string[] {
  const counts = new Map<LeftOutReason, number>();
  for (const { reason } of leftOut) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  return [
    ...Array.from(counts, ([reason, count]) => `${count}: ${reason}`),
    ...Object.entries(unlabelled).map(([diagnosis, count]) => `${count} without a class: ${diagnosis}`),
  ];
}

/** The data sheet as Markdown. */
export function dataSheetMarkdown(facts: SheetFacts): string {
  const { recipe, plan, images, duplicates, citation } = facts;
  const sizes = sizesOf(facts);
  const groups = new Set(images.map(({ group }) => group)).size;
  const tallies = talliesOf(facts);
  const table = ({ title, rows }: Tally): string => {
    const parts = [...sizes.keys()];
    const lines = Array.from(
      rows,
      ([value, counts]) => `| ${cell(value)} | ${parts.map((part) => counts.get(part) ?? 0).join(" | ")} |`,
    );
    return `### ${title}\n\n| ${title} | ${parts.map(cell).join(" | ")} |\n| --- | ${parts.map(() => "---:").join(" | ")} |\n${lines.join("\n")}\n`;
  };
  const list = (lines: readonly string[], none: string): string =>
    lines.length === 0 ? `${none}\n` : `${lines.map((line) => `- ${plain(line)}`).join("\n")}\n`;
  return [
    `# ${plain(recipe.title)}\n`,
    ...(recipe.description === undefined ? [] : [`${plain(recipe.description)}\n`]),
    `${images.length} images in ${groups} groups that are never parted: ${Array.from(sizes, ([part, count]) => `${part} ${count}`).join(", ")}.\n`,
    `## Groups and duplicates\n`,
    list([...plan.notes, `${duplicates} groups of pictures that show the same.`], ""),
    `## Left out\n`,
    list(leftOutLines(plan), "Nothing."),
    `## Imbalance between parts\n`,
    list(
      tallies.flatMap((tally) => imbalances(tally, sizes)),
      "None beyond four deviations of chance.",
    ),
    `## Counts\n`,
    ...tallies.map(table),
    `## Citation\n`,
    `${plain(citation)}\n`,
  ].join("\n");
}

/** Text in Markdown that is nothing but text. */
const plain = (text: string): string =>
  text
    .replace(/[\s\p{Cc}\p{Bidi_Control}]+/gu, " ")
    .trim()
    .replace(/[\\`*_[\]<>#|~]/g, "\\$&")
    // What begins a list, a rule or a heading at the start of a line.
    .replace(/^[-+=]/, "\\$&")
    .replace(/^(\d+)([.)])/, "$1\\$2");
const cell = (text: string): string => plain(text) || " ";

/** The same as a page, with a bar for each part's share of each value. */
export function dataSheetHtml(facts: SheetFacts): string {
  const { recipe, plan, images, duplicates, citation } = facts;
  const sizes = sizesOf(facts);
  const tallies = talliesOf(facts);
  const list = (lines: readonly string[]): string =>
    `<ul>${lines.map((line) => `<li>${escapeHtml(line)}</li>`).join("")}</ul>`;
  const uneven = tallies.flatMap((tally) => imbalances(tally, sizes));
  const body = [
    recipe.description === undefined ? "" : `<p>${escapeHtml(recipe.description)}</p>`,
    `<p>${images.length} images: ${escapeHtml(Array.from(sizes, ([part, count]) => `${part} ${count}`).join(", "))}.</p>`,
    `<h2>Groups and duplicates</h2>${list([...plan.notes, `${duplicates} groups of pictures that show the same.`])}`,
    `<h2>Left out</h2>${list(leftOutLines(plan))}`,
    `<h2>Imbalance between parts</h2>${uneven.length === 0 ? "<p>None beyond four deviations of chance.</p>" : list(uneven)}`,
    ...tallies.map((tally) => `<h2>${escapeHtml(tally.title)}</h2>${plotOf(tally, sizes)}${tableOf(tally, sizes)}`),
    `<h2>Citation</h2><p>${escapeHtml(citation)}</p>`,
  ];
  return htmlPage(recipe.title, body.join("\n"));
}

const COLORS = ["#4477aa", "#ee6677", "#228833", "#ccbb44", "#66ccee", "#aa3377"];
const WIDTH = 640;
const BAR = 12;
/** So many values are drawn; the table has all. */
const DRAWN = 30;

/** Bars: of each part's images, the share that has the value. Bars of one value that differ show imbalance. */
function plotOf({ title, rows }: Tally, sizes: ReadonlyMap<string, number>): string {
  const parts = [...sizes].filter(([, size]) => size > 0);
  const drawn = [...rows].slice(0, DRAWN);
  const step = parts.length * BAR + 10;
  const bars = drawn.map(([value, counts], row) => {
    const top = 24 + row * step;
    const label = `<text x="200" y="${top + step / 2}" text-anchor="end">${escapeHtml(value.length > 30 ? `${value.slice(0, 29)}…` : value)}</text>`;
    const rects = parts.map(([part, size], i) => {
      const share = (counts.get(part) ?? 0) / size;
      const width = Math.round(share * (WIDTH - 280));
      const y = top + i * BAR;
      return `<rect x="208" y="${y}" width="${width}" height="${BAR - 1}" fill="${COLORS[i % COLORS.length]}"><title>${escapeHtml(part)}</title></rect><text x="${212 + width}" y="${y + BAR - 2}">${(100 * share).toFixed(1)} %</text>`;
    });
    return `${label}${rects.join("")}`;
  });
  const legend = parts
    .map(([part], i) => `<tspan fill="${COLORS[i % COLORS.length]}">■</tspan> ${escapeHtml(part)} `)
    .join("");
  return `<svg width="${WIDTH}" height="${30 + drawn.length * step}" role="img" aria-label="${escapeHtml(title)} by part"><text x="208" y="14">${legend}</text>${bars.join("")}</svg>`;
}

function tableOf({ title, rows }: Tally, sizes: ReadonlyMap<string, number>): string {
  const parts = [...sizes.keys()];
  const head = `<tr><th>${escapeHtml(title)}</th>${parts.map((part) => `<th>${escapeHtml(part)}</th>`).join("")}</tr>`;
  const body = Array.from(
    rows,
    ([value, counts]) =>
      `<tr><td>${escapeHtml(value)}</td>${parts.map((part) => `<td>${counts.get(part) ?? 0}</td>`).join("")}</tr>`,
  );
  return `<table>${head}${body.join("")}</table>`;
}
