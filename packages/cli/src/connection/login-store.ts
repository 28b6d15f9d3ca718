import { readFile, rm } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import type { OAuthSession } from "@isic/api-client/oauth";
import { writeWhole } from "@isic/cache-fs/files";
import type { GlobalOptions } from "../commands/options.ts";
import type { Terminal } from "../output/terminal.ts";
import { httpOptions, isLoopback, serverOf } from "./server.ts";

/** Where logins are kept: a folder that only its owner can read. */
function configFolder(env: Terminal["env"]): string {
  if (env.ISIC_CONFIG) return env.ISIC_CONFIG;
  if (process.platform === "win32") return join(env.APPDATA ?? join(homedir(), "AppData", "Roaming"), "isic");
  return join(env.XDG_CONFIG_HOME || join(homedir(), ".config"), "isic");
}

/** The place of one server's login. */
function loginPlace(options: GlobalOptions, env: Terminal["env"]): { folder: string; server: URL } {
  const server = new URL(serverOf(options).origin);
  // What was given to a server over https must not be sent to its plain twin, on this machine neither.
  const usual = isLoopback(server) ? "http:" : "https:";
  const scheme = server.protocol === usual ? "" : server.protocol.replace(":", "_");
  // `_` stands for `:`, so that of a host's name is doubled: `a_80` is another server than `a:80`.
  const host = server.host.replaceAll("_", "__").replaceAll(":", "_");
  return { server, folder: join(configFolder(env), `${scheme}${host}`) };
}

/** A v2 session over the kept tokens. */
export async function openOAuth(options: GlobalOptions, clientId: string, env: Terminal["env"]): Promise<OAuthSession> {
  const { createOAuthSession } = await import("@isic/api-client/oauth");
  const { httpFetch } = await import("@isic/api-client/node");
  const { tokenFile } = await import("isic/node");
  const { folder, server } = loginPlace(options, env);
  return createOAuthSession({
    clientId,
    server,
    fetch: httpFetch,
    store: tokenFile(join(folder, "tokens.json")),
    ...httpOptions(options),
  });
}

/** The application that the kept login was made with; nothing when nobody is logged in. */
export async function keptClientId(options: GlobalOptions, env: Terminal["env"]): Promise<string | undefined> {
  try {
    return (await readFile(join(loginPlace(options, env).folder, "client-id"), "utf8")).trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

/** Remembers the application of a login, in a file that only its owner reads. */
export async function keepClientId(options: GlobalOptions, env: Terminal["env"], clientId: string): Promise<void> {
  await writeWhole(join(loginPlace(options, env).folder, "client-id"), `${clientId}\n`, { private: true });
}

/** Removes what is kept of the server's login. */
export async function forgetLogin(options: GlobalOptions, env: Terminal["env"]): Promise<void> {
  await rm(loginPlace(options, env).folder, { recursive: true, force: true });
}
