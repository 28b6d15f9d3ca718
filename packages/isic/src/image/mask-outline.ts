/** The outline of a lesion's mask in the Python client's formats. */
import { boundaryMask, type LabelImage, osvgp, type Raster } from "@isic/core-wasm";

/** The outer outline of the piece with the first pixel as an SVG path, with all around it as the filled part if `negative`. */
export function maskOutline(mask: Raster, format: "osvg" | "osvgp", negative: boolean): string {
  const { width, height } = mask;
  const [, path = ""] = / d="([^"]*)"/.exec(osvgp(inOrOut(mask))[1] ?? "") ?? [];
  const around = negative ? `M0 0v${height}h${width}v-${height}h-${width}z` : "";
  const element = `<path id="segmentationp" d="${around}${path}"  />`;
  if (format === "osvgp") return element;
  return `<svg id="segmentation" width="${width}" height="${height}" xmlns="http://www.w3.org/2000/svg">${element}</svg>`;
}

/** The pixels of the lesion that touch the outside, or the image's edge, with one of their sides; in rows. */
export function edgePixels(mask: Raster): [y: number, x: number][] {
  const edge = boundaryMask(inOrOut(mask)).data;
  const pixels: [number, number][] = [];
  for (let i = 0; i < edge.length; i++) {
    if (edge[i] !== 0 && mask.data[i] !== 0) pixels.push([Math.floor(i / mask.width), i % mask.width]);
  }
  return pixels;
}

/** Two labels: 1 inside the lesion. */
function inOrOut({ width, height, data }: Raster): LabelImage {
  return { width, height, data: Int32Array.from(data, (value) => (value > 0 ? 1 : 0)), count: 2 };
}
