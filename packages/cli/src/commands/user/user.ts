import { Command, Option } from "commander";
import type { Terminal } from "../../output/terminal.ts";
import { examples } from "../examples.ts";
import { type GlobalOptions, someText } from "../options.ts";

export interface UserLoginOptions extends GlobalOptions {
  readonly clientId?: string;
  readonly browser?: boolean;
}

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
    .addCommand(whoamiCommand(terminal));
}

function loginCommand(terminal: Terminal): Command {
  return new Command("login")
    .description("Log in through the browser (v2); the session is kept in a file that only you can read.")
    .addOption(
      new Option("--client-id <id>", "an application registered with the archive (kept after the first login)")
        .env("ISIC_CLIENT_ID")
        .argParser(someText),
    )
    .option("--no-browser", "only print the address")
    .addHelpText("after", examples([["isic user login --client-id ID", "opens the archive's login page"]]))
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
