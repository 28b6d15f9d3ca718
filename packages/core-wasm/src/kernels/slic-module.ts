import { hex } from "../generated/slic.simd.ts";
import { SlicMemoryError } from "../slic/errors.ts";
import type { Plan } from "../slic/plan.ts";
import { moduleFromHex } from "./instances.ts";

/** What assembly/slic.ts exports: addresses and numbers. */
export interface SlicExports {
  readonly memory: WebAssembly.Memory;
  /** The smallest byte, plus 256 times the largest. */
  extremes(job: number, from: number, to: number): number;
  convertRows(job: number, from: number, to: number, scratch: number): void;
  strips(job: number): number;
  blurColumns(job: number, from: number, to: number, scratch: number): void;
  measureBoxes(job: number, from: number, to: number): void;
  plantSeeds(job: number, startX: number, startY: number, strideX: number, strideY: number): void;
  assignPlain(job: number, from: number, to: number): void;
  /** 1 if a label changed. */
  assignBands(job: number, from: number, to: number, first: number, scratch: number): number;
  clearSums(job: number, from: number, to: number): void;
  addRows(job: number, top: number, bottom: number, from: number, to: number): void;
  moveSeeds(job: number, from: number, to: number): void;
  readDeviations(job: number, deviations: number): void;
  widen(job: number, from: number, to: number, deviations: number): void;
  raiseDeviations(job: number, from: number, to: number, deviations: number): void;
  joinRows(job: number, from: number, to: number, runs: number): void;
  joinSeam(job: number, y: number, runs: number): void;
  /** How many labels there are. */
  connect(job: number, smallest: number, largest: number, runs: number): number;
  /** The largest label of these rows. */
  decodeRows(job: number, from: number, to: number, coded: number): number;
}

let compiled: WebAssembly.Module | undefined;
let refused = false;

/** A new instance; undefined where WebAssembly or SIMD is not known or not allowed, which is tried once only. */
export function slicInstance(): SlicExports | undefined {
  if (refused) return undefined;
  const isFirst = compiled === undefined;
  try {
    compiled ??= moduleFromHex(hex);
    // WebKit compiles under a policy without 'wasm-unsafe-eval', and refuses only here.
    return new WebAssembly.Instance(compiled, {}).exports as unknown as SlicExports;
  } catch {
    refused = isFirst;
    return undefined;
  }
}

const PAGE = 65536;

/** How many pages of memory `bytes` need; throws if WebAssembly cannot address so many. */
export function pagesFor(bytes: number, { width, height }: Plan): number {
  const pages = Math.ceil(bytes / PAGE);
  if (pages > 65536) throw new SlicMemoryError(width, height, bytes);
  return pages;
}

/** Gives an instance `bytes` of memory, which goes when the instance goes. @throws SlicMemoryError */
export function growMemory({ memory }: SlicExports, bytes: number, plan: Plan): void {
  const pages = pagesFor(bytes, plan);
  try {
    memory.grow(Math.max(0, pages - memory.buffer.byteLength / PAGE));
  } catch (cause) {
    throw new SlicMemoryError(plan.width, plan.height, bytes, { cause });
  }
}
