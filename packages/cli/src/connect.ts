import { stat } from "node:fs/promises";
import { IsicApi } from "isic/node";
import type { GlobalOptions } from "./options.ts";
import { CommandError } from "./print/failure.ts";
import { line, type Terminal } from "./terminal.ts";

export interface SessionOptions extends GlobalOptions {
  /** Requests in flight at the same time. */
  readonly concurrency?: number;
}

/** Connects as the options of every command say. */
export async function connect(options: SessionOptions, terminal: Terminal): Promise<IsicApi> {
  const family = options.api ?? "v2";
  if (family === "v1" && options.server === undefined) {
    const message =
      "The public archive no longer speaks v1: name a server that does with --server (isic serve starts one).";
    throw new CommandError(message, 2);
  }
  const { cache, server, username, concurrency } = options;
  if (typeof cache === "string") await checkFolder(cache);
  return IsicApi.connect({
    family,
    ...(server === undefined ? {} : { baseUrl: server }),
    ...(username === undefined ? {} : { username }),
    ...(cache === false ? { cache: false } : {}),
    ...(typeof cache === "string" ? { cacheFolder: cache } : {}),
    ...(concurrency === undefined ? {} : { concurrency }),
    signal: terminal.signal,
    onWarning: (message) => {
      if (options.quiet !== true) line(terminal.err, `note: ${message}`);
    },
    debug: options.debug === true ? (request) => line(terminal.err, `> ${request.method} ${request.url}`) : false,
  });
}

/** Said before anything is fetched: the cache would only notice at its first write. */
async function checkFolder(path: string): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (found !== undefined && !found.isDirectory()) {
    throw new CommandError(`The cache folder ${path} is a file: choose another place with --cache.`);
  }
}
