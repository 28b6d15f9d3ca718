import type { Color } from "@isic/core-wasm";
import { masterFeatures } from "./master-features.ts";

/**
 * A colour for a feature: always the same for the same name, the same for all its synonyms, and never too dark or too
 * pale to be seen on a photo. `A+B` is the mean of both.
 *
 * @example
 * ```ts
 * import { featureColor } from "isic/features";
 *
 * featureColor("Dots : Brown"); // [ red, green, blue ]
 * ```
 */
export function featureColor(feature: string): Color {
  const parts = feature.split("+").map((part) => colorOf(part.trim()));
  const mean = (channel: 0 | 1 | 2): number =>
    Math.floor(parts.reduce((sum, color) => sum + color[channel], 0) / parts.length);
  return [mean(0), mean(1), mean(2)];
}

function colorOf(feature: string): Color {
  const name = [...(masterFeatures().get(feature)?.synonyms ?? [feature])].sort()[0]!;
  const hash = fnv1a(name);
  return rgbOf(hash % 360, 0.55 + ((hash >>> 10) % 40) / 100, 0.4 + ((hash >>> 18) % 25) / 100);
}

/** A small hash that spreads names well. */
function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (const char of text) hash = Math.imul(hash ^ char.codePointAt(0)!, 0x01000193);
  return (hash ^ (hash >>> 15)) >>> 0;
}

/** Hue in degrees, saturation and lightness from 0 to 1. */
function rgbOf(hue: number, saturation: number, lightness: number): Color {
  const reach = saturation * Math.min(lightness, 1 - lightness);
  const channel = (offset: number): number => {
    const k = (offset + hue / 30) % 12;
    return Math.round(255 * (lightness - reach * Math.max(-1, Math.min(k - 3, 9 - k, 1))));
  };
  return [channel(0), channel(8), channel(4)];
}
