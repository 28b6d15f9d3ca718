import { type BuildMapOptions, buildMapIntoWith, buildMapWith, type FillMap, type MapBuffers } from "../../src/csr.ts";
import { hex as scalarText } from "../../src/generated/core.scalar.ts";
import { hex as scalarGeometryText } from "../../src/generated/geometry.scalar.ts";
import { type FindPairs, type NeighborOptions, neighborsWith } from "../../src/geometry/neighbors.ts";
import { type Outline, type OutlineOptions, outlinesWith, type TraceRings } from "../../src/geometry/outlines.ts";
import { findPairs } from "../../src/geometry/pairs.ts";
import { traceRings } from "../../src/geometry/trace.ts";
import { type DecodePixels, decodeFresh, decodeInto } from "../../src/image.ts";
import { decodePixels } from "../../src/js/decode.ts";
import { fillMap } from "../../src/js/map.ts";
import { openRows } from "../../src/js/rows.ts";
import { type OpenPainter, openPainter } from "../../src/pixels/coat.ts";
import { type Paint, paintSuperpixelsWith } from "../../src/pixels/paint.ts";
import { crc32 } from "../../src/png/crc.ts";
import { type ReadOptions, readBoth, type Superpixels } from "../../src/png/read.ts";
import type { OpenRows } from "../../src/png/rows.ts";
import { inflate } from "../../src/png/streams.ts";
import type { LabelImage, Raster, SuperpixelMap } from "../../src/types.ts";
import { type CoreSource, coreSource } from "../../src/wasm/core.ts";
import { wasmDecode } from "../../src/wasm/decode.ts";
import { wasmPairs, wasmRings } from "../../src/wasm/geometry.ts";
import { type GeometryExports, simdGeometry } from "../../src/wasm/geometry-module.ts";
import { wasmFillMap } from "../../src/wasm/map.ts";
import { wasmPainter } from "../../src/wasm/paint.ts";
import { wasmRows } from "../../src/wasm/rows.ts";
import { simdCore } from "../../src/wasm/simd.ts";

/** What differs between the builds. */
export interface Implementation {
  readonly name: string;
  readonly openRows: OpenRows;
  decodeRgb(rgb: Uint8Array, width: number, height: number): LabelImage;
  decodeRgba(rgba: Uint8Array, width: number, height: number): LabelImage;
  decodeRgbInto(rgb: Uint8Array, width: number, height: number, labels: Int32Array<ArrayBuffer>): LabelImage;
  buildMap(labels: LabelImage, options?: BuildMapOptions): SuperpixelMap;
  buildMapInto(labels: LabelImage, buffers: MapBuffers): SuperpixelMap;
  readSuperpixels(bytes: Uint8Array, options?: ReadOptions & BuildMapOptions): Promise<Superpixels>;
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
    decodeRgb: (rgb, width, height) => decodeFresh(decode, rgb, 3, width, height),
    decodeRgba: (rgba, width, height) => decodeFresh(decode, rgba, 4, width, height),
    decodeRgbInto: (rgb, width, height, labels) => decodeInto(decode, rgb, 3, width, height, labels),
    buildMap: (labels, options = {}) => buildMapWith(fill, labels, options),
    buildMapInto: (labels, buffers) => buildMapIntoWith(fill, labels, buffers),
    readSuperpixels: (bytes, options = {}) => readBoth({ crc32, openRows: rows, inflate }, bytes, options),
    neighbors: (labels, options = {}) => neighborsWith(pairs, labels, options),
    outlines: (labels, options = {}) => outlinesWith(rings, labels, options),
    paintSuperpixels: (raster, map, superpixels, paint) =>
      paintSuperpixelsWith(painter, raster, map, superpixels, paint),
  };
}

function wasm(name: string, source: CoreSource, geometry: CoreSource<GeometryExports>): Implementation {
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
  wasm("simd", simdCore, simdGeometry),
  wasm("scalar", coreSource(scalarText), coreSource(scalarGeometryText)),
  implementation("js", {
    decode: decodePixels,
    fill: fillMap,
    rows: openRows,
    pairs: findPairs,
    rings: traceRings,
    painter: openPainter,
  }),
];
