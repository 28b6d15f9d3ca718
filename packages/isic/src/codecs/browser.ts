import type { Bytes } from "@isic/cache";
import { type Raster, readPng, readSuperpixelPng, writeSuperpixelPng } from "@isic/core-wasm";
import { EncodeError, UnreadableFormatError } from "../errors.ts";
import { checkOptions } from "../session/options.ts";
import { decodeLabels, decodePhoto, type Readers } from "./decode.ts";
import { rgbaOf } from "./pixels.ts";
import { inWorkers } from "./superpixels.ts";
import type { Codecs } from "./types.ts";

const readers: Readers = {
  readPng,
  readSuperpixelPng,
  readOther(_, what, { title, advice }) {
    return Promise.reject(new UnreadableFormatError(what, `it is ${title}, which is not read here: ${advice}.`));
  },
};

/**
 * JPEG by libjpeg-turbo and PNG by @isic/core-wasm, as everywhere: a browser's own decoders apply orientations and
 * profiles, multiply alpha in, and give noise where they resist fingerprinting.
 */
export const browserCodecs: Codecs = /* @__PURE__ */ createBrowserCodecs();

export interface BrowserCodecsOptions {
  /**
   * The script of the workers that compute superpixels, for bundlers that do not see it by themselves (esbuild, Rollup):
   * `@isic/core-wasm/slic/pool/worker` built as an entry of its own, or a function that starts one.
   */
  readonly worker?: URL | string | (() => Worker);
}

/** The codecs of `isic/browser`, with the workers' script somewhere else: `IsicApi.connect({ codecs })`. */
export function createBrowserCodecs(options: BrowserCodecsOptions = {}): Codecs {
  checkOptions("createBrowserCodecs", options, ["worker"]);
  const { worker } = options;
  return {
    decode: (bytes, options = {}) => decodePhoto(bytes, options, readers),
    readSuperpixels: (bytes, options = {}) => decodeLabels(bytes, options, readers),
    writeSuperpixels: (labels) => writeSuperpixelPng(labels),
    encodePng: async (raster) => (await import("./write-png.ts")).writePng(raster),
    encodeJpeg,
    computeSuperpixels: inWorkers(async () => {
      const { createSlicPool } = await import("@isic/core-wasm/slic/pool");
      return createSlicPool(worker === undefined ? {} : { worker });
    }),
  };
}

/** By the browser's own encoder, once it has shown that its canvas gives back what is put in. */
async function encodeJpeg(raster: Raster, quality: number): Promise<Bytes> {
  const context = canvas(raster.width, raster.height);
  checkCanvas();
  context.putImageData(new ImageData(rgbaOf(raster), raster.width, raster.height), 0, 0);
  const blob = await context.canvas.convertToBlob({ type: "image/jpeg", quality: quality / 100 });
  return new Uint8Array(await blob.arrayBuffer());
}

function canvas(width: number, height: number): OffscreenCanvasRenderingContext2D {
  const context = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
  if (context === null) throw new EncodeError(`This browser gives no canvas of ${width} x ${height} pixels.`);
  return context;
}

/** Browsers that resist fingerprinting put noise, or white, in the place of what a canvas holds. */
function checkCanvas(): void {
  const size = 8;
  const known = Uint8ClampedArray.from({ length: size * size * 4 }, (_, i) => (i % 4 === 3 ? 255 : (i * 37) % 256));
  const context = canvas(size, size);
  context.putImageData(new ImageData(known, size, size), 0, 0);
  const { data } = context.getImageData(0, 0, size, size);
  if (data.every((value, i) => value === known[i])) return;
  throw new EncodeError(
    "This browser changes the pixels of canvases (it resists fingerprinting), so a JPEG cannot be written: write a PNG.",
  );
}
