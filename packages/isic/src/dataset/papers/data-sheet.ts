import { cleanText } from "./html.ts";
import {
  imbalanceLines,
  leftOutLines,
  type SheetFacts,
  shareText,
  sizeLine,
  sizesOf,
  type Tally,
  talliesOf,
} from "./tallies.ts";
import { yamlText } from "./yaml.ts";

/** The data sheet as Markdown. */
export function dataSheetMarkdown(facts: SheetFacts): string {
  const { recipe, plan, images, duplicates, citation } = facts;
  const sizes = sizesOf(facts);
  const tallies = talliesOf(facts);
  const table = ({ title, rows }: Tally): string => {
    const parts = [...sizes];
    const head = [title, ...parts.map(([part]) => part), ...parts.map(([part]) => `${part} %`)];
    const lines = Array.from(rows, ([value, counts]) => [
      value,
      ...parts.map(([part]) => `${counts.get(part) ?? 0}`),
      ...parts.map(([part, size]) => shareText(counts.get(part) ?? 0, size)),
    ]);
    const row = (cells: readonly string[]): string => `| ${cells.map(cell).join(" | ")} |`;
    return `### ${title}\n\n${row(head)}\n| --- |${" ---: |".repeat(2 * parts.length)}\n${lines.map(row).join("\n")}\n`;
  };
  const list = (lines: readonly string[], none: string): string =>
    lines.length === 0 ? `${none}\n` : `${lines.map((line) => `- ${plain(line)}`).join("\n")}\n`;
  return [
    `# ${plain(recipe.title)}\n`,
    ...(recipe.description === undefined ? [] : [`${plain(recipe.description)}\n`]),
    `${sizeLine(images, sizes)}\n`,
    `## Groups and duplicates\n`,
    list([...plan.notes, `${duplicates} groups of pictures that show the same.`], ""),
    `## Left out\n`,
    list(leftOutLines(plan), "Nothing."),
    `## Imbalance between parts\n`,
    list(imbalanceLines(facts, tallies, sizes), "None beyond four deviations of chance."),
    `## Counts\n`,
    ...tallies.map(table),
    `## Recipe\n`,
    // Indented, since a text of it could end a fence.
    `${cleanText(yamlText(recipe)).replace(/^(?=.)/gm, "    ")}`,
    `## Citation\n`,
    `${plain(citation)}\n`,
  ].join("\n");
}

/** Text in Markdown that is nothing but text. */
const inline = (text: string): string =>
  text
    .replace(/[\s\p{Cc}\p{Bidi_Control}]+/gu, " ")
    .trim()
    .replace(/[\\`*_[\]<>#|~]/g, "\\$&");
/** The same at the start of a line, where more signs begin a list, a rule or a heading. */
const plain = (text: string): string =>
  inline(text)
    .replace(/^[-+=]/, "\\$&")
    .replace(/^(\d+)([.)])/, "$1\\$2");
const cell = (text: string): string => inline(text) || " ";
