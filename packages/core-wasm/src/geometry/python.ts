// The outline formats of the Python client, character by character, without its truncation of long outlines. Like there, only
// the outer ring of the piece with the first pixel counts, and pixels that touch at a corner are one piece.
import type { LabelImage } from "../types.ts";
import { outlines, type Ring } from "./outlines.ts";
import { moves } from "./svg.ts";

/**
 * Format `osvgp`: an SVG path element per superpixel, in pixel centres at integers; "" for a label that no pixel has.
 *
 * @param attributes put into every element as they are
 * @throws RangeError when a label is negative or not below `labels.count`
 */
export function osvgp(labels: LabelImage, attributes = ""): string[] {
  return firstRings(labels).map((ring, label) => {
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

/**
 * Format `cjson`: the turns of each outline on pixel corners, `"x,y x,y ..."`; "" for a label that no pixel has.
 *
 * @throws RangeError when a label is negative or not below `labels.count`
 */
export function cjson(labels: LabelImage): CjsonRecord[] {
  return firstRings(labels).map((ring, label) => {
    const corners: string[] = [];
    for (let i = 0; ring !== undefined && i < ring.length; i += 2) corners.push(`${ring[i]},${ring[i + 1]}`);
    return {
      geometry: { type: "polygon", coordinates: corners.join(" ") },
      properties: { labelindex: String(label) },
    };
  });
}

function firstRings(labels: LabelImage): (Ring | undefined)[] {
  return outlines(labels, { connectivity: 8 }).map((outline) => outline[0]?.outer);
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
