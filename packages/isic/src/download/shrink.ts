import type { Raster } from "@isic/core-wasm";

/**
 * A copy whose longer side has at most `longerSide` pixels: each pixel the mean of the area it stands for. What is
 * small enough comes back as it is.
 *
 * @throws RangeError unless `longerSide` is a whole number of at least 1
 */
export function shrink(raster: Raster, longerSide: number): Raster {
  if (!Number.isInteger(longerSide) || longerSide < 1) {
    throw new RangeError(`expected a longer side of at least 1 pixel, got ${longerSide}`);
  }
  const scale = longerSide / Math.max(raster.width, raster.height);
  if (scale >= 1) return raster;
  const width = Math.max(1, Math.round(raster.width * scale));
  const height = Math.max(1, Math.round(raster.height * scale));
  return meanRows(meanColumns(raster, width), height);
}

/** Float sums between the two passes, so that nothing is rounded twice. */
interface Sums {
  readonly width: number;
  readonly height: number;
  readonly channels: Raster["channels"];
  readonly data: Float32Array;
}

function meanColumns({ data, channels, width: from, height }: Raster, width: number): Sums {
  const out = new Float32Array(width * height * channels);
  const step = from / width;
  for (let x = 0; x < width; x++) {
    const { first, last, head, tail } = span(x, step, from);
    for (let y = 0; y < height; y++) {
      const row = y * from;
      for (let c = 0; c < channels; c++) {
        let sum = data[(row + first) * channels + c]! * head;
        for (let i = first + 1; i < last; i++) sum += data[(row + i) * channels + c]!;
        if (last > first) sum += data[(row + last) * channels + c]! * tail;
        out[(y * width + x) * channels + c] = sum / step;
      }
    }
  }
  return { width, height, channels, data: out };
}

function meanRows({ data, channels, width, height: from }: Sums, height: number): Raster {
  const out = new Uint8Array(width * height * channels);
  const step = from / height;
  const stride = width * channels;
  for (let y = 0; y < height; y++) {
    const { first, last, head, tail } = span(y, step, from);
    for (let i = 0; i < stride; i++) {
      let sum = data[first * stride + i]! * head;
      for (let row = first + 1; row < last; row++) sum += data[row * stride + i]!;
      if (last > first) sum += data[last * stride + i]! * tail;
      out[y * stride + i] = Math.round(sum / step);
    }
  }
  return { width, height, channels, data: out };
}

/** The source pixels under target pixel `at`: the whole ones between, and the shares of the two at the ends. */
function span(at: number, step: number, limit: number): { first: number; last: number; head: number; tail: number } {
  const start = at * step;
  const end = Math.min(limit, start + step);
  const first = Math.floor(start);
  const last = Math.min(limit - 1, Math.ceil(end) - 1);
  return { first, last, head: Math.min(first + 1, end) - start, tail: end - last };
}
