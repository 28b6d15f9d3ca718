/** Marks an error as one of this family, across packages and duplicate installs. */
function mark(error: Error): void {
  Object.defineProperty(error, Symbol.for("isic.error"), { value: true });
}

/**
 * The target folder cannot be used: it is a file, may not be written, the disk is full, or it is not a download.
 * Nothing else was harmed; the message says what to do.
 */
export class DownloadTargetError extends Error {
  readonly tag = "DownloadTargetError";
  override readonly name = "DownloadTargetError";
  readonly target: string;

  constructor(target: string, message: string, options?: ErrorOptions) {
    super(message, options);
    mark(this);
    this.target = target;
  }
}

/** What came is not an image (an error page, an empty or cut body). It is never written under an image's name. */
export class NotAnImageError extends Error {
  readonly tag = "NotAnImageError";
  override readonly name = "NotAnImageError";
  readonly url: string;
  readonly contentType: string | undefined;

  /** @param problem such as "it is a JPEG that is cut short" */
  constructor(url: string, contentType: string | undefined, problem: string) {
    super(`Expected an image from ${url}, but ${problem}${contentType === undefined ? "" : ` (${contentType})`}.`);
    mark(this);
    this.url = url;
    this.contentType = contentType;
  }
}

/** No byte came for too long; the connection was given up. */
export class StalledError extends Error {
  readonly tag = "StalledError";
  override readonly name = "StalledError";
  readonly url: string;

  constructor(url: string, seconds: number) {
    super(`Nothing came from ${url} for ${seconds} seconds.`);
    mark(this);
    this.url = url;
  }
}

/** Nothing was heard of the server for many files in a row, so the download was stopped; what is there stays. */
export class NoAnswerError extends Error {
  readonly tag = "NoAnswerError";
  override readonly name = "NoAnswerError";
  readonly server: string;

  constructor(server: string, files: number) {
    super(
      `${server} gave no answer for ${files} files in a row. What is there stays: run the same download again when the server is back.`,
    );
    mark(this);
    this.server = server;
  }
}
