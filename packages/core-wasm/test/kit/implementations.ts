import { type BuildMapOptions, buildMapIntoWith, buildMapWith, type FillMap, type MapBuffers } from "../../src/csr.ts";
import { base64 as scalarText } from "../../src/generated/core.scalar.ts";
import { type DecodePixels, decodeFresh, decodeInto } from "../../src/image.ts";
import { decodePixels } from "../../src/js/decode.ts";
import { fillMap } from "../../src/js/map.ts";
import { openRows } from "../../src/js/rows.ts";
import { crc32 } from "../../src/png/crc.ts";
import { type ReadOptions, readBoth, type Superpixels } from "../../src/png/read.ts";
import type { OpenRows } from "../../src/png/rows.ts";
import { inflate } from "../../src/png/streams.ts";
import type { LabelImage, SuperpixelMap } from "../../src/types.ts";
import { type CoreSource, coreSource } from "../../src/wasm/core.ts";
import { wasmDecode } from "../../src/wasm/decode.ts";
import { wasmFillMap } from "../../src/wasm/map.ts";
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
}

function implementation(name: string, decode: DecodePixels, fill: FillMap, rows: OpenRows): Implementation {
  return {
    name,
    openRows: rows,
    decodeRgb: (rgb, width, height) => decodeFresh(decode, rgb, 3, width, height),
    decodeRgba: (rgba, width, height) => decodeFresh(decode, rgba, 4, width, height),
    decodeRgbInto: (rgb, width, height, labels) => decodeInto(decode, rgb, 3, width, height, labels),
    buildMap: (labels, options = {}) => buildMapWith(fill, labels, options),
    buildMapInto: (labels, buffers) => buildMapIntoWith(fill, labels, buffers),
    readSuperpixels: (bytes, options = {}) => readBoth({ crc32, openRows: rows, inflate }, bytes, options),
  };
}

function wasm(name: string, source: CoreSource): Implementation {
  const core = source.take();
  if (core === undefined) throw new Error(`the ${name} build does not run here`);
  source.giveBack(core);
  return implementation(name, wasmDecode(source), wasmFillMap(source), wasmRows(source));
}

/** All three, of which each must do what the others do. */
export const implementations: readonly Implementation[] = [
  wasm("simd", simdCore),
  wasm("scalar", coreSource(scalarText)),
  implementation("js", decodePixels, fillMap, openRows),
];
