import { homedir } from "node:os";
import { join } from "node:path";
import type { ByteCache } from "@isic/cache";
import { createFileCache } from "@isic/cache-fs";
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

/** The cache of an archive in a folder, the system's own where none is named. Throws an `ArgumentError` for what is no folder. */
export async function openFolderCache(
  { archive, formerNames, logins }: Pick<Connected, "archive" | "formerNames" | "logins">,
  path: string = defaultCacheFolder(),
): Promise<ByteCache> {
  const identity = { server: archive.server, account: archive.account, formerNames, logins };
  if (typeof path !== "string" || path === "")
    throw new ArgumentError(`expected \`cacheFolder\` to name a folder, got ${JSON.stringify(path)}`);
  const folder = createFileCache({ folder: path, identity });
  await folder.open().catch((cause: NodeJS.ErrnoException) => {
    if (cause.code !== "EEXIST" && cause.code !== "ENOTDIR") throw cause;
    throw new ArgumentError(`expected a folder for the cache, got a file in its place: ${JSON.stringify(path)}`, {
      cause,
    });
  });
  return folder;
}
