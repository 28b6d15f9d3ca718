import { Command } from "commander";
import type { Terminal } from "../../output/terminal.ts";
import { examples } from "../examples.ts";
import { imageDownloadCommand } from "./download.ts";
import { imageDuplicatesCommand } from "./duplicates.ts";
import { imageSelectCommand } from "./select.ts";
import { imageShowCommand } from "./show.ts";
import { imageVerifyCommand } from "./verify.ts";

/** `isic image` and its verbs. */
export function imageCommand(terminal: Terminal): Command {
  return new Command("image")
    .description("Find, show, download, verify and compare images.")
    .addHelpText(
      "after",
      examples([
        ["isic image select --search 'sex:female' --limit 5", "which ones?"],
        ["isic image show ISIC_0000000", "the record and the picture"],
        ["isic image download --search 'sex:female' photos", "all of them, verified and licensed"],
        ["isic image verify photos", "is everything as it was written?"],
        ["isic image duplicates photos", "which pictures show the same?"],
      ]),
    )
    .addCommand(imageDownloadCommand(terminal))
    .addCommand(imageVerifyCommand(terminal))
    .addCommand(imageSelectCommand(terminal))
    .addCommand(imageShowCommand(terminal))
    .addCommand(imageDuplicatesCommand(terminal));
}
