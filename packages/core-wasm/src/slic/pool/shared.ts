import { hex } from "../../generated/slic.shared.ts";
import { moduleFromHex } from "../../kernels/instances.ts";

let compiled: WebAssembly.Module | undefined;

/** The module whose memory several workers share; throws where memory cannot be shared. */
export function sharedModule(): WebAssembly.Module {
  compiled ??= moduleFromHex(hex);
  return compiled;
}

let shareable: boolean | undefined;

/** Can workers share memory here? A page must be cross-origin isolated for it. */
export function canShare(): boolean {
  shareable ??= tryToShare();
  return shareable;
}

function tryToShare(): boolean {
  const isolated = (globalThis as { crossOriginIsolated?: boolean }).crossOriginIsolated;
  if (typeof SharedArrayBuffer !== "function" || isolated === false) return false;
  try {
    const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
    // WebKit compiles under a policy without 'wasm-unsafe-eval', and refuses only to instantiate.
    return new WebAssembly.Instance(sharedModule(), { env: { memory } }) !== undefined;
  } catch {
    return false;
  }
}

/**
 * Shared memory of that many pages; undefined where there is none left. Engines reserve gigabytes of addresses for each, and
 * some hundred of them may wait to be collected, so that says little about the picture.
 */
export function sharedMemory(pages: number): WebAssembly.Memory | undefined {
  try {
    return new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
  } catch {
    return undefined;
  }
}
