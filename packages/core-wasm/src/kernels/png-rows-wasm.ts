import { type Allocate, allocateZeros, type BuildMapOptions, buildMapWith } from "../map/build.ts";
import { type OpenRows, type Rows, tooFewBytes, tooManyBytes, unknownFilter } from "../png/rows.ts";
import type { LabelImage, SuperpixelMap } from "../types.ts";
import type { KernelInstance, KernelSource } from "./instances.ts";
import { align, mapRuns, RUN, SPILL, wasmFillMap } from "./map.ts";
import type { CoreExports } from "./modules.ts";
import { openRows } from "./png-rows-js.ts";

/** So many bytes of filtered rows (at least one row) pass through the memory of the module at a time. */
const WINDOW = 786_432;
/** Where the rows lie. The kernel reads a few bytes before them, and up to 256 behind. */
const ROWS_AT = 16;
const READ_AHEAD = 256;

export function wasmRows(source: KernelSource<CoreExports>, allocate: Allocate = allocateZeros): OpenRows {
  return (width, height, channels) => {
    const core = source.take();
    if (core === undefined) return openRows(width, height, channels);
    return new WasmRows(source, core, allocate, width, height, channels);
  };
}

/**
 * Memory: a window of filtered rows; a bit for each change in the row above; the labels above the window, and its own; then
 * the runs of all rows so far.
 */
class WasmRows implements Rows {
  readonly #source: KernelSource<CoreExports>;
  readonly #allocate: Allocate;
  readonly #width: number;
  readonly #height: number;
  readonly #channels: number;
  readonly #rowLength: number;
  readonly #windowRows: number;
  readonly #changesAt: number;
  readonly #labelsAt: number;
  readonly #runsAt: number;
  readonly #data: Int32Array<ArrayBuffer>;
  #core: KernelInstance<CoreExports> | undefined;
  /** Bytes in the window. */
  #filled = 0;
  #row = 0;
  #runsEnd: number;

  constructor(
    source: KernelSource<CoreExports>,
    core: KernelInstance<CoreExports>,
    allocate: Allocate,
    width: number,
    height: number,
    channels: number,
  ) {
    this.#source = source;
    this.#allocate = allocate;
    this.#core = core;
    this.#width = width;
    this.#height = height;
    this.#channels = channels;
    this.#rowLength = 1 + width * channels;
    this.#windowRows = Math.min(height, Math.max(1, Math.floor(WINDOW / this.#rowLength)));
    this.#data = new Int32Array(allocate(width * height * 4));
    this.#changesAt = align(ROWS_AT + this.#windowRows * this.#rowLength + READ_AHEAD);
    this.#labelsAt = align(this.#changesAt + Math.ceil(width / 64) * 8) + width * 4;
    this.#runsAt = align(this.#labelsAt + this.#windowRows * width * 4 + SPILL);
    this.#runsEnd = this.#runsAt;
    core.reserve(this.#runsAt);
    // Above the first row, PNG has zeros.
    core.bytes.fill(0, this.#changesAt, this.#labelsAt);
  }

  push(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; ) {
      if (this.#row === this.#height) throw tooManyBytes();
      const full = this.#rowsInWindow() * this.#rowLength;
      const piece = bytes.subarray(at, at + full - this.#filled);
      this.#use().bytes.set(piece, ROWS_AT + this.#filled);
      this.#filled += piece.length;
      at += piece.length;
      if (this.#filled === full) this.#decodeWindow();
    }
  }

  #use(): KernelInstance<CoreExports> {
    if (this.#core === undefined) throw new TypeError("expected rows that are not closed");
    return this.#core;
  }

  #rowsInWindow(): number {
    return Math.min(this.#windowRows, this.#height - this.#row);
  }

  #decodeWindow(): void {
    const core = this.#use();
    const width = this.#width;
    const rows = this.#rowsInWindow();
    const pixels = rows * width;
    const first = this.#row * width;
    // One run more than there can be: the kernel marks the end with it.
    core.reserve(this.#runsEnd + (pixels + 1) * RUN);
    const { decodeRows } = core.run;
    const end =
      decodeRows(ROWS_AT, rows, width, this.#channels, this.#labelsAt, this.#changesAt, this.#runsEnd, first) >>> 0;
    if (end === 0) throw unknownFilter(this.#row + this.#firstUnknownFilter(core));
    const labels = this.#labelsAt / 4;
    this.#data.set(core.labels.subarray(labels, labels + pixels), first);
    core.labels.copyWithin(labels - width, labels + pixels - width, labels + pixels);
    this.#runsEnd = end;
    this.#row += rows;
    this.#filled = 0;
  }

  #firstUnknownFilter(core: KernelInstance<CoreExports>): number {
    let row = 0;
    while (core.bytes[ROWS_AT + row * this.#rowLength]! <= 4) row++;
    return row;
  }

  labels(): LabelImage {
    if (this.#row < this.#height) {
      throw tooFewBytes(this.#row + Math.floor(this.#filled / this.#rowLength), this.#height);
    }
    const count = this.#use().run.largestLabel(this.#runsAt, this.#runsEnd) + 1;
    return { width: this.#width, height: this.#height, data: this.#data, count };
  }

  map(labels: LabelImage, options: BuildMapOptions): SuperpixelMap {
    const runs = { start: this.#runsAt, end: this.#runsEnd, total: this.#data.length };
    // The windows of rows and labels are free by now.
    const room = Math.floor((runs.start - SPILL) / 4);
    return buildMapWith(
      (data, count, offsets, pixels) => {
        if (data === this.#data) mapRuns(this.#use(), runs, room, count, offsets, pixels);
        else wasmFillMap(this.#source)(data, count, offsets, pixels);
      },
      labels,
      options,
      this.#allocate,
    );
  }

  close(): void {
    if (this.#core !== undefined) this.#source.giveBack(this.#core);
    this.#core = undefined;
  }
}
