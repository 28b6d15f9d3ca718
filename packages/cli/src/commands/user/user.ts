import { Command, Option } from "commander";
import type { Terminal } from "../../output/terminal.ts";
import { examples } from "../examples.ts";
import { type GlobalOptions, orFromEnvironment, someText } from "../options.ts";

export interface UserLoginOptions extends GlobalOptions {
  readonly clientId?: string;
  readonly browser?: boolean;
}

/** `isic user`: its verbs, options and help. */
export function userCommand(terminal: Terminal): Command {
  return new Command("user")
    .description("Who you are to the archive.")
    .addHelpText(
      "after",
      examples([
        ["isic user whoami", "as whom commands run"],
        ["isic user login --client-id my-app", "log in through the browser"],
        ["isic user logout", "end that session"],
      ]),
    )
    .addCommand(loginCommand(terminal))
    .addCommand(logoutCommand(terminal))
    .addCommand(whoamiCommand(terminal))
    .addCommand(printTokenCommand(terminal))
    .addHelpText(
      "after",
      "\nWhere the environment variable ISIC_TOKEN is set, it is the token of commands on\nv2, before any login. It is sent to the server of ISIC_SERVER, or to the public\narchive where that is not set; to another --server only with --token-from-env.\n",
    );
}

function loginCommand(terminal: Terminal): Command {
  return new Command("login")
    .description("Log in through the browser (v2); the session is kept in a file that only you can read.")
    .addOption(
      orFromEnvironment(
        new Option("--client-id <id>", "an application registered with the archive (kept after the first login)"),
        "ISIC_CLIENT_ID",
        terminal.env,
      ).argParser(someText),
    )
    .option("--no-browser", "only print the address")
    .addHelpText(
      "after",
      `${examples([["isic user login --client-id ID", "opens the archive's login page"]])}
Whoever has an account of the archive may register an application there, at
  https://api.isic-archive.com/oauth/applications/register/
  client type     public
  grant type      authorization code
  redirect URI    http://127.0.0.1/callback    (any port of it is accepted)
The page then shows the client id. There is no client secret to keep.
`,
    )
    .action(async (_options: unknown, self: Command) => {
      const { userLogin } = await import("./user.action.ts");
      await userLogin(self.optsWithGlobals<UserLoginOptions>(), terminal);
    });
}

function logoutCommand(terminal: Terminal): Command {
  return new Command("logout")
    .description("End the kept session, here and at the archive.")
    .addHelpText("after", examples([["isic user logout", "forget the session"]]))
    .action(async (_options: unknown, self: Command) => {
      const { userLogout } = await import("./user.action.ts");
      await userLogout(self.optsWithGlobals<GlobalOptions>(), terminal);
    });
}

function whoamiCommand(terminal: Terminal): Command {
  return new Command("whoami")
    .description("Say who the archive takes you for.")
    .addHelpText("after", examples([["isic user whoami", "name and account"]]))
    .action(async (_options: unknown, self: Command) => {
      const { userWhoami } = await import("./user.action.ts");
      await userWhoami(self.optsWithGlobals<GlobalOptions>(), terminal);
    });
}

function printTokenCommand(terminal: Terminal): Command {
  return new Command("print-token")
    .description("Print the access token that commands send (v2), for other programs. Keep it to yourself.")
    .addHelpText("after", examples([["isic user print-token", "the token, renewed when it is nearly over"]]))
    .action(async (_options: unknown, self: Command) => {
      const { userPrintToken } = await import("./user.action.ts");
      await userPrintToken(self.optsWithGlobals<GlobalOptions>(), terminal);
    });
}
