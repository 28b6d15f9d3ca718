// The outline formats of the Python client, character by character, without its truncation of long outlines. Like there, only
// the outer ring of the piece with the first pixel counts, and pixels that touch at a corner are one piece.
import type { LabelImage } from "../types.ts";
import { outlinesWith, type Ring, type TraceRings } from "./outlines.ts";
import { moves } from "./svg.ts";

export function osvgpWith(trace: TraceRings, labels: LabelImage, attributes: string): string[] {
  return firstRings(trace, labels).map((ring, label) => {
    if (ring === undefined) return "";
    const turned = reversed(ring);
    const start = `M${(turned[0]! - 0.5).toFixed(1)} ${(turned[1]! - 0.5).toFixed(1)}`;
    return `<path id="superpixel_${label}" d="${start}${moves(turned, turned.length)}z" ${attributes} />`;
  });
}

/** A record of format `cjson`. */
export interface CjsonRecord {
  readonly geometry: { readonly type: "polygon"; readonly coordinates: string };
  readonly properties: { readonly labelindex: string };
}

export function cjsonWith(trace: TraceRings, labels: LabelImage): CjsonRecord[] {
  return firstRings(trace, labels).map((ring, label) => {
    const corners: string[] = [];
    for (let i = 0; ring !== undefined && i < ring.length; i += 2) corners.push(`${ring[i]},${ring[i + 1]}`);
    return {
      geometry: { type: "polygon", coordinates: corners.join(" ") },
      properties: { labelindex: String(label) },
    };
  });
}

function firstRings(trace: TraceRings, labels: LabelImage): (Ring | undefined)[] {
  return outlinesWith(trace, labels, { connectivity: 8 }).map((outline) => outline[0]?.outer);
}

/** From the same corner the other way round. */
function reversed(ring: Ring): Ring {
  const turned = ring.slice();
  for (let i = 2; i < ring.length; i += 2) {
    turned[i] = ring[ring.length - i]!;
    turned[i + 1] = ring[ring.length - i + 1]!;
  }
  return turned;
}
