import type { LabelImage } from "../types.ts";
import type { SlicProgress } from "./options.ts";
import type { Plan } from "./plan.ts";
import type { Slicer } from "./slicer.ts";

/** All steps of a computation; between two of them it can be watched, paused or left. */
export function* steps(slicer: Slicer, { rounds, connectivity }: Plan): Generator<SlicProgress, LabelImage> {
  const total = rounds + 2;
  slicer.prepare();
  yield { done: 1, total };
  for (let round = 1; round <= rounds && slicer.round(); round++) yield { done: 1 + round, total };
  const labels = connectivity ? slicer.regions() : slicer.seeds();
  yield { done: total, total };
  return labels;
}
