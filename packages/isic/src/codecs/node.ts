import { Buffer } from "node:buffer";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import type { Bytes } from "@isic/cache";
import type { Raster } from "@isic/core-wasm";
import { readPng, readSuperpixelPng, writeSuperpixelPng } from "@isic/core-wasm/node";
import type { SlicPool } from "@isic/core-wasm/slic/pool/node";
import type { PNG as Png } from "pngjs";
import { UnreadableFormatError } from "../errors.ts";
import { decodeLabels, decodePhoto, type Readers } from "./decode.ts";
import { rgbaOf } from "./pixels.ts";
import { inWorkers } from "./superpixels.ts";
import type { Codecs } from "./types.ts";

const readers: Readers = {
  readPng,
  readSuperpixelPng,
  async readOther(bytes, what, { title, reader, advice }, maxPixels) {
    if (reader !== "sharp") throw new UnreadableFormatError(what, `it is ${title}, which is not read here: ${advice}.`);
    return (await import("./sharp.ts")).decodeWithSharp(bytes, what, title, maxPixels);
  },
};

/**
 * JPEG by libjpeg-turbo and PNG by @isic/core-wasm, as everywhere; TIFF by `sharp` where it is installed. PNG is written
 * by pngjs, JPEG by @jsquash/jpeg.
 */
export const nodeCodecs: Codecs = {
  decode: (bytes, options = {}) => decodePhoto(bytes, options, readers),
  readSuperpixels: (bytes, options = {}) => decodeLabels(bytes, options, readers),
  writeSuperpixels: (labels) => writeSuperpixelPng(labels),
  computeSuperpixels: /* @__PURE__ */ inWorkers(createPool),
  encodePng,
  encodeJpeg,
};

async function createPool(): Promise<SlicPool> {
  const { createSlicPool } = await import("@isic/core-wasm/slic/pool/node");
  try {
    return createSlicPool({ worker: pathToFileURL(resolveFrom("@isic/core-wasm/slic/pool/worker/node")) });
  } catch {
    // A bundled program: the script lies where the bundler put it, or nowhere.
    return createSlicPool();
  }
}

/** The path of a file in a package that this one needs. */
function resolveFrom(file: string): string {
  return createRequire(import.meta.url).resolve(file);
}

const COLOR_TYPES = { 1: 0, 3: 2, 4: 6 } as const;

async function encodePng({ width, height, channels, data }: Raster): Promise<Bytes> {
  const PNG = await loadPngjs();
  const colorType = COLOR_TYPES[channels];
  const options = { colorType, inputColorType: colorType, inputHasAlpha: channels === 4 };
  const png = new PNG({ width, height, ...options });
  png.data = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  return new Uint8Array(PNG.sync.write(png, options as never));
}

async function loadPngjs(): Promise<typeof Png> {
  const module = (await import("pngjs")) as { PNG?: typeof Png; default?: { PNG: typeof Png } };
  return (module.PNG ?? module.default?.PNG)!;
}

type Encode = (picture: object, options?: object) => Promise<ArrayBuffer>;

let encoder: Promise<Encode> | undefined;

async function encodeJpeg(raster: Raster, quality: number): Promise<Bytes> {
  encoder ??= loadEncoder();
  const encode = await encoder;
  const picture = { data: rgbaOf(raster), width: raster.width, height: raster.height };
  return new Uint8Array(await encode(picture, { quality }));
}

async function loadEncoder(): Promise<Encode> {
  const module = (await import("@jsquash/jpeg/encode.js")) as unknown as {
    default: Encode;
    init: (module: WebAssembly.Module) => Promise<void>;
  };
  // The encoder's own loader would fetch() a file URL, which Node does not.
  const file = resolveFrom("@jsquash/jpeg/codec/enc/mozjpeg_enc.wasm");
  await module.init(await WebAssembly.compile(await readFile(file)));
  return module.default;
}
