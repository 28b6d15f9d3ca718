// The module alone, as ABI.md describes it: nothing of the wrapper.
import { describe, expect, test } from "vitest";
import { hex as scalar } from "../src/generated/core.scalar.ts";
import { hex as simd } from "../src/generated/core.simd.ts";
import { buildMap, encodeRgb } from "../src/index.ts";
import { labelImage } from "./kit/images.ts";
import { filtered } from "./kit/png.ts";
import { expectNumbers } from "./kit/same.ts";

type Exports = Record<string, (...numbers: number[]) => number> & { memory: WebAssembly.Memory };

const labels = labelImage(
  150,
  40,
  Int32Array.from({ length: 6000 }, (_, i) => Math.floor((i % 150) / 13) + 20 * Math.floor(i / 1050)),
);
const pixels = labels.data.length;

describe.each([
  ["core.wasm", simd],
  ["core.scalar.wasm", scalar],
])("%s", (_name, text) => {
  async function instantiate(bytes: number): Promise<Exports> {
    const { instance, module } = await WebAssembly.instantiate(
      Uint8Array.from(text.match(/../g) ?? [], (digits) => Number.parseInt(digits, 16)),
    );
    expect(WebAssembly.Module.imports(module)).toEqual([]);
    const exports = instance.exports as Exports;
    expect(exports.memory.buffer.byteLength).toBe(0);
    exports.memory.grow(Math.ceil(bytes / 65_536));
    return exports;
  }

  test("exports what ABI.md names", async () => {
    const names = [
      "countRuns",
      "decodeRgb",
      "decodeRgba",
      "decodeRows",
      "expandRuns",
      "findRuns",
      "largestLabel",
      "memory",
      "sortRuns",
    ];
    expect(Object.keys(await instantiate(0)).sort()).toEqual(names);
  });

  test("RGB -> labels -> runs -> map, at the very end of the memory", async () => {
    const core = await instantiate(65_536 * 4);
    const size = core.memory.buffer.byteLength;
    const [rgb, at] = [size - pixels * 3, 128];
    new Uint8Array(core.memory.buffer).set(encodeRgb(labels).data, rgb);
    expect(core.decodeRgb!(rgb, at, pixels)).toBe(labels.count - 1);
    expectNumbers(new Int32Array(core.memory.buffer, at, pixels), labels.data);
    const runs = at + pixels * 4;
    const end = core.findRuns!(at, pixels, 0, runs);
    expectMap(core, runs, end);
  });

  test("PNG rows -> labels and runs -> map, in two calls", async () => {
    const core = await instantiate(65_536 * 6);
    const memory = new Uint8Array(core.memory.buffer);
    const rows = filtered(labels, 4, [1, 2, 3, 4, 0]);
    const rowLength = 1 + 150 * 4;
    const [rowsAt, changes, above] = [16, 30_000, 30_100];
    const [labelsAt, runs] = [above + 600, 70_000];
    memory.set(rows);
    memory.copyWithin(rowsAt, 0, rows.length);
    const middle = core.decodeRows!(rowsAt, 17, 150, 4, labelsAt, changes, runs, 0);
    expectNumbers(
      new Int32Array(core.memory.buffer.slice(labelsAt, labelsAt + 17 * 600)),
      labels.data.slice(0, 17 * 150),
    );
    memory.copyWithin(above, labelsAt + 16 * 600, labelsAt + 17 * 600);
    const end = core.decodeRows!(rowsAt + 17 * rowLength, 23, 150, 4, labelsAt, changes, middle, 17 * 150);
    expectNumbers(new Int32Array(core.memory.buffer.slice(labelsAt, labelsAt + 23 * 600)), labels.data.slice(17 * 150));
    expect(core.largestLabel!(runs, end)).toBe(labels.count - 1);
    expectMap(core, runs, end);
    memory[rowsAt + rowLength] = 5;
    expect(core.decodeRows!(rowsAt, 2, 150, 4, labelsAt, changes, runs, 0)).toBe(0);
  });

  function expectMap(core: Exports, runs: number, end: number): void {
    const { count, offsets, pixels: expected } = buildMap(labels);
    const pixelOffsets = end + 16;
    const runOffsets = pixelOffsets + (count + 1) * 4;
    const sorted = runOffsets + (count + 1) * 4;
    const sortedEnd = sorted + end - runs;
    expect(core.countRuns!(runs, end, pixels, count - 1, pixelOffsets, runOffsets)).toBeGreaterThan(0);
    expect(core.countRuns!(runs, end, pixels, count, pixelOffsets, runOffsets)).toBe(0);
    expectNumbers(new Uint32Array(core.memory.buffer.slice(pixelOffsets, runOffsets)), offsets);
    core.sortRuns!(runs, end, pixels, runOffsets, sorted);
    const found: number[] = [];
    const room = 777;
    for (let next = sorted; next < sortedEnd; ) {
      const fits = Math.min(room, pixels - found.length);
      next = core.expandRuns!(next, sortedEnd, 0, fits);
      found.push(...new Uint32Array(core.memory.buffer, 0, fits));
    }
    expectNumbers(Uint32Array.from(found), expected);
  }
});
