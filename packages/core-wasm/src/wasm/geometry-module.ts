import { hex } from "../generated/geometry.simd.ts";
import { type CoreSource, coreSource } from "./core.ts";

/** The functions of assembly/geometry.ts: a module of its own, because who only decodes needs none of them. */
export interface GeometryExports {
  readonly memory: WebAssembly.Memory;
  touchingPairs(
    labels: number,
    width: number,
    height: number,
    count: number,
    corners: number,
    changes: number,
    table: number,
    slots: number,
  ): number;
  traceRings(
    labels: number,
    width: number,
    height: number,
    count: number,
    corners: number,
    done: number,
    rings: number,
    ringsEnd: number,
  ): number;
  fillPixels(picture: number, channels: number, pixels: number, pixelsEnd: number, pattern: number): void;
  blendPixels(picture: number, channels: number, pixels: number, pixelsEnd: number, table: number): void;
}

/** The module that everything but `/js` runs on. */
export const simdGeometry: CoreSource<GeometryExports> = /* @__PURE__ */ coreSource(hex);
