/** The folder has not what an archive needs. */
export class FolderError extends Error {
  readonly tag = "FolderError";
  readonly folder: string;
  constructor(folder: string, problem: string, options?: ErrorOptions) {
    super(`${folder}: ${problem}`, options);
    this.name = "FolderError";
    this.folder = folder;
    Object.defineProperty(this, Symbol.for("isic.error"), { value: true });
  }
}
