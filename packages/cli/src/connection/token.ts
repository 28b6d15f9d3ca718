/** Whose requests they are on v2: a token of the environment, or the login that is kept for the server. */
import type { OAuthSession } from "@isic/api-client/oauth";
import type { GlobalOptions } from "../commands/options.ts";
import { CommandError } from "../output/failure.ts";
import type { Terminal } from "../output/terminal.ts";
import { keptClientId, openOAuth } from "./login-store.ts";
import { PUBLIC_ARCHIVE, serverOf } from "./server.ts";

/**
 * What a v2 client logs in with; nothing for a guest.
 *
 * `ISIC_TOKEN` belongs to the origin of `ISIC_SERVER`, or to the public archive where that is not set: whoever names
 * another server by `--server` does not mean to hand the token to it, unless by `--token-from-env`.
 */
export async function tokenFor(options: GlobalOptions, terminal: Terminal): Promise<string | OAuthSession | undefined> {
  const token = environmentToken(options, terminal);
  if (token !== undefined || options.api === "v1") return token;
  const clientId = await keptClientId(options, terminal.env);
  return clientId === undefined ? undefined : openOAuth(options, clientId, terminal.env);
}

/** The token of the environment, where it may be sent. */
function environmentToken(options: GlobalOptions, { env, err }: Terminal): string | undefined {
  const { tokenFromEnv, quiet, api, username } = options;
  const token = tokenIn(env.ISIC_TOKEN ?? "");
  if (token === undefined) {
    if (tokenFromEnv !== true) return undefined;
    throw new CommandError("--token-from-env: ISIC_TOKEN is not set, or empty.", 2);
  }
  if (api === "v1") {
    if (tokenFromEnv === true)
      throw new CommandError("--token-from-env: tokens are of v2; on v1 log in with --username.", 2);
    if (quiet !== true && username === undefined)
      err.line("note: ISIC_TOKEN is for v2 and is not sent; on v1 log in with --username.");
    return undefined;
  }
  const { origin, host } = serverOf(options);
  const home = originOf(env.ISIC_SERVER?.trim() || PUBLIC_ARCHIVE);
  if (origin === home || tokenFromEnv === true) return token;
  if (quiet !== true) {
    const owner = home === undefined ? "a server that ISIC_SERVER does not name" : new URL(home).host;
    err.line(`note: ISIC_TOKEN belongs to ${owner} and is not sent to ${host}; --token-from-env sends it.`);
  }
  return undefined;
}

/** The token as headers take it. What cannot be one is never repeated: it may be half of a secret. */
function tokenIn(text: string): string | undefined {
  const token = text.trim().replace(/^Bearer\s+/i, "");
  if (token === "") return undefined;
  if (/^[\x21-\x7e]+$/.test(token)) return token;
  throw new CommandError("ISIC_TOKEN is no token: there are blanks, line breaks or letters in it that none has.", 2);
}

const originOf = (server: string): string | undefined => (URL.canParse(server) ? new URL(server).origin : undefined);
