import { hex as scalarText } from "../../src/generated/core.scalar.ts";
import { hex as scalarGeometryText } from "../../src/generated/geometry.scalar.ts";
import { type NeighborOptions, neighborsWith } from "../../src/geometry/neighbors.ts";
import { type Outline, type OutlineOptions, outlinesWith } from "../../src/geometry/outlines.ts";
import { type DecodePixels, decodePixels, wasmDecode } from "../../src/kernels/decode.ts";
import { wasmPairs, wasmRings } from "../../src/kernels/geometry-wasm.ts";
import { type KernelSource, kernelSource } from "../../src/kernels/instances.ts";
import { type FillMap, fillMap, wasmFillMap } from "../../src/kernels/map.ts";
import { type CoreExports, coreKernels, type GeometryExports, geometryKernels } from "../../src/kernels/modules.ts";
import { type OpenPainter, openPainter } from "../../src/kernels/paint-js.ts";
import { wasmPainter } from "../../src/kernels/paint-wasm.ts";
import { type FindPairs, findPairs } from "../../src/kernels/pairs-js.ts";
import { openRows } from "../../src/kernels/png-rows-js.ts";
import { wasmRows } from "../../src/kernels/png-rows-wasm.ts";
import { type TraceRings, traceRings } from "../../src/kernels/rings-js.ts";
import { decodeWith } from "../../src/labels/rgb.ts";
import { type BuildMapOptions, buildMapIntoWith, buildMapWith, type MapBuffers } from "../../src/map/build.ts";
import { type Paint, paintSuperpixelsWith } from "../../src/paint/superpixels.ts";
import { crc32 } from "../../src/png/crc32.ts";
import { both, openLabels, type ReadLabelsOptions, type Superpixels } from "../../src/png/labels.ts";
import type { OpenRows } from "../../src/png/rows.ts";
import { inflate } from "../../src/png/streams.ts";
import type { LabelImage, Raster, SuperpixelMap } from "../../src/types.ts";

/** What differs between the builds. */
export interface Implementation {
  readonly name: string;
  readonly openRows: OpenRows;
  decodeRgb(rgb: Uint8Array, width: number, height: number): LabelImage;
  decodeRgba(rgba: Uint8Array, width: number, height: number): LabelImage;
  decodeRgbInto(rgb: Uint8Array, width: number, height: number, labels: Int32Array<ArrayBuffer>): LabelImage;
  buildMap(labels: LabelImage, options?: BuildMapOptions): SuperpixelMap;
  buildMapInto(labels: LabelImage, buffers: MapBuffers): SuperpixelMap;
  readSuperpixels(bytes: Uint8Array, options?: ReadLabelsOptions & BuildMapOptions): Promise<Superpixels>;
  neighbors(labels: LabelImage, options?: NeighborOptions): Int32Array<ArrayBuffer>[];
  outlines(labels: LabelImage, options?: OutlineOptions): Outline[];
  paintSuperpixels(raster: Raster, map: SuperpixelMap, superpixels: ArrayLike<number>, paint: Paint): void;
}

interface Kernels {
  readonly decode: DecodePixels;
  readonly fill: FillMap;
  readonly rows: OpenRows;
  readonly pairs: FindPairs;
  readonly rings: TraceRings;
  readonly painter: OpenPainter;
}

function implementation(name: string, { decode, fill, rows, pairs, rings, painter }: Kernels): Implementation {
  return {
    name,
    openRows: rows,
    decodeRgb: (rgb, width, height) => decodeWith(decode, rgb, 3, width, height),
    decodeRgba: (rgba, width, height) => decodeWith(decode, rgba, 4, width, height),
    decodeRgbInto: (rgb, width, height, labels) => decodeWith(decode, rgb, 3, width, height, labels),
    buildMap: (labels, options = {}) => buildMapWith(fill, labels, options),
    buildMapInto: (labels, buffers) => buildMapIntoWith(fill, labels, buffers),
    async readSuperpixels(bytes, options = {}) {
      const opened = openLabels(bytes, crc32, rows, options);
      try {
        await inflate(opened.file, (piece) => opened.push(piece), options.signal);
        return both(opened, options);
      } finally {
        opened.close();
      }
    },
    neighbors: (labels, options = {}) => neighborsWith(pairs, labels, options),
    outlines: (labels, options = {}) => outlinesWith(rings, labels, options),
    paintSuperpixels: (raster, map, superpixels, paint) =>
      paintSuperpixelsWith(painter, raster, map, superpixels, paint),
  };
}

function wasm(
  name: string,
  source: KernelSource<CoreExports>,
  geometry: KernelSource<GeometryExports>,
): Implementation {
  const [core, shapes] = [source.take(), geometry.take()];
  if (core === undefined || shapes === undefined) throw new Error(`the ${name} build does not run here`);
  source.giveBack(core);
  geometry.giveBack(shapes);
  return implementation(name, {
    decode: wasmDecode(source),
    fill: wasmFillMap(source),
    rows: wasmRows(source),
    pairs: wasmPairs(geometry),
    rings: wasmRings(geometry),
    painter: wasmPainter(geometry),
  });
}

/** All three, of which each must do what the others do. */
export const implementations: readonly Implementation[] = [
  wasm("simd", coreKernels, geometryKernels),
  wasm("scalar", kernelSource(scalarText), kernelSource(scalarGeometryText)),
  implementation("js", {
    decode: decodePixels,
    fill: fillMap,
    rows: openRows,
    pairs: findPairs,
    rings: traceRings,
    painter: openPainter,
  }),
];
