/**
 * The command line. A command lies in `commands/<noun>/`: options and help in `<verb>.ts`, and beside it, in
 * `<verb>.action.ts`, what it does, which is loaded when it runs. Small verbs of one noun share the two files.
 */
import { Command, Option } from "commander";
import { cacheCommand } from "./commands/cache/cache.ts";
import { challengeCommand } from "./commands/challenge/challenge.ts";
import { collectionCommand } from "./commands/collection/list.ts";
import { completionCommand } from "./commands/completion/completion.ts";
import { datasetCommand } from "./commands/dataset/dataset.ts";
import { demoCommand } from "./commands/demo/demo.ts";
import { examples } from "./commands/examples.ts";
import { imageCommand } from "./commands/image/image.ts";
import { metadataCommand } from "./commands/metadata/download.ts";
import { moreHosts, orFromEnvironment, someText } from "./commands/options.ts";
import { serveCommand } from "./commands/serve/serve.ts";
import { studyCommand } from "./commands/study/study.ts";
import { superpixelsCommand } from "./commands/superpixels/superpixels.ts";
import { userCommand } from "./commands/user/user.ts";
import { CommandError } from "./output/failure.ts";
import type { Terminal } from "./output/terminal.ts";
import { version } from "./output/version.ts";

/** The whole command line. Building it loads nothing heavy: each action imports what it needs. */
export function createProgram(terminal: Terminal): Command {
  const program = new Command("isic")
    .description("Images, metadata, collections and superpixels of the ISIC Archive.")
    .version(version(), "-V, --version", "print the version")
    .helpCommand(false);
  for (const option of globalOptions(terminal)) program.addOption(option);
  program.addHelpText(
    "after",
    examples([
      ["isic demo", "walk through everything against an archive in a box"],
      ["isic image download --search 'sex:female' photos", "a verified, licensed set of images"],
      ["isic superpixels photo.jpg -o labels.png", "the archive's superpixels of any photo"],
      ["isic metadata download --search 'age_approx:[* TO 20]' > young.csv", "a table"],
    ]) +
      "\nEnvironment: ISIC_SERVER, ISIC_CACHE, and ISIC_TOKEN, a v2 token for the server\n" +
      "of ISIC_SERVER (the public archive where that is not set): isic user --help.\n" +
      "\nThe Python tool isic-cli installs a command of the same name. Where both are\n" +
      "installed, the first on the PATH runs: `npx @isic/cli` always means this one,\n" +
      "and `pipx run isic-cli` always the other.\n",
  );
  program.addCommand(imageCommand(terminal));
  program.addCommand(metadataCommand(terminal));
  program.addCommand(collectionCommand(terminal));
  program.addCommand(datasetCommand(terminal));
  program.addCommand(studyCommand(terminal));
  program.addCommand(superpixelsCommand(terminal));
  program.addCommand(challengeCommand(terminal));
  program.addCommand(cacheCommand(terminal));
  program.addCommand(userCommand(terminal));
  program.addCommand(serveCommand(terminal));
  program.addCommand(demoCommand(terminal));
  program.addCommand(completionCommand(terminal));
  program.addCommand(helpCommand(program));
  settle(program, terminal);
  return program;
}

/** Commander's own takes one word, and shows the help of `image` for `help image download`. */
function helpCommand(program: Command): Command {
  return new Command("help")
    .description("Show the help of a command.")
    .argument("[command...]", "its words")
    .addHelpText("after", examples([["isic help image download", "the same as isic image download --help"]]))
    .action(async (words: readonly string[]) => {
      let found = program;
      for (const word of words) {
        const next = found.commands.find((each) => each.name() === word);
        if (next === undefined) {
          const names = found.commands.map((each) => each.name());
          const { nearMatches } = await import("@isic/select");
          const [meant] = nearMatches(word, names, { limit: 1 });
          const hint = meant === undefined ? "" : ` Did you mean ${meant}?`;
          const has = names.join(", ") || "none";
          throw new CommandError(`There is no command "${word}" in ${fullName(found)}: it has ${has}.${hint}`, 2);
        }
        found = next;
      }
      found.outputHelp();
    });
}

function globalOptions({ env }: Terminal): Option[] {
  return [
    new Option("--api <family>", "the server's API: v2 (the public archive's) or v1 (Girder)").choices(["v1", "v2"]),
    orFromEnvironment(new Option("--server <url>", "another server than the public archive"), "ISIC_SERVER", env),
    new Option(
      "-u, --username <name>",
      "log in as this user (v1; the password comes from .netrc, or is asked for)",
    ).argParser(someText),
    new Option("--allow-http <host>", "plain http to this host, in a network that you trust; again for more").argParser(
      moreHosts,
    ),
    new Option("--token-from-env", "send ISIC_TOKEN to the server of --server too (else only where it belongs)"),
    orFromEnvironment(
      new Option("--cache <folder>", "where fetched files are kept").argParser(someText),
      "ISIC_CACHE",
      env,
    ),
    new Option("--no-cache", "keep nothing"),
    new Option("--json", "JSON for programs instead of tables for people"),
    new Option("-q, --quiet", "no progress, no notes"),
    new Option("--debug", "print every request, and the stack of an error"),
  ];
}

/** What commander would take from the process, it takes from the terminal; errors are thrown, not exited with. */
function settle(command: Command, terminal: Terminal): void {
  command.exitOverride();
  command.helpOption("-h, --help", "show this help");
  if (command.parent !== null && command.commands.length > 0)
    command.helpCommand("help [command]", "show the help of a command");
  command.configureOutput({
    writeOut: (text) => terminal.out.block(text.replace(/\n$/, "")),
    writeErr: (text) => terminal.err.block(text.replace(/\n$/, "")),
    getOutHelpWidth: () => Math.min(100, terminal.out.width),
    getErrHelpWidth: () => Math.min(100, terminal.err.width),
    // A word that was typed, or that a script has put in, may hold line ends; the last line may be a hint.
    outputError: (text, write) => {
      const said = text.replace(/^error: /, "").replace(/\n(?!$|\(Did you mean )/g, " ");
      write(`isic: ${said}${quoteHint(text)}${hintFor(command)}`);
    },
  });
  command.configureHelp({ showGlobalOptions: true });
  command.showSuggestionAfterError();
  for (const each of command.commands) settle(each, terminal);
}

const quoteHint = (text: string): string =>
  text.startsWith("error: too many arguments")
    ? "What has spaces is written in quotes, such as --search 'sex:male AND age_approx:50'.\n"
    : "";

const hintFor = (command: Command): string => `Try: ${fullName(command)} --help\n`;

function fullName(command: Command): string {
  return command.parent === null ? command.name() : `${fullName(command.parent)} ${command.name()}`;
}
