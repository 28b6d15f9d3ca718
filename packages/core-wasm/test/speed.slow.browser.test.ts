// In a browser the floor is its own DecompressionStream, read to the end, and two fresh arrays, filled.
import { expect, test } from "vitest";
import { type LabelImage, readSuperpixels, writeSuperpixelPng } from "../src/index.ts";
import { openPng } from "../src/png/chunks.ts";
import { crc32 } from "../src/png/crc32.ts";
import { labelImage } from "./kit/images.ts";

/** About a thousand cells with slanted, wavy edges. */
function cells(width: number, height: number): LabelImage {
  const side = Math.sqrt((width * height) / 1000);
  const columns = Math.ceil(width / side) + 2;
  const data = Int32Array.from({ length: width * height }, (_, i) => {
    const x = i % width;
    const y = (i - x) / width;
    const column = Math.floor((x + 4 * Math.sin(y / 3) + side) / side);
    const row = Math.floor((y + 4 * Math.sin(x / 5) + side) / side);
    return row * columns + column;
  });
  return labelImage(width, height, data);
}

async function floor(bytes: Uint8Array, pixels: number): Promise<void> {
  const { deflated } = openPng(bytes, crc32, 2 ** 27);
  const stream = new Blob([new Uint8Array(deflated)]).stream().pipeThrough(new DecompressionStream("deflate"));
  const reader = stream.getReader();
  while (!(await reader.read()).done);
  new Int32Array(pixels).fill(3);
  new Uint32Array(pixels).fill(5);
}

async function timeOf(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

test.each([
  [1022, 767, 2.4],
  [2048, 1536, 2.1],
  [6000, 4000, 1.8],
])("a file of %i x %i takes at most %d of the floor", async (width, height, bar) => {
  const bytes = await writeSuperpixelPng(cells(width, height));
  const ratios: number[] = [];
  let ours = 0;
  for (let round = 0; round < 15; round++) {
    const least = await timeOf(() => floor(bytes, width * height));
    ours = await timeOf(() => readSuperpixels(bytes));
    if (round >= 4) ratios.push(ours / least);
  }
  const ratio = ratios.sort((a, b) => a - b)[ratios.length >> 1]!;
  console.log(`${width} x ${height}: ${ours.toFixed(1)} ms, ${ratio.toFixed(2)} x the floor`);
  expect(ratio).toBeLessThanOrEqual(bar);
});
