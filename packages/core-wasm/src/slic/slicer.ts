import type { LabelImage } from "../types.ts";

/** One picture being computed. `prepare` once, `round` until it says false or often enough, then the labels. */
export interface Slicer {
  /** Picture to blurred colours. */
  prepare(): void;
  /** Assigns all pixels and moves the seeds; false when no pixel changed its seed. */
  round(): boolean;
  /** The number of each pixel's seed. */
  seeds(): LabelImage;
  /** The labels of connected regions; the computation is over. */
  regions(): LabelImage;
}
