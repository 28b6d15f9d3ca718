import { Command } from "commander";
import type { Terminal } from "../../output/terminal.ts";
import { examples } from "../examples.ts";
import { type GlobalOptions, integer, someText } from "../options.ts";

export interface ImageVerifyOptions extends GlobalOptions {
  readonly repair?: boolean;
  readonly decode?: boolean;
  readonly concurrency: number;
}

/** `isic image verify`: options and help. */
export function imageVerifyCommand(terminal: Terminal): Command {
  return new Command("verify")
    .description("Check every file of a download: its hash against the manifest, and whether it decodes.")
    .argument("<folder>", "a folder that `isic image download` made", someText)
    .option("--repair", "fetch again what is missing, broken or failed before")
    .option("--no-decode", "hashes only")
    .option("--concurrency <count>", "files under way at a time while repairing", integer(1, 256), 16)
    .addHelpText(
      "after",
      `${examples([
        ["isic image verify photos", "is everything as it was written?"],
        ["isic image verify photos --repair", "and mend it"],
      ])}\nExit code 0 only when every file is right.\n`,
    )
    .action(async (folder: string, _options: unknown, command: Command) => {
      const { imageVerify } = await import("./verify.action.ts");
      await imageVerify(folder, command.optsWithGlobals<ImageVerifyOptions>(), terminal);
    });
}
