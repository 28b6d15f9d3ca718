// Loaded when an image is asked for them: most pages paint, and need neither.
import { type CjsonRecord, cjson, type LabelImage, osvgp } from "@isic/core-wasm";
import { ArgumentError } from "../errors.ts";
import { checkOptions } from "../session/options.ts";

export { neighborsByDegree } from "@isic/core-wasm";

/** What is put into outlines, and of which superpixels they are. */
export interface ShapeOptions {
  /** For every SVG path element, as it is; or one for each superpixel of the image, by its number. */
  readonly attributes?: string | readonly string[];
  /** Only these superpixels, in this order. */
  readonly pixSelection?: readonly number[];
}

/** The outlines in one of the Python client's formats that are worth having. */
export function outlinesOf(
  labels: LabelImage,
  format: string,
  options: ShapeOptions | ShapeOptions["attributes"],
): string | string[] | CjsonRecord[] {
  const given = typeof options === "string" || Array.isArray(options);
  const { attributes = "", pixSelection } = given ? { attributes: options } : ((options ?? {}) as ShapeOptions);
  checkOptions("superpixelOutlines", { attributes, pixSelection }, ["attributes", "pixSelection"]);
  if (!given && options !== undefined) checkOptions("superpixelOutlines", options, ["attributes", "pixSelection"]);
  const wrong = pixSelection?.find(
    (superpixel) => !(Number.isInteger(superpixel) && superpixel >= 0 && superpixel < labels.count),
  );
  if (wrong !== undefined) throw new ArgumentError(`expected superpixels from 0 to ${labels.count - 1}, got ${wrong}`);
  const chosen = <T>(all: readonly T[]): T[] =>
    pixSelection === undefined ? [...all] : pixSelection.map((i) => all[i]!);
  if (format === "cjson") return chosen(cjson(labels));
  const paths = withAttributes(labels, attributes);
  if (format === "osvgp") return chosen(paths);
  const size = `width="${labels.width}" height="${labels.height}" xmlns="http://www.w3.org/2000/svg"`;
  if (format === "osvg") return `<svg id="superpixels" ${size}>\n    ${chosen(paths).join("\n    ")}\n</svg>`;
  if (format === "osvgs") {
    const documents = paths.map((path, i) => {
      const inner = path.replace(`<path id="superpixel_${i}"`, `<path id="superpixelp_${i}"`);
      return `<svg id="superpixel_${i}" ${size}>${inner}</svg>`;
    });
    return chosen(documents);
  }
  const others = "the border pixels are image.markSuperpixels(), pieces and holes `outlines` of @isic/core-wasm";
  throw new ArgumentError(
    `expected the format "osvgp" or "cjson", "osvg" or "osvgs", got ${JSON.stringify(format)}; ${others}`,
  );
}

function withAttributes(labels: LabelImage, attributes: string | readonly string[]): string[] {
  if (typeof attributes === "string") return osvgp(labels, attributes);
  if (attributes.length < labels.count) {
    const sizes = `${labels.count} attributes, one for each superpixel, got ${attributes.length}`;
    throw new ArgumentError(`expected ${sizes}`);
  }
  // With one text for all the path ends in it; a label that no pixel has is no path.
  return osvgp(labels, "").map((path, i) =>
    path === "" ? "" : path.replace(/ {2}\/>$/, () => ` ${attributes[i]} />`),
  );
}
