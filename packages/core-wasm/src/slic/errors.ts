/** There is not enough memory to compute the superpixels of a picture. Scale it down, or compute fewer at a time. */
export class SlicMemoryError extends Error {
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
    Object.defineProperty(this, Symbol.for("isic.error"), { value: true });
    this.width = width;
    this.height = height;
    this.bytes = bytes;
  }

  override get name(): string {
    return this.tag;
  }
}

/** A thread of a pool died or answered out of turn; `cause` says why. Try again, with fewer threads if memory is short. */
export class SlicThreadError extends Error {
  readonly tag = "SlicThreadError";

  constructor(message: string, options?: ErrorOptions) {
    super(`${message} Try again, with fewer threads if memory is short.`, options);
    Object.defineProperty(this, Symbol.for("isic.error"), { value: true });
  }

  override get name(): string {
    return this.tag;
  }
}
