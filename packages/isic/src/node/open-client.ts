import { httpFetch } from "@isic/api-client/node";
import { type Connected, connectClient } from "../archive/connect.ts";
import type { ConnectOptions } from "../connect/options.ts";
import { passwordFor } from "./password.ts";

export type { Connected } from "../archive/connect.ts";

/**
 * A client of the archive with this platform's defaults, logged in when there is somebody to log in. Downloads and
 * lists need no more; `IsicApi.connect` of `isic/node` stands on it.
 */
export async function openClient(options: ConnectOptions = {}): Promise<Connected> {
  const password = await passwordFor(options);
  const fetch = options.fetch ?? httpFetch;
  return connectClient({ ...options, fetch, ...(password === undefined ? {} : { password }) });
}
