import { moduleFromHex } from "./hex.ts";

/** Every module brings its memory. */
interface Exports {
  readonly memory: WebAssembly.Memory;
}

/** The functions of the module; ABI.md describes each. */
interface CoreExports extends Exports {
  decodeRgb(rgb: number, labels: number, count: number): number;
  decodeRgba(rgba: number, labels: number, count: number): number;
  findRuns(labels: number, count: number, base: number, runs: number): number;
  largestLabel(runs: number, runsEnd: number): number;
  countRuns(
    runs: number,
    runsEnd: number,
    end: number,
    count: number,
    pixelOffsets: number,
    runOffsets: number,
  ): number;
  sortRuns(runs: number, runsEnd: number, end: number, runOffsets: number, sorted: number): void;
  expandRuns(sorted: number, sortedEnd: number, pixels: number, room: number): number;
  decodeRows(
    rows: number,
    count: number,
    width: number,
    channels: number,
    labels: number,
    changes: number,
    runs: number,
    start: number,
  ): number;
}

const PAGE = 65_536;

/** An instance with its memory, used by one call at a time. The views are remade whenever the memory grows. */
export class Core<E extends Exports = CoreExports> {
  readonly run: E;
  bytes!: Uint8Array;
  labels!: Int32Array;
  /** For numbers of pixels: copying between arrays of one type is several times faster than between two. */
  words!: Uint32Array;

  constructor(module: WebAssembly.Module) {
    this.run = new WebAssembly.Instance(module).exports as unknown as E;
    this.#view();
  }

  #view(): void {
    const { buffer } = this.run.memory;
    this.bytes = new Uint8Array(buffer);
    this.labels = new Int32Array(buffer);
    this.words = new Uint32Array(buffer);
  }

  /** Makes sure of so many bytes of memory. */
  reserve(length: number): void {
    if (length <= this.bytes.length) return;
    this.run.memory.grow(Math.ceil((length - this.bytes.length) / PAGE));
    this.#view();
  }
}

/** Where instances come from; undefined where this module cannot run (no SIMD, no WebAssembly, a strict CSP). */
export interface CoreSource<E extends Exports = CoreExports> {
  take(): Core<E> | undefined;
  /** For the next call to use. */
  giveBack(core: Core<E>): void;
}

/** An instance that had to grow beyond this is left to the garbage collector. */
export const KEPT_MEMORY: number = 32 * 2 ** 20;
const KEPT_INSTANCES = 2;

/** Compiles on the first call, and once. */
export function coreSource<E extends Exports = CoreExports>(hex: string): CoreSource<E> {
  let module: WebAssembly.Module | undefined;
  let tried = false;
  const idle: Core<E>[] = [];
  return {
    take(): Core<E> | undefined {
      if (!tried) module = compile(hex);
      tried = true;
      return idle.pop() ?? (module && new Core<E>(module));
    },
    giveBack(core: Core<E>): void {
      if (idle.length < KEPT_INSTANCES && core.bytes.length <= KEPT_MEMORY) idle.push(core);
    },
  };
}

function compile(hex: string): WebAssembly.Module | undefined {
  try {
    return moduleFromHex(hex);
  } catch {
    return undefined;
  }
}
