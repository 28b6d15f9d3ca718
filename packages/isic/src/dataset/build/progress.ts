/** Where a build stands. */
export interface BuildProgress {
  readonly stage: "select" | "fetch" | "make" | "write";
  readonly done: number;
  readonly total: number | undefined;
  readonly bytes?: number;
}
