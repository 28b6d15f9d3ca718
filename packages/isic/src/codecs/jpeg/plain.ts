/**
 * Huffman-coded JPEGs that libjpeg-turbo's simple interface does not give as RGB: four components (CMYK, YCCK), and
 * sampling factors out of the ordinary; and all of them where there is no WebAssembly, which takes some five times as
 * long. The bytes are those of libjpeg-turbo and Pillow's `convert("RGB")`.
 */
import type { Raster } from "@isic/core-wasm";
import { readCoefficients } from "./coefficients.ts";
import type { JpegHeader } from "./header.ts";
import { clamp, samplesOf } from "./samples.ts";

/**
 * Decodes to RGB.
 *
 * @throws JpegError for data that are broken
 */
export function decodePlain(bytes: Uint8Array, header: JpegHeader): Raster {
  const { width, height, components } = header;
  const h = Math.max(...components.map((component) => component.h));
  const v = Math.max(...components.map((component) => component.v));
  const coefficients = readCoefficients(bytes, header);
  const planes: Uint8Array[] = [];
  // Twice the memory of the samples: a component's are let go before the next one is looked at.
  for (let plane = coefficients.shift(); plane !== undefined; plane = coefficients.shift())
    planes.push(samplesOf(plane, h, v, width, height));
  const data = new Uint8Array(width * height * 3);
  const [first, second, third, black] = planes;
  if (first !== undefined && second === undefined) {
    for (let i = 0, to = 0; i < first.length; i++, to += 3) data[to] = data[to + 1] = data[to + 2] = first[i]!;
  } else {
    if (isYcc(header)) toRgb(first!, second!, third!);
    if (black !== undefined) blend(data, [first!, second!, third!], black, isYcc(header));
    else interleave(data, first!, second!, third!);
  }
  return { width, height, channels: 3, data };
}

/** As libjpeg decides: an Adobe segment says it, JFIF means YCbCr, and components may be called R, G and B. */
function isYcc({ components, hasJfif, adobe }: JpegHeader): boolean {
  if (components.length === 4) return adobe !== undefined && adobe !== 0;
  if (hasJfif) return true;
  if (adobe !== undefined) return adobe !== 0;
  return components.map(({ id }) => String.fromCharCode(id)).join("") !== "RGB";
}

// ITU-R BT.601 in 16 binary places, rounded as libjpeg does.
const RED_CR = 91881;
const GREEN_CB = 22554;
const GREEN_CR = 46802;
const BLUE_CB = 116130;
const HALF = 1 << 15;

/** YCbCr to RGB, in place. */
function toRgb(luma: Uint8Array, blues: Uint8Array, reds: Uint8Array): void {
  for (let i = 0; i < luma.length; i++) {
    const y = luma[i]!;
    const cb = blues[i]! - 128;
    const cr = reds[i]! - 128;
    luma[i] = clamp(y + ((RED_CR * cr + HALF) >> 16));
    blues[i] = clamp(y + ((-GREEN_CB * cb - GREEN_CR * cr + HALF) >> 16));
    reds[i] = clamp(y + ((BLUE_CB * cb + HALF) >> 16));
  }
}

function interleave(data: Uint8Array, red: Uint8Array, green: Uint8Array, blue: Uint8Array): void {
  for (let i = 0, to = 0; i < red.length; i++, to += 3) {
    data[to] = red[i]!;
    data[to + 1] = green[i]!;
    data[to + 2] = blue[i]!;
  }
}

/**
 * Inks to light as Pillow has it: files are taken to hold inks inverted (Adobe's way), YCCK ones the light of the
 * three inks besides; each ink takes its share of what the black one leaves.
 */
function blend(
  data: Uint8Array,
  inks: readonly [Uint8Array, Uint8Array, Uint8Array],
  black: Uint8Array,
  isYcck: boolean,
) {
  for (let i = 0, to = 0; i < black.length; i++) {
    const left = black[i]!;
    for (const ink of inks) {
      const amount = isYcck ? ink[i]! : 255 - ink[i]!;
      const product = amount * left + 128;
      data[to++] = clamp(left - (((product >> 8) + product) >> 8));
    }
  }
}
