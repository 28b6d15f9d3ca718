import type { Outline, Ring } from "./outlines.ts";

/**
 * The `d` of an SVG path: all rings of an outline, in pixel corners (a viewBox of `0 0 width height` fits). Holes run the
 * other way round, so either fill rule leaves them open.
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

/** As GeoJSON has it, on pixel corners with y downwards. */
export interface MultiPolygon {
  readonly type: "MultiPolygon";
  /** Polygons of rings (the first is the outer one) of positions; the last position of a ring is the first again. */
  readonly coordinates: number[][][][];
}

/** An outline as the geometry of a GeoJSON feature. */
export function multiPolygon(outline: Outline): MultiPolygon {
  return { type: "MultiPolygon", coordinates: outline.map(({ outer, holes }) => [outer, ...holes].map(positions)) };
}

function positions(ring: Ring): number[][] {
  const closed: number[][] = [];
  for (let i = 0; i <= ring.length; i += 2) closed.push([ring[i % ring.length]!, ring[(i + 1) % ring.length]!]);
  return closed;
}
