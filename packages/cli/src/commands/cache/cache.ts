import { Command, InvalidArgumentError, Option } from "commander";
import type { Terminal } from "../../output/terminal.ts";
import { examples } from "../examples.ts";
import type { GlobalOptions } from "../options.ts";

export interface CacheOptions extends GlobalOptions {
  /** Whose files a folder of the Python client holds. */
  readonly identity?: { readonly server: string; readonly account: string };
}

export interface CacheClearOptions extends CacheOptions {
  readonly yes?: boolean;
}

/** `isic cache`: its verbs, options and help. */
export function cacheCommand(terminal: Terminal): Command {
  return new Command("cache")
    .description("What is kept of what was fetched.")
    .addHelpText(
      "after",
      examples([
        ["isic cache info", "where it is, and how much it holds"],
        ["isic cache verify", "names what is broken"],
        ["isic cache clear --yes", "removes everything"],
      ]),
    )
    .addCommand(infoCommand(terminal))
    .addCommand(verifyCommand(terminal))
    .addCommand(repairCommand(terminal))
    .addCommand(clearCommand(terminal));
}

function infoCommand(terminal: Terminal): Command {
  return new Command("info")
    .description("Where the cache is, and how much it holds of what.")
    .addOption(identityOption())
    .addHelpText(
      "after",
      examples([
        ["isic cache info", "the folder, counts and sizes"],
        ["isic cache info --cache ./old --identity isic-archive.com/anonymous", "of the Python client"],
      ]),
    )
    .action(async (_options: unknown, self: Command) => {
      const { cacheInfo } = await import("./cache.action.ts");
      await cacheInfo(self.optsWithGlobals<CacheOptions>(), terminal);
    });
}

function verifyCommand(terminal: Terminal): Command {
  return new Command("verify")
    .description("Check that every kept file is what its name says. Exit code 1 when one is not.")
    .addOption(identityOption())
    .addHelpText("after", examples([["isic cache verify", "names what is broken, changes nothing"]]))
    .action(async (_options: unknown, self: Command) => {
      const { cacheVerify } = await import("./cache.action.ts");
      await cacheVerify(self.optsWithGlobals<CacheOptions>(), terminal);
    });
}

function repairCommand(terminal: Terminal): Command {
  return new Command("repair")
    .description("Remove what is broken: it is fetched again when somebody needs it.")
    .addOption(identityOption())
    .addHelpText("after", examples([["isic cache repair", "after `isic cache verify` found something"]]))
    .action(async (_options: unknown, self: Command) => {
      const { cacheRepair } = await import("./cache.action.ts");
      await cacheRepair(self.optsWithGlobals<CacheOptions>(), terminal);
    });
}

function clearCommand(terminal: Terminal): Command {
  return new Command("clear")
    .description("Remove everything that is kept. Only files of the cache are touched.")
    .option("-y, --yes", "do not ask")
    .addOption(identityOption())
    .addHelpText("after", examples([["isic cache clear --yes --cache ./my-cache", "without asking"]]))
    .action(async (_options: unknown, self: Command) => {
      const { cacheClear } = await import("./cache.action.ts");
      await cacheClear(self.optsWithGlobals<CacheClearOptions>(), terminal);
    });
}

function identityOption(): Option {
  return new Option(
    "--identity <server/account>",
    "whose files: of one server and account only; a folder of the Python client does not say it itself",
  ).argParser((text) => {
    const [, server = "", account = ""] = /^([^/\s]+)\/([^/\s]+)$/.exec(text) ?? [];
    if (server !== "") return { server, account };
    throw new InvalidArgumentError("Expected a server and an account, such as isic-archive.com/anonymous.");
  });
}
