// The two modules that come with the package. Those who only decode do not load the one for geometry and paint.
import { hex as coreHex } from "../generated/core.simd.ts";
import { hex as geometryHex } from "../generated/geometry.simd.ts";
import { type KernelSource, kernelSource } from "./instances.ts";

/** The functions of assembly/core.ts; ABI.md describes each. */
export interface CoreExports {
  readonly memory: WebAssembly.Memory;
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

/** The functions of assembly/geometry.ts. */
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

/** Labels, maps and rows of PNG files. */
export const coreKernels: KernelSource<CoreExports> = /* @__PURE__ */ kernelSource(coreHex);

/** Neighbours, outlines and paint. */
export const geometryKernels: KernelSource<GeometryExports> = /* @__PURE__ */ kernelSource(geometryHex);
