/** The starting grid: seeds every `strideX`, `strideY` pixels from (`startX`, `startY`). */
export interface Grid {
  readonly startX: number;
  readonly startY: number;
  readonly strideX: number;
  readonly strideY: number;
  readonly columns: number;
  readonly rows: number;
}

/** The grid of about `points` points over a picture, as near to squares as whole pixels allow. */
export function regularGrid(width: number, height: number, points: number): Grid {
  const pixels = width * height;
  if (pixels <= points) return grid(width, height, 0, 0, 1, 1);
  const short = Math.min(width, height);
  const long = Math.max(width, height);
  const step = Math.sqrt(pixels / points);
  const alongShort = Math.min(short, step);
  const alongLong = short < step ? long / points : step;
  const [stepX, stepY] = width < height ? [alongShort, alongLong] : [alongLong, alongShort];
  return grid(width, height, Math.floor(stepX / 2), Math.floor(stepY / 2), roundToEven(stepX), roundToEven(stepY));
}

function grid(width: number, height: number, startX: number, startY: number, strideX: number, strideY: number): Grid {
  const columns = Math.ceil((width - startX) / strideX);
  const rows = Math.ceil((height - startY) / strideY);
  return { startX, startY, strideX, strideY, columns, rows };
}

/** Halves go to the even neighbour, as in IEEE arithmetic. */
function roundToEven(value: number): number {
  const below = Math.floor(value);
  const rest = value - below;
  if (rest !== 0.5) return Math.round(value);
  return below % 2 === 0 ? below : below + 1;
}
