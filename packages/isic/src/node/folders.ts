import { homedir } from "node:os";
import { join } from "node:path";

/** Where this system keeps caches: `ISIC_CACHE`, else the platform's own place. */
export function defaultCacheFolder(): string {
  const { ISIC_CACHE, XDG_CACHE_HOME, LOCALAPPDATA } = process.env;
  if (ISIC_CACHE) return ISIC_CACHE;
  if (process.platform === "win32") return join(LOCALAPPDATA ?? join(homedir(), "AppData", "Local"), "isic", "Cache");
  if (process.platform === "darwin") return join(homedir(), "Library", "Caches", "isic");
  return join(XDG_CACHE_HOME || join(homedir(), ".cache"), "isic");
}
