import { hex } from "../../generated/slic.shared.ts";
import { moduleFromHex } from "../../wasm/hex.ts";
import { SlicMemoryError } from "../errors.ts";
import type { Plan } from "../plan.ts";

let compiled: WebAssembly.Module | undefined;

/** The module whose memory several threads share; throws where there are no threads. */
export function sharedModule(): WebAssembly.Module {
  compiled ??= moduleFromHex(hex);
  return compiled;
}

/** Can threads share memory here? A page must be cross-origin isolated for it. */
export function canShare(): boolean {
  const isolated = (globalThis as { crossOriginIsolated?: boolean }).crossOriginIsolated;
  if (typeof SharedArrayBuffer !== "function" || isolated === false) return false;
  try {
    return sharedModule() !== undefined;
  } catch {
    return false;
  }
}

/** Shared memory of that many pages. */
export function sharedMemory(pages: number, plan: Plan, bytes: number): WebAssembly.Memory {
  try {
    return new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
  } catch (cause) {
    throw new SlicMemoryError(plan.width, plan.height, bytes, { cause });
  }
}
