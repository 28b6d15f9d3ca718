import { CacheError } from "@isic/cache";

/** The database cannot be opened now: another tab holds an older version, or the browser refuses. Close other tabs, and try again. */
export class CacheUnavailableError extends CacheError {
  readonly tag = "CacheUnavailableError";
  override readonly name = "CacheUnavailableError";
  /** The database's name. */
  readonly database: string;
  readonly reason: string;
  /** Will it go away when other tabs are closed, or the page is loaded again? */
  readonly temporary: boolean;

  constructor(database: string, reason: string, options: ErrorOptions & { readonly temporary: boolean }) {
    super(`The cache ${JSON.stringify(database)} cannot be opened: ${reason}.`, options);
    this.database = database;
    this.reason = reason;
    this.temporary = options.temporary;
  }
}
