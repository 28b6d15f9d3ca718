import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Compiled, compileSlic } from "./kit/compiled.ts";

let compiled: Compiled;
beforeAll(async () => {
  compiled = await compileSlic();
});
afterAll(() => compiled.remove());

/** Processor milliseconds and the largest memory of a process that computes one picture. */
async function costOf(width: number, height: number): Promise<{ cpu: number; bytes: number }> {
  const script = `
    import { computeSuperpixelsSync } from ${JSON.stringify(compiled.url("slic/index.js"))};
    const [width, height] = [${width}, ${height}];
    const data = new Uint8Array(width * height * 3);
    for (let y = 0, i = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        for (let c = 0; c < 3; c++) data[i++] = 128 + 60 * Math.sin((x * 9) / width + c) * Math.cos((y * 7) / height) + ((i * 7919) % 17);
      }
    }
    const before = process.cpuUsage();
    computeSuperpixelsSync({ width, height, channels: 3, data });
    const { user, system } = process.cpuUsage(before);
    console.log(JSON.stringify({ cpu: (user + system) / 1000, bytes: process.resourceUsage().maxRSS * 1024 }));
  `;
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", script]);
  return JSON.parse(stdout);
}

it("the cost grows with the pixels, and 24 megapixels stay under 1.6 GB", async () => {
  const perPixel: number[] = [];
  for (const [width, height] of [
    [1500, 1000],
    [3000, 2000],
    [6000, 4000],
  ] as const) {
    const { cpu, bytes } = await costOf(width, height);
    perPixel.push((cpu * 1e6) / (width * height));
    console.log(`${width} x ${height}: ${cpu.toFixed(0)} ms, ${(bytes / 1e9).toFixed(2)} GB`);
    expect(bytes).toBeLessThan(1.6e9);
  }
  expect(Math.max(...perPixel) / Math.min(...perPixel)).toBeLessThan(2);
});
