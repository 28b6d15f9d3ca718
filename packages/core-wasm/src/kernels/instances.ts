// Compiled modules, and instances of them with their memory.

/** A module from its bytes in hexadecimal digits. @throws where WebAssembly, or what the module uses of it, is not to be had */
export function moduleFromHex(text: string): WebAssembly.Module {
  const bytes = new Uint8Array(text.length / 2);
  for (let i = 0; i < bytes.length; i++) bytes[i] = Number.parseInt(text.slice(2 * i, 2 * i + 2), 16);
  return new WebAssembly.Module(bytes);
}

/** Every module brings its memory. */
interface Exports {
  readonly memory: WebAssembly.Memory;
}

const PAGE = 65_536;

/** An instance with its memory, used by one call at a time. The views are remade whenever the memory grows. */
export class KernelInstance<E extends Exports> {
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

/** Where instances come from. */
export interface KernelSource<E extends Exports> {
  /** Undefined where the module cannot run (no SIMD, no WebAssembly, a policy against it): the JavaScript twin answers. */
  take(): KernelInstance<E> | undefined;
  /** For the next call to use. */
  giveBack(instance: KernelInstance<E>): void;
}

/** An instance that had to grow beyond this is left to the garbage collector. */
export const KEPT_MEMORY: number = 32 * 2 ** 20;
const KEPT_INSTANCES = 2;

/** Compiles on the first call, and once. */
export function kernelSource<E extends Exports>(hex: string): KernelSource<E> {
  let module: WebAssembly.Module | undefined;
  let refused = false;
  const idle: KernelInstance<E>[] = [];
  return {
    take(): KernelInstance<E> | undefined {
      const kept = idle.pop();
      if (kept !== undefined || refused) return kept;
      const isFirst = module === undefined;
      try {
        module ??= moduleFromHex(hex);
        // WebKit compiles under a policy without 'wasm-unsafe-eval', and refuses only here.
        return new KernelInstance<E>(module);
      } catch {
        // Who could not run the first time never can; later it is memory that is short, and may not stay so.
        refused = isFirst;
        return undefined;
      }
    },
    giveBack(instance): void {
      if (idle.length < KEPT_INSTANCES && instance.bytes.length <= KEPT_MEMORY) idle.push(instance);
    },
  };
}
