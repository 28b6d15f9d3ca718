import type { Plan } from "../slic/plan.ts";
import type { LabelImage } from "../types.ts";

/** Renumbers the connected regions of `labels` in raster order, merging the small into a neighbour and cutting the large. */
export function connect(labels: Int32Array, plan: Plan): LabelImage {
  const { width, height, smallest, largest } = plan;
  const data = new Int32Array(width * height).fill(-1);
  const region = new Int32Array(largest);
  let next = 0;
  let most = 0;
  for (let first = 0; first < data.length; first++) {
    if (data[first] !== -1) continue;
    const { size, neighbour } = flood(labels, data, region, first, next, plan);
    if (size < smallest) {
      for (let i = 0; i < size; i++) data[region[i]!] = neighbour;
      most = Math.max(most, neighbour);
    } else {
      most = next++;
    }
  }
  return { width, height, data, count: most + 1 };
}

/** Gives `number` to the region around `first`, breadth first, right, left, below, above. */
function flood(
  labels: Int32Array,
  data: Int32Array,
  region: Int32Array,
  first: number,
  number: number,
  { width, height }: Plan,
): { size: number; neighbour: number } {
  const label = labels[first]!;
  let neighbour = number;
  let size = 1;
  region[0] = first;
  data[first] = number;
  for (let visited = 0; visited < size && size < region.length; visited++) {
    const here = region[visited]!;
    const x = here % width;
    for (let side = 0; side < 4; side++) {
      const there = neighbourOf(side, here, x, width, height);
      if (there < 0) continue;
      if (data[there] === -1) {
        if (labels[there] !== label) continue;
        data[there] = number;
        region[size++] = there;
        if (size >= region.length) break;
      } else if (data[there] !== number) {
        neighbour = data[there]!;
      }
    }
  }
  return { size, neighbour };
}

function neighbourOf(side: number, here: number, x: number, width: number, height: number): number {
  if (side === 0) return x + 1 < width ? here + 1 : -1;
  if (side === 1) return x > 0 ? here - 1 : -1;
  if (side === 2) return here + width < width * height ? here + width : -1;
  return here - width;
}
