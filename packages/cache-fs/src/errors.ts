/** Marks an error as one of this family, across packages and duplicate installs; not enumerable, so that it is not printed. */
function mark(error: Error): void {
  Object.defineProperty(error, Symbol.for("isic.error"), { value: true });
}

/** A file or folder of the cache is not where it seems to be, such as a symbolic link. Remove it, or choose another folder. */
export class UnsafeFolderError extends Error {
  readonly tag = "UnsafeFolderError";
  override readonly name = "UnsafeFolderError";
  readonly path: string;
  readonly reason: string;

  constructor(path: string, reason: string, options?: ErrorOptions) {
    super(
      `The cache does not use ${JSON.stringify(path)}: ${reason}. Remove it, or choose another cache folder.`,
      options,
    );
    mark(this);
    this.path = path;
    this.reason = reason;
  }
}

/** The folder holds the files of somebody else: another account, or another server. Give each its own cache folder. */
export class IdentityMismatchError extends Error {
  readonly tag = "IdentityMismatchError";
  override readonly name = "IdentityMismatchError";
  readonly folder: string;
  /** `<server>/<account>` that the folder belongs to; `undefined` when it is not known. */
  readonly owner: string | undefined;
  /** `<server>/<account>` that wanted to use it. */
  readonly asked: string;

  constructor(folder: string, owner: string | undefined, asked: string) {
    const whose = owner === undefined ? "an account that is not recorded" : owner;
    super(
      `The cache folder ${JSON.stringify(folder)} belongs to ${whose}, so ${asked} cannot use it. ` +
        (owner === undefined
          ? "Say whose files they are with the `identity` option, or choose another folder."
          : "Choose another folder for this account."),
    );
    mark(this);
    this.folder = folder;
    this.owner = owner;
    this.asked = asked;
  }
}
