import { stat } from "node:fs/promises";
import type { OAuthSession } from "@isic/api-client/oauth";
import { type Connected, IsicApi, isIsicError, type NodeConnectOptions, openClient } from "isic/node";
import type { GlobalOptions } from "../commands/options.ts";
import { CommandError } from "../output/failure.ts";
import type { Terminal } from "../output/terminal.ts";
import { keptClientId, openOAuth } from "./login-store.ts";
import { serverNotes } from "./request-notes.ts";

export interface SessionOptions extends GlobalOptions {
  /** Requests in flight at the same time. */
  readonly concurrency?: number;
}

/** The archive with its cache, as the options of every command say. */
export async function connect(options: SessionOptions, terminal: Terminal): Promise<IsicApi> {
  const { cache } = options;
  if (typeof cache === "string") await checkFolder(cache);
  const connecting = IsicApi.connect({
    ...(await connectOptions(options, terminal)),
    ...(cache === false ? { cache: false } : {}),
    ...(typeof cache === "string" ? { cacheFolder: cache } : {}),
  });
  return withoutPassword(connecting);
}

/** The library's sentence speaks of its arguments; the command has none for passwords, which others could read. */
function withoutPassword<T>(connecting: Promise<T>): Promise<T> {
  return connecting.catch((error: unknown) => {
    if (!isIsicError(error, "MissingPasswordError")) throw error;
    const message = `There is no password for "${error.username}": put one into .netrc, or run this on a terminal, which is asked for it.`;
    throw new CommandError(message, 1, { cause: error });
  });
}

/** A client without a cache, for lists and downloads. */
export async function connectClient(options: SessionOptions, terminal: Terminal): Promise<Connected> {
  return withoutPassword(openClient(await connectOptions(options, terminal)));
}

async function connectOptions(options: SessionOptions, terminal: Terminal): Promise<NodeConnectOptions> {
  const family = options.api ?? "v2";
  if (family === "v1" && options.server === undefined) {
    const message =
      "The public archive no longer speaks v1: name a server that does with --server (isic serve starts one).";
    throw new CommandError(message, 2);
  }
  checkServer(options.server);
  if (family === "v2" && options.username !== undefined) {
    throw new CommandError("Today's archive has no login by name and password: use isic user login.", 2);
  }
  const { server, username, concurrency } = options;
  const token = family === "v2" ? await tokenFor(options, terminal) : undefined;
  return {
    family,
    ...(server === undefined ? {} : { baseUrl: server }),
    ...(username === undefined ? {} : { username }),
    ...(token === undefined ? {} : { token }),
    ...(concurrency === undefined ? {} : { concurrency }),
    signal: terminal.signal,
    onWarning: (message) => {
      if (options.quiet !== true) terminal.err.line(`note: ${message}`);
    },
    ...serverNotes(options, terminal),
  };
}

const LOOPBACK = /^(localhost|127(\.\d+){3}|\[::1\])$/;

function checkServer(server: string | undefined): void {
  if (server === undefined) return;
  const refuse = (got: string): never => {
    throw new CommandError(`--server: expected an address such as https://archive.example.org, got ${got}.`, 2);
  };
  if (!URL.canParse(server)) refuse(`"${server}"`);
  const { protocol, host, hostname, username, password } = new URL(server);
  if (username !== "" || password !== "") refuse("one with a name or password in it");
  if (protocol === "https:" || (protocol === "http:" && LOOPBACK.test(hostname))) return;
  refuse(`${protocol}//${host} (plain http is for this machine only: others on the way could read along)`);
}

/** The token of the environment, or the kept login. */
async function tokenFor(options: GlobalOptions, terminal: Terminal): Promise<string | OAuthSession | undefined> {
  const { ISIC_TOKEN } = terminal.env;
  if (ISIC_TOKEN !== undefined && ISIC_TOKEN !== "") return ISIC_TOKEN;
  const clientId = await keptClientId(options, terminal.env);
  return clientId === undefined ? undefined : openOAuth(options, clientId, terminal.env);
}

/** Said before anything is fetched: the cache would only notice at its first write. */
async function checkFolder(path: string): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (found !== undefined && !found.isDirectory()) {
    throw new CommandError(`The cache folder ${path} is a file: choose another place with --cache.`);
  }
}
