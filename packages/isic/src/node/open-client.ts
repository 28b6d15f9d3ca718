import { httpFetch } from "@isic/api-client/node";
import type { Fetch } from "../archive/archive.ts";
import { type Connected, connectClient } from "../archive/connect.ts";
import { type ConnectOptions, checkConnectOptions, type Secret } from "../connect/options.ts";
import { MissingPasswordError } from "../errors.ts";
import { readNetrc } from "./netrc.ts";
import { askPassword, hasTerminal } from "./prompt.ts";

export type { Connected } from "../archive/connect.ts";

/**
 * A client of the archive with this platform's defaults, logged in when there is somebody to log in. Downloads and
 * lists need no more; `IsicApi.connect` of `isic/node` stands on it.
 */
export async function openClient(options: ConnectOptions = {}): Promise<Connected> {
  checkConnectOptions(options, ["cacheFolder"]);
  const password = await passwordFor(options);
  return connectClient({ ...options, fetch: fetchOf(options), ...(password === undefined ? {} : { password }) });
}

/** This platform's requests, unless others are given. */
export function fetchOf({ fetch = httpFetch }: ConnectOptions): Fetch {
  return fetch;
}

/** The password given, or that of `.netrc`, or a way to ask for it; nothing when nobody logs in. */
async function passwordFor(options: ConnectOptions): Promise<Secret | undefined> {
  const { username, password, baseUrl, signal, onWarning } = options;
  if (username === undefined || password !== undefined || options.token !== undefined) return password;
  const host = URL.canParse(String(baseUrl)) ? new URL(String(baseUrl)).hostname : "";
  const known = await readNetrc(host, username, undefined, onWarning);
  if (known !== undefined) return known;
  if (!hasTerminal()) {
    const ways = `pass \`password\` (a function that gets it from a safe place), or put it into .netrc for ${host}.`;
    throw new MissingPasswordError(username, ways);
  }
  return () => askPassword(`Password of ${username} at ${host}: `, { signal });
}
