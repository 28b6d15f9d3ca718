// Two thousand pictures by their number alone: the same bytes in every engine (whole numbers only).
import type { Raster, SlicOptions } from "../../src/slic/index.ts";

export const SEEDED = 2000;
/** The SHA-256 over those of the labels (int32, little-endian) of all pictures, one after the other. */
export const SEEDED_HASH = "6289a8f127ea0740e223164e486b7738fdecb3e11a9df18884238bb12fa456ba";

export interface Seeded {
  readonly picture: Raster;
  readonly options: SlicOptions;
}

/** Soft patches, noise of any strength, any range of bytes; sizes of 20 to 119, all kinds of options. */
export function seeded(number: number): Seeded {
  let state = (number * 2_654_435_761) >>> 0;
  const below = (most: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * most);
  };
  const channels = ([1, 3, 3, 4] as const)[below(4)]!;
  const [width, height] = [20 + below(100), 20 + below(100)];
  const [darkest, span, patch, strength] = [below(200), 1 + below(256), 3 + below(30), 1 + below(64)];
  const tones = Array.from({ length: 16 }, () => below(span));
  const data = new Uint8Array(width * height * channels);
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const tone = tones[(Math.floor(x / patch) * 7 + Math.floor((y + x / 3) / patch) * 3) & 15]!;
      for (let c = 0; c < channels; c++)
        data[at++] = Math.min(255, darkest + ((tone * (c + 2)) >> 2) + below(strength));
    }
  }
  const options = {
    segments: 5 + below(200),
    compactness: [0.01, 0.01, 0.1, 1, 20][below(5)]!,
    sigma: [2, 2, 0, 0.7, 5][below(5)]!,
    zero: below(4) > 0,
  };
  return { picture: { width, height, channels, data }, options };
}

/** Adds the labels of one picture after another; gives the hash of all. */
export class LabelHash {
  readonly #digests: Promise<ArrayBuffer>[] = [];

  add(labels: Int32Array<ArrayBuffer>): void {
    this.#digests.push(crypto.subtle.digest("SHA-256", labels));
  }

  async hash(): Promise<string> {
    const all = new Uint8Array(await new Blob(await Promise.all(this.#digests)).arrayBuffer());
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", all));
    return [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  }
}
