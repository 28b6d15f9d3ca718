import type { LabelImage, Raster } from "../../types.ts";
import type { Layout } from "../layout.ts";
import type { SlicOptions, SlicProgress } from "../options.ts";
import type { Plan } from "../plan.ts";

/** To a worker. */
export type Task =
  | { readonly kind: "whole"; readonly raster: Raster; readonly options: SlicOptions }
  | { readonly kind: "share"; readonly share: Share }
  | { readonly kind: "abort" };

/** One thread's share of a picture that lies in shared memory. */
export interface Share {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  readonly plan: Plan;
  readonly layout: Layout;
  readonly thread: number;
  readonly threads: number;
  /** Int32: see `Meeting`. */
  readonly control: SharedArrayBuffer;
}

/** From a worker. */
export type Answer =
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
