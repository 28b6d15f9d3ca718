/** What the errors of this package have in common: the mark of the family, across packages and duplicate installs. */
abstract class CacheFileError extends Error {
  /** The class's name, for a `switch`. */
  abstract readonly tag: string;

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    // Not enumerable, so that it is not printed.
    Object.defineProperty(this, Symbol.for("isic.error"), { value: true });
  }
}

/** A file or folder is not what it seems to be, such as a symbolic link or a pipe. Remove it, or choose another folder. */
export class UnsafeFolderError extends CacheFileError {
  readonly tag = "UnsafeFolderError";
  override readonly name = "UnsafeFolderError";
  readonly path: string;
  readonly reason: string;
  /** A symbolic link, or something that is no regular file. */
  readonly kind: "link" | "irregular";

  constructor(path: string, kind: "link" | "irregular", options?: ErrorOptions) {
    const reason = kind === "link" ? "a symbolic link leads out of its place" : "it is no regular file";
    super(`${JSON.stringify(path)} is not used: ${reason}. Remove it, or choose another folder.`, options);
    this.path = path;
    this.reason = reason;
    this.kind = kind;
  }
}

/** A file is larger than what it can honestly be; nothing of it was read. */
export class FileTooLargeError extends CacheFileError {
  readonly tag = "FileTooLargeError";
  override readonly name = "FileTooLargeError";
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  readonly maxBytes: number;

  constructor(path: string, size: number, maxBytes: number) {
    super(`${JSON.stringify(path)} has ${size} bytes, more than the ${maxBytes} that are read. Remove it.`);
    this.path = path;
    this.size = size;
    this.maxBytes = maxBytes;
  }
}

/** A lock is no longer ours, so nothing more is written under it: another process may be at work. Start again. */
export class LockLostError extends CacheFileError {
  readonly tag = "LockLostError";
  override readonly name = "LockLostError";
  readonly path: string;
  readonly reason: string;

  constructor(path: string, reason: string) {
    super(`The lock ${JSON.stringify(path)} was lost: ${reason}. Nothing more is written; run it again.`);
    this.path = path;
    this.reason = reason;
  }
}

/** The folder holds the files of somebody else: another account, or another server. Give each its own cache folder. */
export class IdentityMismatchError extends CacheFileError {
  readonly tag = "IdentityMismatchError";
  override readonly name = "IdentityMismatchError";
  readonly folder: string;
  /** `<server>/<account>` that the folder belongs to; `undefined` when it is not known. */
  readonly owner: string | undefined;
  /** `<server>/<account>` that wanted to use it. */
  readonly asked: string;
  /** The file that tells so: the folder's marker, or one that is named after its account. */
  readonly evidence: string | undefined;

  constructor(folder: string, owner: string | undefined, asked: string, evidence?: string) {
    const whose = owner === undefined ? "an account that is not recorded" : owner;
    const wayOut =
      owner === undefined
        ? "Say whose files they are with the `identity` option, or choose another folder."
        : "Choose another folder for this account.";
    const told = evidence === undefined ? "" : ` (${JSON.stringify(evidence)} says so; delete it if that is wrong.)`;
    super(
      `The cache folder ${JSON.stringify(folder)} belongs to ${whose}, so ${asked} cannot use it. ${wayOut}${told}`,
    );
    this.folder = folder;
    this.owner = owner;
    this.asked = asked;
    this.evidence = evidence;
  }
}
