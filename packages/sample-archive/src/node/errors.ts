/** What all errors of this package share: a `tag` to tell them apart, and the mark of this project's errors. */
export abstract class SampleArchiveError extends Error {
  abstract readonly tag: string;
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    Object.defineProperty(this, Symbol.for("isic.error"), { value: true });
  }
}

/** The folder has not what an archive needs, or something in it cannot be read. */
export class FolderError extends SampleArchiveError {
  override readonly name = "FolderError";
  readonly tag = "FolderError";
  readonly folder: string;
  constructor(folder: string, problem: string, options?: ErrorOptions) {
    super(`${folder}: ${problem}`, options);
    this.folder = folder;
  }
}

/** The address cannot be listened on: taken, not allowed, or not of this machine. */
export class ListenError extends SampleArchiveError {
  override readonly name = "ListenError";
  readonly tag = "ListenError";
  readonly host: string;
  readonly port: number;
  /** The system's code, such as `EADDRINUSE`. */
  readonly code: string;
  constructor(host: string, port: number, cause: NodeJS.ErrnoException) {
    const code = cause.code ?? "unknown";
    const reason =
      code === "EADDRINUSE" ? "something else listens there" : code === "EACCES" ? "this needs more rights" : code;
    super(`Cannot listen on ${host}:${port}: ${reason}; choose another port, or 0 for any free one.`, { cause });
    this.host = host;
    this.port = port;
    this.code = code;
  }
}
