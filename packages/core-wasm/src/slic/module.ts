import { base64 as scalar } from "../generated/slic.scalar.ts";
import { base64 as simd } from "../generated/slic.simd.ts";
import { SlicMemoryError } from "./errors.ts";
import type { Plan } from "./plan.ts";

/** What assembly/slic.ts exports: addresses and numbers. */
export interface SlicExports {
  readonly memory: WebAssembly.Memory;
  extremes(job: number): number;
  convertRows(job: number, from: number, to: number, scratch: number): void;
  strips(job: number): number;
  blurColumns(job: number, from: number, to: number, scratch: number): void;
  measureBoxes(job: number, from: number, to: number): void;
  plantSeeds(job: number, startX: number, startY: number, strideX: number, strideY: number): void;
  assignPlain(job: number, from: number, to: number): void;
  /** 1 if a label changed, plus 2 if a pixel lay in no window. */
  assignBands(job: number, from: number, to: number, first: number, scratch: number): number;
  clearSums(job: number, from: number, to: number): void;
  addRows(job: number, top: number, bottom: number, from: number, to: number): void;
  addSeeds(job: number, from: number, to: number, everywhere: number): void;
  moveSeeds(job: number, from: number, to: number): void;
  readDeviations(job: number, deviations: number): void;
  widen(job: number, from: number, to: number, deviations: number): void;
  raiseDeviations(job: number, from: number, to: number, deviations: number): void;
  connect(job: number, smallest: number, largest: number, queue: number): number;
  packLabels(job: number, coded: number): number;
}

export type Build = "simd" | "scalar";

const modules: Partial<Record<Build, WebAssembly.Module>> = {};

/** The compiled module of a build; compiled once. */
export function slicModule(build: Build): WebAssembly.Module {
  modules[build] ??= new WebAssembly.Module(fromBase64(build === "simd" ? simd : scalar));
  return modules[build];
}

const PAGE = 65536;

/** How many pages of memory `bytes` need; throws if WebAssembly cannot address so many. */
export function pagesFor(bytes: number, { width, height }: Plan): number {
  const pages = Math.ceil(bytes / PAGE);
  if (pages > 65536) throw new SlicMemoryError(width, height, bytes);
  return pages;
}

/** An instance with `bytes` of a memory of its own, which goes when the instance goes. */
export function instantiate(build: Build, bytes: number, plan: Plan): SlicExports {
  const pages = pagesFor(bytes, plan);
  const wasm = new WebAssembly.Instance(slicModule(build), {}).exports as unknown as SlicExports;
  try {
    wasm.memory.grow(Math.max(0, pages - wasm.memory.buffer.byteLength / PAGE));
  } catch (cause) {
    throw new SlicMemoryError(plan.width, plan.height, bytes, { cause });
  }
  return wasm;
}

export function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
}
