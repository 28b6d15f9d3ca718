import type { LabelImage } from "../types.ts";

/** One picture being computed. `prepare` once, `round` until it says false or often enough, `finish` once. */
export interface Slicer {
  /** Picture to blurred colours. */
  prepare(): void;
  /** Assigns all pixels and moves the seeds; false when no pixel changed its seed. */
  round(): boolean;
  /** The labels, connected if so planned. */
  finish(): LabelImage;
}
