import { Command } from "commander";
import { examples } from "../help.ts";
import type { Terminal } from "../terminal.ts";
import { imageDownloadCommand } from "./image-download.ts";
import { imageSelectCommand } from "./image-select.ts";
import { imageShowCommand } from "./image-show.ts";
import { imageVerifyCommand } from "./image-verify.ts";

export function imageCommand(terminal: Terminal): Command {
  return new Command("image")
    .description("Find, show, download and verify images.")
    .addHelpText(
      "after",
      examples([
        ["isic image select --search 'sex:female' --limit 5", "which ones?"],
        ["isic image show ISIC_0000000", "the record and the picture"],
        ["isic image download --search 'sex:female' photos", "all of them, verified and licensed"],
        ["isic image verify photos", "is everything as it was written?"],
      ]),
    )
    .addCommand(imageDownloadCommand(terminal))
    .addCommand(imageVerifyCommand(terminal))
    .addCommand(imageSelectCommand(terminal))
    .addCommand(imageShowCommand(terminal));
}
