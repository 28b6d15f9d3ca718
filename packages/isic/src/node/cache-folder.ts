import { homedir } from "node:os";
import { join } from "node:path";
import type { ByteCache } from "@isic/cache";
import { createFileCache } from "@isic/cache-fs";
import { isForbidden, isFull } from "@isic/cache-fs/files";
import type { Connected } from "../archive/connect.ts";
import { ArgumentError } from "../errors.ts";

/** Where this system keeps caches: `ISIC_CACHE`, else the platform's own place. */
export function defaultCacheFolder(): string {
  const { ISIC_CACHE, XDG_CACHE_HOME, LOCALAPPDATA } = process.env;
  if (ISIC_CACHE) return ISIC_CACHE;
  if (process.platform === "win32") return join(LOCALAPPDATA ?? join(homedir(), "AppData", "Local"), "isic", "Cache");
  if (process.platform === "darwin") return join(homedir(), "Library", "Caches", "isic");
  return join(XDG_CACHE_HOME || join(homedir(), ".cache"), "isic");
}

/**
 * The cache of an archive in a folder, the system's own where none is named. A disk that is full, broken or read-only is
 * no reason to do nothing: that is said, and there is no cache.
 *
 * @throws ArgumentError for what is no folder
 */
export async function openFolderCache(
  { archive, formerNames, logins }: Pick<Connected, "archive" | "formerNames" | "logins">,
  path: string = defaultCacheFolder(),
  warn: (message: string) => void,
): Promise<ByteCache | undefined> {
  const identity = { server: archive.server, account: archive.account, formerNames, logins };
  if (typeof path !== "string" || path === "")
    throw new ArgumentError(`expected \`cacheFolder\` to name a folder, got ${JSON.stringify(path)}`);
  const folder = createFileCache({ folder: path, identity });
  try {
    await folder.open();
    return folder;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EEXIST" || code === "ENOTDIR") {
      const message = `expected a folder for the cache, got a file in its place: ${JSON.stringify(path)}`;
      throw new ArgumentError(message, { cause: error });
    }
    if (!isFull(error) && !isForbidden(error) && code !== "EIO") throw error;
    warn(`The cache folder ${path} cannot be used (${isFull(error) ? "its disk is full" : code}): nothing is kept.`);
    return undefined;
  }
}
