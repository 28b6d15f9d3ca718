import { KEPT_MEMORY, type KernelSource } from "./instances.ts";
import { align } from "./map.ts";
import type { GeometryExports } from "./modules.ts";
import { BlendTable, type OpenPainter, openPainter, repeatColor } from "./paint-js.ts";

/** The colour for 48 bytes (pixels of three or of four), then the last 16 of a run; see assembly/paint/paint.ts. */
const PATTERN_AT = 0;
const WHOLE = 48;
const PATTERN = 64;
const TABLE_AT = PATTERN;
const PIXELS_AT = TABLE_AT + 1024;
/** The kernel looks at what is behind the list. */
const READ_AHEAD = 16;
/** Fewer pixels, by this factor, are painted in place sooner than the picture is copied there and back. */
const FEW = 8;

/** In WebAssembly where that is to be had and pays; otherwise in JavaScript. */
export function wasmPainter(source: KernelSource<GeometryExports>): OpenPainter {
  return (raster, map, painted) => {
    const { pixels, offsets } = map;
    const { data, channels } = raster;
    const picture = align(PIXELS_AT + pixels.length * 4 + READ_AHEAD);
    const isWorthIt = painted * FEW >= pixels.length && picture + data.length <= KEPT_MEMORY;
    const core = isWorthIt ? source.take() : undefined;
    if (core === undefined) return openPainter(raster, map, painted);
    core.reserve(picture + data.length);
    core.words.set(pixels, PIXELS_AT / 4);
    core.bytes.set(data, picture);
    const there = core.bytes.subarray(picture, picture + data.length);
    const { buffer } = core.bytes;
    const pattern = new Uint8ClampedArray(buffer, PATTERN_AT, PATTERN);
    const whole = pattern.subarray(0, WHOLE);
    const table = new BlendTable(new Uint8ClampedArray(buffer, TABLE_AT, 256 * channels));
    return {
      data: there,
      paint(superpixel, brush): void {
        const from = PIXELS_AT + offsets[superpixel]! * 4;
        const to = PIXELS_AT + offsets[superpixel + 1]! * 4;
        if (brush.alpha === 1) {
          repeatColor(whole, brush.color, channels);
          // A run of whole pixels ends as these do.
          pattern.copyWithin(WHOLE, WHOLE - 16, WHOLE);
          core.run.fillPixels(picture, channels, from, to, PATTERN_AT);
        } else {
          table.prepare(brush);
          core.run.blendPixels(picture, channels, from, to, TABLE_AT);
        }
      },
      end(): void {
        data.set(there);
        source.giveBack(core);
      },
    };
  };
}
