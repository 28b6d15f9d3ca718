import type { Outline, Ring } from "./outlines.ts";

/**
 * The `d` of an SVG path: all rings of an outline, in pixel corners (a viewBox of `0 0 width height` fits). Holes run the
 * other way round, so either fill rule leaves them open. "" for an outline without pieces.
 *
 * @example
 * ```ts
 * import { decodeRgb, outlines, svgPath } from "@isic/core-wasm";
 *
 * svgPath(outlines(decodeRgb(new Uint8Array([0, 0, 0, 1, 0, 0]), 2, 1))[1]!); // "M1 0v1h1v-1z"
 * ```
 */
export function svgPath(outline: Outline): string {
  return outline.map(({ outer, holes }) => [outer, ...holes].map(closedPath).join("")).join("");
}

function closedPath(ring: Ring): string {
  // `z` draws the last edge.
  return `M${ring[0]} ${ring[1]}${moves(ring, ring.length - 2)}z`;
}

/** The first edges of a ring, up to the turn at this index: `h` along x, `v` along y, relative. */
export function moves(ring: Ring, end: number): string {
  let path = "";
  for (let i = 0; i < end; i += 2) {
    const next = (i + 2) % ring.length;
    const along = ring[next]! - ring[i]!;
    path += along === 0 ? `v${ring[next + 1]! - ring[i + 1]!}` : `h${along}`;
  }
  return path;
}
