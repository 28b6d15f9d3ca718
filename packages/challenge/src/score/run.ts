// What every walk through a submission is given, and what it gives.
import type { AllBounds } from "../bounds.ts";
import type { Mistake } from "../check/mistakes.ts";
import { SourceError } from "../errors.ts";
import type { ChallengeFiles } from "../files/files.ts";
import type { ReadPng } from "../masks/read-mask.ts";
import type { Metrics } from "../metrics/names.ts";

/** How far a check or a score has come: files (or rows) done, all of them, and the bytes read. */
export interface Progress {
  readonly done: number;
  readonly total: number;
  readonly bytes: number;
}

/** What a walk is given: the options, complete, and the platform's PNG reader. */
export interface Run {
  readonly bounds: AllBounds;
  readonly readPng: ReadPng;
  readonly signal: AbortSignal | undefined;
  readonly onProgress: ((progress: Progress) => void) | undefined;
}

/** The metrics of one image, or of one feature of one image. */
export interface ImageScore {
  readonly image: string;
  readonly feature?: string;
  readonly metrics: Metrics;
}

/** What a walk found: mistakes of both sides, and the scores of what was right. */
export interface Walked {
  readonly truthMistakes: readonly Mistake[];
  readonly mistakes: readonly Mistake[];
  /** Computed when asked for: only where there is nothing wrong that matters. */
  summarize(): Summary;
}

/** Scores by group (`mean`, a feature, a class, `all`), and by image where the task has such. */
export interface Summary {
  readonly images: number;
  readonly groups: { readonly [group: string]: Metrics };
  readonly perImage: readonly ImageScore[];
}

/** A file's bytes; one that cannot be read (damaged in its ZIP, say) is a mistake, and the others are read on. */
export async function readFile(
  source: ChallengeFiles,
  about: { readonly image?: string; readonly feature?: string; readonly file: string },
  mistakes: Mistake[],
  signal: AbortSignal | undefined,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  try {
    return await source.read(about.file, signal === undefined ? {} : { signal });
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    mistakes.push({ kind: "unreadable", ...about, refused: true, message: error.message });
    return undefined;
  }
}
