import { connectClient } from "../../connection/connect.ts";
import { forgetLogin, keepClientId, keptClientId, openOAuth } from "../../connection/login-store.ts";
import { serverOf } from "../../connection/server.ts";
import { tokenFor } from "../../connection/token.ts";
import { CommandError } from "../../output/failure.ts";
import { openWithSystem } from "../../output/open-with-system.ts";
import type { Terminal } from "../../output/terminal.ts";
import type { GlobalOptions } from "../options.ts";
import type { UserLoginOptions } from "./user.ts";

/** What an application is registered with; the archive takes it with any port. */
const REDIRECT = "http://127.0.0.1/callback";

/** Logs in through the browser, and keeps the session. */
export async function userLogin(options: UserLoginOptions, terminal: Terminal): Promise<void> {
  if (options.api === "v1") {
    throw new CommandError("v1 has no lasting login: give --username, and the password in .netrc or when asked.", 2);
  }
  const clientId = options.clientId ?? (await keptClientId(options, terminal.env));
  if (clientId === undefined) {
    const where = new URL("/oauth/applications/register/", serverOf(options));
    const message = `--client-id is missing: register an application at ${where} (public client, authorization code, redirect URI ${REDIRECT}).`;
    throw new CommandError(message, 2);
  }
  const session = await openOAuth(options, clientId, terminal.env);
  const { loginByLoopback } = await import("@isic/api-client/oauth/node");
  const me = await loginByLoopback(session, {
    signal: terminal.signal,
    onUrl: (url) => {
      terminal.err.line("Log in here, in a browser on this machine:");
      terminal.err.line(`  ${url}`);
      // Best effort: the address is on the screen anyway.
      if (options.browser !== false) openWithSystem(url).catch(() => undefined);
      if (options.quiet === true) return;
      terminal.err.line(`If the page finds fault with the redirect URI, register ${REDIRECT} for the application.`);
      terminal.err.line("Waiting up to 5 minutes for the login there (Ctrl-C ends it).");
    },
  });
  await keepClientId(options, terminal.env, clientId);
  if (options.json === true) terminal.out.json({ id: me.id, email: me.email });
  else terminal.out.line(`Logged in as ${me.email}.`);
  if (options.quiet !== true && (terminal.env.ISIC_TOKEN ?? "") !== "")
    terminal.err.line("note: ISIC_TOKEN is set, and comes before this login where it belongs to the server.");
}

/** Ends the kept session, at the archive and here. */
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

/** Says as whom commands run. */
export async function userWhoami(options: GlobalOptions, terminal: Terminal): Promise<void> {
  const { username, account } = await connectClient(options, terminal);
  if (options.json === true) terminal.out.json({ username: username ?? null, account });
  else
    terminal.out.line(username === undefined ? "A guest: you see what is public." : `${username} (account ${account})`);
}

/** Prints the token that commands send, for other programs; nothing else ever shows it. */
export async function userPrintToken(options: GlobalOptions, terminal: Terminal): Promise<void> {
  if (options.api === "v1") throw new CommandError("v1 keeps no token: each command logs in with --username.", 2);
  const source = await tokenFor(options, terminal);
  const token = typeof source === "object" ? await source.token({ signal: terminal.signal }) : source;
  if (token === undefined) {
    throw new CommandError(`Nobody is logged in at ${serverOf(options).host}: isic user login, or set ISIC_TOKEN.`);
  }
  if (options.json === true) terminal.out.json({ token });
  else terminal.out.data(`${token}\n`);
}
