import { escapeHtml, htmlPage } from "./html.ts";
import { type SharedRow, sharePlotter } from "./share-plot.ts";
import {
  filled,
  imbalanceLines,
  imbalances,
  leftOutLines,
  MISSING,
  percent,
  type SheetFacts,
  shareText,
  sizeLine,
  sizesOf,
  sumOf,
  type Tally,
  talliesOf,
} from "./tallies.ts";
import { yamlText } from "./yaml.ts";

/** The data sheet as a page, with a plot of each part's shares of each value, and of how far each part is from the whole set. */
export async function dataSheetHtml(facts: SheetFacts): Promise<string> {
  const { recipe, plan, images, duplicates, citation } = facts;
  const sizes = sizesOf(facts);
  const tallies = talliesOf(facts);
  const list = (lines: readonly string[], none = "Nothing."): string =>
    lines.length === 0 ? `<p>${none}</p>` : `<ul>${lines.map((line) => `<li>${escapeHtml(line)}</li>`).join("")}</ul>`;
  const uneven = imbalanceLines(facts, tallies, sizes);
  const plot = await sharePlotter();
  const figure = async (label: string, rows: readonly SharedRow[], caption: string): Promise<string> =>
    rows.length === 0
      ? ""
      : `<figure role="img" aria-label="${escapeHtml(label)}">${await plot(rows, filled(sizes))}</figure><p>${escapeHtml(caption)}</p>`;
  const body = [
    recipe.description === undefined ? "" : `<p>${escapeHtml(recipe.description)}</p>`,
    `<p>${escapeHtml(sizeLine(images, sizes))}</p>`,
    `<h2>Groups and duplicates</h2>${list([...plan.notes, `${duplicates} groups of pictures that show the same.`])}`,
    `<h2>Left out</h2>${list(leftOutLines(plan))}`,
    `<h2>Imbalance between parts</h2>${list(uneven, "None beyond four deviations of chance.")}`,
    await figure(
      "How far each part is from the whole set",
      tallies.map((tally) => distanceRow(tally, sizes)),
      "How far each part is from the whole set: of its images, the share that would need another value for the part to have the whole set's proportions. Small parts are further away by chance.",
    ),
  ];
  for (const tally of tallies) {
    const { title, rows } = tally;
    const drawn = drawnOf(rows);
    const some =
      drawn.size < rows.size ? ` The ${drawn.size} most frequent of ${rows.size} values; the table has all.` : "";
    body.push(
      `<h2>${escapeHtml(title)}</h2>`,
      await figure(
        `${title} by part`,
        shareRows(tally, drawn, sizes),
        `Shares of each part's images, and how many they are. ▲ and ▼: more or fewer than chance explains well.${some}`,
      ),
      tableOf(tally, sizes),
    );
  }
  body.push(`<h2>Recipe</h2><pre>${escapeHtml(yamlText(recipe))}</pre>`);
  body.push(`<h2>Citation</h2><p>${escapeHtml(citation)}</p>`);
  return htmlPage(recipe.title, body.join("\n"));
}

/** So many values are drawn. */
const DRAWN = 30;

/** The most frequent values, and images without one, in the order of the table. */
function drawnOf(rows: Tally["rows"]): ReadonlySet<string> {
  const frequent = [...rows].sort(
    ([a, x], [b, y]) => Number(b === MISSING) - Number(a === MISSING) || sumOf(y.values()) - sumOf(x.values()),
  );
  return new Set(frequent.slice(0, DRAWN).map(([value]) => value));
}

function shareRows(tally: Tally, drawn: ReadonlySet<string>, sizes: ReadonlyMap<string, number>): SharedRow[] {
  const marks = new Map(
    imbalances(tally, sizes).map(({ value, part, count, ideal }) => [`${part}\n${value}`, count > ideal ? " ▲" : " ▼"]),
  );
  return [...tally.rows]
    .filter(([value]) => drawn.has(value))
    .map(([name, counts]) => ({
      name,
      bars: filled(sizes).map((part) => {
        const [count, size] = [counts.get(part) ?? 0, sizes.get(part) ?? 0];
        const mark = marks.get(`${part}\n${name}`) ?? "";
        return { part, share: count / size, text: `${part} ${percent(count / size)} (${count})${mark}` };
      }),
    }));
}

/** The total variation distance of each part's values from those of all images. */
function distanceRow({ title, rows }: Tally, sizes: ReadonlyMap<string, number>): SharedRow {
  const whole = sumOf([...rows.values()].map((counts) => sumOf(counts.values())));
  const bars = filled(sizes).map((part) => {
    const own = sumOf([...rows.values()].map((counts) => counts.get(part) ?? 0));
    const apart = [...rows.values()].map((counts) =>
      Math.abs((counts.get(part) ?? 0) / Math.max(own, 1) - sumOf(counts.values()) / whole),
    );
    const share = sumOf(apart) / 2;
    return { part, share, text: `${part} ${percent(share)}` };
  });
  return { name: title, bars };
}

function tableOf({ title, rows }: Tally, sizes: ReadonlyMap<string, number>): string {
  const head = [title, ...sizes.keys(), ...[...sizes.keys()].map((part) => `${part} %`)];
  const body = Array.from(rows, ([value, counts]) => [
    value,
    ...Array.from(sizes.keys(), (part) => `${counts.get(part) ?? 0}`),
    ...Array.from(sizes, ([part, size]) => shareText(counts.get(part) ?? 0, size)),
  ]);
  const row = (cells: readonly string[], tag: string): string =>
    `<tr>${cells.map((cell) => `<${tag}>${escapeHtml(cell)}</${tag}>`).join("")}</tr>`;
  return `<table>${row(head, "th")}${body.map((cells) => row(cells, "td")).join("")}</table>`;
}
