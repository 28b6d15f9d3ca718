import type { Outline, Ring } from "./outlines.ts";

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
