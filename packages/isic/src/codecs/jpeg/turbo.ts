/** libjpeg-turbo, compiled to WebAssembly: the same bytes in Node and in every browser. */
import type { Raster } from "@isic/core-wasm";
import { JpegError, jpegModule } from "./header.ts";

interface Decoder {
  getEncodedBuffer(size: number): Uint8Array;
  decode(): void;
  getFrameInfo(): { readonly width: number; readonly height: number; readonly componentCount: number };
  /** A copy of its own, not the decoder's memory. */
  getDecodedBuffer(): Uint8ClampedArray<ArrayBuffer>;
  delete(): void;
}

interface Turbo {
  readonly JPEGDecoder: new () => Decoder;
  readonly HEAPU8: Uint8Array;
}

/** Memory never shrinks: an instance that has grown beyond this is let go after its picture. */
const MOST_MEMORY = 256 << 20;

let module: Promise<WebAssembly.Module> | undefined;
let instance: Promise<Turbo | undefined> | undefined;

/**
 * Decodes a JPEG of one or three components to RGB; undefined where WebAssembly is missing or forbidden.
 *
 * @throws JpegError for data that are broken; the instance that met them is never used again
 */
export async function decodeTurbo(bytes: Uint8Array): Promise<Raster | undefined> {
  instance ??= start();
  const current = instance;
  let isSound = false;
  try {
    const turbo = await current;
    if (turbo === undefined) return undefined;
    const raster = decodeWith(turbo, bytes);
    isSound = turbo.HEAPU8.length <= MOST_MEMORY;
    return raster;
  } finally {
    // A decoder that failed keeps its memory, and may be in any state.
    if (!isSound && instance === current) instance = undefined;
  }
}

function decodeWith(turbo: Turbo, bytes: Uint8Array): Raster {
  let decoder: Decoder;
  try {
    decoder = new turbo.JPEGDecoder();
    decoder.getEncodedBuffer(bytes.length).set(bytes);
    decoder.decode();
  } catch (cause) {
    throw new JpegError("it is a JPEG with broken data", { cause });
  }
  const { width, height, componentCount } = decoder.getFrameInfo();
  const decoded = new Uint8Array(decoder.getDecodedBuffer().buffer);
  decoder.delete();
  const data = componentCount === 1 ? repeated(decoded) : decoded;
  if (data.length !== width * height * 3) throw new JpegError("it is a JPEG with broken data");
  return { width, height, channels: 3, data };
}

function repeated(grey: Uint8Array): Uint8Array<ArrayBuffer> {
  const rgb = new Uint8Array(grey.length * 3);
  for (let i = 0, to = 0; i < grey.length; i++, to += 3) rgb[to] = rgb[to + 1] = rgb[to + 2] = grey[i]!;
  return rgb;
}

/** The library's own loader is given the compiled module, so that it neither fetches nor reads files, and is kept quiet. */
async function start(): Promise<Turbo | undefined> {
  const { createTurbo, wasmHex } = await jpegModule(import("../../generated/libjpeg-turbo.ts"));
  try {
    module ??= WebAssembly.compile(fromHex(wasmHex));
    const compiled = await module;
    return await new Promise((resolve, reject) => {
      const instantiateWasm = (
        imports: WebAssembly.Imports,
        receive: (instance: WebAssembly.Instance) => void,
      ): object => {
        // The library waits for an instance for ever, so a failure goes past it.
        WebAssembly.instantiate(compiled, imports).then(receive).catch(reject);
        return {};
      };
      createTurbo({ instantiateWasm, print() {}, printErr() {} }).then((turbo) => resolve(turbo as Turbo), reject);
    });
  } catch {
    // A page's policy forbids to compile, or, in WebKit, only to instantiate.
    return undefined;
  }
}

function fromHex(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length: text.length / 2 }, (_, i) => Number.parseInt(text.slice(2 * i, 2 * i + 2), 16));
}
