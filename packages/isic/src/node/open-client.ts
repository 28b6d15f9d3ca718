import { type Connected, type ConnectOptions, connectClient } from "../connect.ts";
import { passwordFor } from "../node/password.ts";

export type { Connected } from "../connect.ts";

/**
 * A client of the archive, logged in when there is somebody to log in, as `IsicApi.connect` of `isic/node` makes it:
 * for downloads and lists, which need no cache.
 */
export async function openClient(options: ConnectOptions = {}): Promise<Connected> {
  const password = await passwordFor(options);
  return connectClient({ ...options, ...(password === undefined ? {} : { password }) });
}
