import { ArgumentError } from "../errors.ts";
import { checkOptions } from "../session/options.ts";

export interface SuperpixelColorsOptions {
  /** The step from one superpixel's value to the next one's. @default 1 */
  readonly interleave?: number;
  /** More attributes for each, as they are, such as `stroke="#000"`. */
  readonly attributes?: string;
}

/**
 * An SVG fill for each superpixel, that says its number as the archive's PNG does (red counts, then green, then blue):
 * the `attributes` of `image.superpixelOutlines`.
 *
 * @param count how many superpixels
 * @throws ArgumentError for a count or a step that is no whole number from 1 on
 * @example
 * ```ts
 * import { superpixelColors } from "isic";
 *
 * superpixelColors(2); // [ 'fill="#000000"', 'fill="#010000"' ]
 * ```
 */
export function superpixelColors(count: number, options: SuperpixelColorsOptions = {}): string[] {
  checkOptions("superpixelColors", options, ["interleave", "attributes"]);
  const { interleave = 1, attributes = "" } = options;
  for (const value of [count, interleave]) {
    if (!Number.isInteger(value) || value < 1)
      throw new ArgumentError(`expected whole numbers from 1 on, got ${value}`);
  }
  const more = attributes === "" ? "" : ` ${attributes}`;
  return Array.from({ length: count }, (_, i) => {
    const value = i * interleave;
    const color = [value, value >> 8, value >> 16].map((part) => (part & 255).toString(16).padStart(2, "0"));
    return `fill="#${color.join("")}"${more}`;
  });
}
