import type { Layout } from "../../kernels/slic-layout.ts";
import type { LabelImage, Raster } from "../../types.ts";
import type { SlicOptions, SlicProgress } from "../options.ts";
import type { Plan } from "../plan.ts";

/** To a worker. */
export type Task =
  | { readonly kind: "whole"; readonly raster: Raster; readonly options: SlicOptions }
  | { readonly kind: "part"; readonly part: Part }
  | { readonly kind: "abort" };

/** One worker's part of a picture that lies in shared memory. */
export interface Part {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  readonly plan: Plan;
  readonly layout: Layout;
  readonly index: number;
  readonly workers: number;
  /** Int32: see `Barrier`. */
  readonly control: SharedArrayBuffer;
}

/** From a worker. */
export type Answer =
  /** Once, when its script runs. */
  | { readonly kind: "ready" }
  | { readonly kind: "progress"; readonly progress: SlicProgress }
  | { readonly kind: "labels"; readonly labels: LabelImage }
  | { readonly kind: "done"; readonly count: number }
  | { readonly kind: "stopped" }
  | { readonly kind: "failed"; readonly error: Failure };

/** An error, as far as it survives the way between threads. */
export interface Failure {
  readonly name: string;
  readonly message: string;
  /** Of a SlicMemoryError. */
  readonly size?: readonly [width: number, height: number, bytes: number];
}
