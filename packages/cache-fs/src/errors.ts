const isicError: unique symbol = Symbol.for("isic.error") as never;

/** A file or folder of the cache is not where it seems to be, such as a symbolic link. Remove it, or choose another folder. */
export class UnsafeFolderError extends Error {
  readonly [isicError] = true as const;
  readonly tag = "UnsafeFolderError";
  override readonly name = "UnsafeFolderError";
  readonly path: string;
  readonly reason: string;

  constructor(path: string, reason: string, options?: ErrorOptions) {
    super(
      `The cache does not use ${JSON.stringify(path)}: ${reason}. Remove it, or choose another cache folder.`,
      options,
    );
    this.path = path;
    this.reason = reason;
  }
}

/** The folder holds the files of somebody else: another account, or another server. Give each its own cache folder. */
export class IdentityMismatchError extends Error {
  readonly [isicError] = true as const;
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
    this.folder = folder;
    this.owner = owner;
    this.asked = asked;
  }
}
