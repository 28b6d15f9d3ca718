import { Command } from "commander";
import type { Terminal } from "../../output/terminal.ts";
import { examples } from "../examples.ts";
import { type GlobalOptions, integer, someText } from "../options.ts";

export interface ImageDuplicatesOptions extends GlobalOptions {
  readonly bits: number;
  readonly report?: string;
}

/** `isic image duplicates`: options and help. */
export function imageDuplicatesCommand(terminal: Terminal): Command {
  return new Command("duplicates")
    .description("Find pictures of a folder that are the same file, or look the same.")
    .argument("<folder>", "any folder with pictures in it", someText)
    .option("--bits <count>", "of 64 bits of a perceptual hash, so many may differ", integer(0, 16), 4)
    .option("--report <file>", "an HTML page with the pictures side by side", someText)
    .addHelpText(
      "after",
      `${examples([
        ["isic image duplicates photos", "groups of files"],
        ["isic image duplicates photos --report same.html", "and a page to look at"],
        ["isic image duplicates photos --bits 0 --json", "only what was encoded anew"],
      ])}\nTwo pictures look the same when their difference hashes (8 x 8 fields) differ\nin at most --bits of 64 bits, and their thumbnails by at most 6 of 256 grey\nlevels. Turned, mirrored and cropped copies are not found.\n`,
    )
    .action(async (folder: string, _options: unknown, command: Command) => {
      const { imageDuplicates } = await import("./duplicates.action.ts");
      await imageDuplicates(folder, command.optsWithGlobals<ImageDuplicatesOptions>(), terminal);
    });
}
