/** Connection: the server that a command speaks to, as whom, and what a person is told of the requests. */
import { stat } from "node:fs/promises";
import { type Connected, IsicApi, isIsicError, type NodeConnectOptions, openClient } from "isic/node";
import type { GlobalOptions } from "../commands/options.ts";
import { CommandError } from "../output/failure.ts";
import type { Terminal } from "../output/terminal.ts";
import { requestNotes } from "./request-notes.ts";
import { httpOptions, PUBLIC_ARCHIVE, serverOf } from "./server.ts";
import { tokenFor } from "./token.ts";

export interface SessionOptions extends GlobalOptions {
  /** Requests in flight at the same time. */
  readonly concurrency?: number;
}

/** The archive with its cache, as the options of every command say. */
export async function connect(options: SessionOptions, terminal: Terminal): Promise<IsicApi> {
  const { cache } = options;
  if (typeof cache === "string") await checkFolder(cache);
  const connection = await connectOptions(options, terminal);
  const connecting = IsicApi.connect({
    ...connection,
    ...(cache === false ? { cache: false } : {}),
    ...(typeof cache === "string" ? { cacheFolder: cache } : {}),
  });
  return connecting.catch((error: unknown) => refused(error, connection));
}

/** A client without a cache, for lists and downloads. */
export async function connectClient(options: SessionOptions, terminal: Terminal): Promise<Connected> {
  const connection = await connectOptions(options, terminal);
  return openClient(connection).catch((error: unknown) => refused(error, connection));
}

/** Who is not let in reads what to do on the command line: the library's sentences speak of its own arguments. */
function refused(error: unknown, { token, baseUrl = PUBLIC_ARCHIVE }: NodeConnectOptions): never {
  if (isIsicError(error, "MissingPasswordError")) {
    const message = `There is no password for "${error.username}": put one into .netrc, or run this on a terminal, which is asked for it.`;
    throw new CommandError(message, 1, { cause: error });
  }
  if (typeof token === "string" && isIsicError(error, "AuthError")) {
    const message = `${new URL(baseUrl).host} refused the token in ISIC_TOKEN: it may be over. Set a new one, or unset it and use isic user login.`;
    throw new CommandError(message, 1, { cause: error });
  }
  throw error;
}

async function connectOptions(options: SessionOptions, terminal: Terminal): Promise<NodeConnectOptions> {
  const family = options.api ?? "v2";
  if (family === "v1" && options.server === undefined) {
    const message =
      "The public archive no longer speaks v1: name a server that does with --server (isic serve starts one).";
    throw new CommandError(message, 2);
  }
  serverOf(options);
  if (family === "v2" && options.username !== undefined) {
    throw new CommandError("v2 has no login by name and password: use isic user login.", 2);
  }
  const { server, username, concurrency } = options;
  const token = await tokenFor(options, terminal);
  const said = new Set<string>();
  return {
    family,
    ...(server === undefined ? {} : { baseUrl: server }),
    ...(username === undefined ? {} : { username }),
    ...(token === undefined ? {} : { token }),
    ...(concurrency === undefined ? {} : { concurrency }),
    ...httpOptions(options),
    signal: terminal.signal,
    onWarning: (message) => {
      // Each is said once, of however many images.
      if (options.quiet !== true && !said.has(message)) terminal.err.line(`note: ${message}`);
      said.add(message);
    },
    ...requestNotes(options, terminal),
  };
}

/** Said before anything is fetched: the cache would only notice at its first write. */
async function checkFolder(path: string): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (found !== undefined && !found.isDirectory()) {
    throw new CommandError(`The cache folder ${path} is a file: choose another place with --cache.`);
  }
}
