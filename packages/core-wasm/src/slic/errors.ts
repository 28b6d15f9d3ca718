import { CoreError } from "../errors.ts";

/** There is not enough memory to compute the superpixels of a picture. Scale it down, or compute fewer at a time. */
export class SlicMemoryError extends CoreError {
  readonly tag = "SlicMemoryError";
  readonly width: number;
  readonly height: number;
  /** What the computation would have taken. */
  readonly bytes: number;

  constructor(width: number, height: number, bytes: number, options?: ErrorOptions) {
    const megabytes = Math.ceil(bytes / 2 ** 20);
    super(
      `The superpixels of ${width} x ${height} pixels take ${megabytes} MiB, which are not to be had: scale it down.`,
      options,
    );
    this.width = width;
    this.height = height;
    this.bytes = bytes;
  }
}

/** What became of a worker: it did not start, it died, it answered what it was not asked, or its pool is closed. */
export type SlicWorkerProblem = "start" | "death" | "protocol" | "closed";

/** A worker of a pool could not do its work; the message says why, `cause` has what the platform said. */
export class SlicWorkerError extends CoreError {
  readonly tag = "SlicWorkerError";
  readonly problem: SlicWorkerProblem;
  /** The script of the worker, where it has one of its own. */
  readonly url: string | undefined;

  constructor(problem: SlicWorkerProblem, message: string, { url, ...options }: ErrorOptions & { url?: string } = {}) {
    super(message, options);
    this.problem = problem;
    this.url = url;
  }
}
