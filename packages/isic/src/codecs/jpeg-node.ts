import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import type { Bytes } from "@isic/cache";
import type { Raster } from "@isic/core-wasm";
import { rgbaOf, rgbOfRgba } from "./pixels.ts";
import { loadSharp } from "./sharp.ts";

interface Picture {
  readonly data: Uint8ClampedArray;
  readonly width: number;
  readonly height: number;
}

type Init = (module: WebAssembly.Module) => Promise<void>;
type Decode = (bytes: ArrayBuffer, options?: object) => Promise<Picture>;
type Encode = (picture: Picture, options?: object) => Promise<ArrayBuffer>;

let decoder: Promise<Decode> | undefined;
let encoder: Promise<Encode> | undefined;

export async function decodeJpeg(bytes: Bytes): Promise<Raster> {
  const sharp = await loadSharp();
  if (sharp !== undefined) return sharp.decode(bytes);
  decoder ??= loadDecoder();
  const decode = await decoder;
  const { data, width, height } = await decode(bytes.slice().buffer);
  return rgbOfRgba(data, width, height);
}

export async function encodeJpeg(raster: Raster, quality: number): Promise<Bytes> {
  encoder ??= loadEncoder();
  const encode = await encoder;
  const picture = { data: rgbaOf(raster), width: raster.width, height: raster.height };
  return new Uint8Array(await encode(picture, { quality }));
}

async function loadDecoder(): Promise<Decode> {
  const module = (await import("@jsquash/jpeg/decode.js")) as { default: Decode; init: unknown };
  await (module.init as Init)(await compile("@jsquash/jpeg/codec/dec/mozjpeg_dec.wasm"));
  return module.default;
}

async function loadEncoder(): Promise<Encode> {
  const module = (await import("@jsquash/jpeg/encode.js")) as unknown as { default: Encode; init: Init };
  await module.init(await compile("@jsquash/jpeg/codec/enc/mozjpeg_enc.wasm"));
  return module.default;
}

/** The codec's own loader would fetch() a file URL, which Node does not. */
async function compile(file: string): Promise<WebAssembly.Module> {
  return WebAssembly.compile(await readFile(createRequire(import.meta.url).resolve(file)));
}
