/** A figure as pixels. */
import type { Color, Raster } from "@isic/core-wasm";
import type { FigureItem, Page } from "./figure.ts";
import { CAPITAL_ROWS, DEEPEST_ROW, type Stroke, strokesOf } from "./stroke-font.ts";

/** A row of the font's grid as a share of its size: capitals are 0.72 of it, as in most fonts. */
const ROW = 0.09;
/** How thick lines are, as a share of the size. */
const THIN = 0.085;
const BOLD = 0.13;
/** Two of them are the width of a stripe and its neighbour. */
export const STRIPE = 5;

/** How wide a text is, in pixels. */
export function textWidth(text: string, size: number): number {
  return strokesOf(text).columns * ROW * size;
}

/** White, with everything on it, in the order of the items. */
export function drawFigure({ width, height, items }: Page): Raster {
  const page: Raster = { width, height, channels: 3, data: new Uint8Array(width * height * 3).fill(255) };
  for (const item of items) {
    if (item.kind === "picture") drawPicture(page, item);
    else if (item.kind === "swatch") drawSwatch(page, item);
    else drawText(page, item);
  }
  return page;
}

type Item<Kind extends FigureItem["kind"]> = Extract<FigureItem, { kind: Kind }>;

function drawPicture(page: Raster, { x, y, raster }: Item<"picture">): void {
  const { channels, data } = raster;
  for (let row = 0; row < raster.height; row++) {
    for (let column = 0; column < raster.width; column++) {
      const from = (row * raster.width + column) * channels;
      const color: Color =
        channels === 1 ? [data[from]!, data[from]!, data[from]!] : [data[from]!, data[from + 1]!, data[from + 2]!];
      blend(page, x + column, y + row, color, 1);
    }
  }
}

function drawSwatch(page: Raster, { x, y, width, height, colors }: Item<"swatch">): void {
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const isFrame = row === 0 || column === 0 || row === height - 1 || column === width - 1;
      const stripe = Math.floor((row + column) / STRIPE) % colors.length;
      blend(page, x + column, y + row, isFrame ? [0, 0, 0] : colors[stripe]!, 1);
    }
  }
}

function drawText(page: Raster, { x, y, text, size, bold = false, middle = false }: Item<"text">): void {
  const { strokes, columns } = strokesOf(text);
  const unit = ROW * size;
  const thick = Math.max(1, size * (bold ? BOLD : THIN)) / 2;
  const left = middle ? x - (columns * unit) / 2 : x + thick;
  const top = y - CAPITAL_ROWS * unit;
  const margin = Math.ceil(thick + 1);
  const box = {
    x: Math.floor(left) - margin,
    y: Math.floor(top) - margin,
    width: Math.ceil(columns * unit) + 2 * margin + 1,
    height: Math.ceil(DEEPEST_ROW * unit) + 2 * margin + 1,
  };
  const ink = new Float32Array(box.width * box.height);
  for (const stroke of strokes) {
    const line = stroke.map(([column, row]) => [left + column * unit - box.x, top + row * unit - box.y] as const);
    inkLine(ink, box.width, box.height, line, thick);
  }
  for (let i = 0; i < ink.length; i++) {
    if (ink[i]! > 0) blend(page, box.x + (i % box.width), box.y + Math.floor(i / box.width), [0, 0, 0], ink[i]!);
  }
}

/** How much of each pixel a line covers: by the distance of its centre. */
function inkLine(ink: Float32Array, width: number, height: number, line: Stroke, thick: number): void {
  for (let i = 0; i + 1 < line.length; i++) {
    const [[ax, ay], [bx, by]] = [line[i]!, line[i + 1]!];
    const reach = thick + 1;
    const [fromY, toY] = [
      Math.max(0, Math.floor(Math.min(ay, by) - reach)),
      Math.min(height - 1, Math.ceil(Math.max(ay, by) + reach)),
    ];
    const [fromX, toX] = [
      Math.max(0, Math.floor(Math.min(ax, bx) - reach)),
      Math.min(width - 1, Math.ceil(Math.max(ax, bx) + reach)),
    ];
    const [dx, dy] = [bx - ax, by - ay];
    const length = dx * dx + dy * dy;
    for (let y = fromY; y <= toY; y++) {
      for (let x = fromX; x <= toX; x++) {
        const [px, py] = [x + 0.5 - ax, y + 0.5 - ay];
        const along = length === 0 ? 0 : Math.min(1, Math.max(0, (px * dx + py * dy) / length));
        const [offX, offY] = [px - along * dx, py - along * dy];
        // Not hypot, which engines round differently.
        const distance = Math.sqrt(offX * offX + offY * offY);
        const covered = Math.min(1, Math.max(0, thick + 0.5 - distance));
        const at = y * width + x;
        if (covered > ink[at]!) ink[at] = covered;
      }
    }
  }
}

function blend({ data, width, height }: Raster, x: number, y: number, color: Color, alpha: number): void {
  if (x < 0 || y < 0 || x >= width || y >= height) return;
  const at = (y * width + x) * 3;
  for (let i = 0; i < 3; i++) data[at + i] = Math.round(alpha * color[i]! + (1 - alpha) * data[at + i]!);
}
