import type { Bytes } from "@isic/cache";
import type { Raster } from "@isic/core-wasm";
import { UndecodableImageError } from "../errors.ts";

/** The few calls of sharp that are used here; it is an optional peer, so its types may not be there either. */
interface SharpPipeline {
  removeAlpha(): SharpPipeline;
  toColourspace(space: string): SharpPipeline;
  raw(): SharpPipeline;
  toBuffer(options: { resolveWithObject: true }): Promise<{
    data: Uint8Array;
    info: { width: number; height: number; channels: number };
  }>;
}

export interface Sharp {
  decode(bytes: Bytes): Promise<Raster>;
}

/** A format that only sharp reads, and sharp is not installed: nothing is known to be wrong with the picture. */
export class MissingSharpError extends UndecodableImageError {
  readonly needs = "sharp";

  constructor(what: string, type: string) {
    super(what, `it is a ${type.toUpperCase()} file; install "sharp" to read those in Node.`);
  }
}

const NAME = "sharp";
let loading: Promise<Sharp | undefined> | undefined;

/** sharp, if this project has it; looked for once. */
export function loadSharp(): Promise<Sharp | undefined> {
  loading ??= import(NAME).then(
    (module: { default: (bytes: Uint8Array, options: object) => SharpPipeline }) => wrap(module.default),
    () => undefined,
  );
  return loading;
}

function wrap(sharp: (bytes: Uint8Array, options: object) => SharpPipeline): Sharp {
  return {
    async decode(bytes: Bytes): Promise<Raster> {
      // sharp leaves the EXIF orientation alone unless asked to rotate, and converts no ICC colours without a target.
      const pipeline = sharp(bytes, { failOn: "truncated", limitInputPixels: false })
        .removeAlpha()
        .toColourspace("srgb");
      const { data, info } = await pipeline.raw().toBuffer({ resolveWithObject: true });
      if (info.channels !== 3) throw new Error(`expected 3 channels, got ${info.channels}`);
      return { width: info.width, height: info.height, channels: 3, data: new Uint8Array(data) };
    },
  };
}
