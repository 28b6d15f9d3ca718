import { spawn } from "node:child_process";
import { connectClient } from "../../connection/connect.ts";
import { forgetLogin, keepClientId, keptClientId, openOAuth } from "../../connection/login-store.ts";
import { CommandError } from "../../output/failure.ts";
import type { Terminal } from "../../output/terminal.ts";
import type { GlobalOptions } from "../options.ts";
import type { UserLoginOptions } from "./user.ts";

/** Logs in through the browser, and keeps the session. */
export async function userLogin(options: UserLoginOptions, terminal: Terminal): Promise<void> {
  if (options.api === "v1") {
    throw new CommandError("v1 has no lasting login: give --username, and the password in .netrc or when asked.", 2);
  }
  const clientId = options.clientId ?? (await keptClientId(options, terminal.env));
  if (clientId === undefined) {
    const where = "https://api.isic-archive.com/oauth/applications/register/";
    const message = `--client-id is missing: register an application at ${where} (public client, authorization code, redirect to http://127.0.0.1).`;
    throw new CommandError(message, 2);
  }
  const session = await openOAuth(options, clientId, terminal.env);
  const { loginByLoopback } = await import("@isic/api-client/oauth/node");
  const me = await loginByLoopback(session, {
    signal: terminal.signal,
    onUrl: (url) => {
      terminal.err.line("Log in here, in a browser on this machine:");
      terminal.err.line(`  ${url}`);
      if (options.browser !== false) openBrowser(url);
      if (options.quiet !== true) terminal.err.line("Waiting up to 5 minutes for the login there (Ctrl-C ends it).");
    },
  });
  await keepClientId(options, terminal.env, clientId);
  if (options.json === true) terminal.out.json({ id: me.id, email: me.email });
  else terminal.out.line(`Logged in as ${me.email}.`);
}

export async function userLogout(options: GlobalOptions, terminal: Terminal): Promise<void> {
  const say = (loggedOut: boolean, text: string): void => {
    if (options.json === true) terminal.out.json({ loggedOut });
    else terminal.out.line(text);
  };
  const clientId = await keptClientId(options, terminal.env);
  if (clientId === undefined) return say(false, "Nobody was logged in.");
  const session = await openOAuth(options, clientId, terminal.env);
  try {
    await session.logout();
  } finally {
    // Forgotten here even when the archive cannot be told.
    await forgetLogin(options, terminal.env);
  }
  say(true, "Logged out.");
}

export async function userWhoami(options: GlobalOptions, terminal: Terminal): Promise<void> {
  const { username, account } = await connectClient(options, terminal);
  if (options.json === true) terminal.out.json({ username: username ?? null, account });
  else
    terminal.out.line(username === undefined ? "A guest: you see what is public." : `${username} (account ${account})`);
}

/** Best effort: the address is on the screen anyway. */
function openBrowser(url: string): void {
  const opener = process.platform === "darwin" ? "open" : process.platform === "win32" ? "explorer" : "xdg-open";
  const child = spawn(opener, [url], { detached: true, stdio: "ignore" });
  child.once("error", () => undefined);
  child.unref();
}
