// Loaded when an image is asked for them: most pages paint, and need neither.
import { type CjsonRecord, cjson, type LabelImage, osvgp } from "@isic/core-wasm";
import { ArgumentError } from "../errors.ts";

export { neighborsByDegree } from "@isic/core-wasm";

/** The outlines in one of the Python client's formats that are worth having. */
export function outlinesOf(labels: LabelImage, format: string, attributes?: string): string[] | CjsonRecord[] {
  if (format === "cjson") return cjson(labels);
  if (format === "osvgp") return osvgp(labels, attributes);
  const others = "the border pixels are image.markSuperpixels(), pieces and holes `outlines` of @isic/core-wasm";
  throw new ArgumentError(`expected the format "osvgp" or "cjson", got ${JSON.stringify(format)}; ${others}`);
}
