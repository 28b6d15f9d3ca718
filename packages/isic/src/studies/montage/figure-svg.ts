/** A figure as an SVG document. */
import type { Codecs } from "../../codecs/types.ts";
import { base64 } from "../../notebook/jupyter.ts";
import { STRIPE, textWidth } from "./draw-figure.ts";
import type { FigureItem, Page } from "./figure.ts";

const FONT = "Helvetica, Arial, 'Liberation Sans', sans-serif";

export async function figureSvg({ width, height, items, title }: Page, codecs: Codecs): Promise<string> {
  const elements = await Promise.all(items.map((item, i) => element(item, i, codecs)));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img">`,
    `<title>${escaped(title)}</title>`,
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    ...elements,
    "</svg>\n",
  ].join("\n");
}

async function element(item: FigureItem, i: number, codecs: Codecs): Promise<string> {
  const { x, y } = item;
  if (item.kind === "picture") {
    const { width, height } = item.raster;
    const address = `data:image/png;base64,${base64(await codecs.encodePng(item.raster))}`;
    const about = `<title>${escaped(item.about)}</title>`;
    return `<image x="${x}" y="${y}" width="${width}" height="${height}" href="${address}">${about}</image>`;
  }
  if (item.kind === "text") {
    const anchor = item.middle === true ? ' text-anchor="middle"' : "";
    const weight = item.bold === true ? ' font-weight="bold"' : "";
    // No font may make it longer than the room that it was given; what is shorter keeps the font's own widths.
    const room = rounded(textWidth(item.text, item.size));
    const isTooWide = item.text.length > 3 && usualWidth(item.text, item.bold === true) * item.size > room;
    const fit = isTooWide ? ` textLength="${room}" lengthAdjust="spacingAndGlyphs"` : "";
    const font = `font-family="${FONT}" font-size="${rounded(item.size)}"`;
    return `<text x="${rounded(x)}" y="${rounded(y)}" ${font}${weight}${anchor}${fit}>${escaped(item.text)}</text>`;
  }
  const { width, height, colors } = item;
  const [first] = colors;
  const fill = colors.length === 1 ? hex(first!) : `url(#stripes${i})`;
  const frame = `<rect x="${x + 0.5}" y="${y + 0.5}" width="${width - 1}" height="${height - 1}" fill="${fill}" stroke="#000"/>`;
  return colors.length === 1 ? frame : `${stripes(i, x, y, colors)}\n${frame}`;
}

/** How wide fonts like Helvetica set a text, as a share of their size; letters of other scripts may be as wide as high. */
function usualWidth(text: string, bold: boolean): number {
  let sum = 0;
  for (const char of text) {
    if (/[MWmw@%]/.test(char)) sum += 0.85;
    else if (/[A-Z&]/.test(char)) sum += 0.7;
    else if (/[ijlI.,:;'|!()[\]/ ft-]/.test(char)) sum += 0.28;
    else if (/[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\x20-\x7e]/u.test(char)) sum += 0.55;
    else if (!/\p{M}/u.test(char)) sum += 1;
  }
  return bold ? 1.07 * sum : sum;
}

/** A gradient with hard edges that goes on and on: diagonals. */
function stripes(i: number, x: number, y: number, colors: readonly (readonly number[])[]): string {
  const half = (colors.length * STRIPE) / 2;
  const stops = colors.flatMap((color, k) =>
    [k, k + 1].map((edge) => `<stop offset="${rounded(edge / colors.length)}" stop-color="${hex(color)}"/>`),
  );
  const ends = `x1="${x}" y1="${y}" x2="${x + half}" y2="${y + half}"`;
  return `<linearGradient id="stripes${i}" gradientUnits="userSpaceOnUse" spreadMethod="repeat" ${ends}>${stops.join("")}</linearGradient>`;
}

const hex = (color: readonly number[]): string =>
  `#${color.map((part) => Math.round(part).toString(16).padStart(2, "0")).join("")}`;

const rounded = (value: number): number => Math.round(value * 100) / 100;

/** Names come from servers: nothing in them is markup, and what XML cannot hold is left out. */
function escaped(text: string): string {
  return text
    .replaceAll(/[\p{Cc}\p{Cs}\ufffe\uffff]/gu, " ")
    .replaceAll(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
}
