import { Command } from "commander";
import type { Terminal } from "../terminal.ts";
import { imageDownloadCommand } from "./image-download.ts";
import { imageSelectCommand } from "./image-select.ts";
import { imageShowCommand } from "./image-show.ts";
import { imageVerifyCommand } from "./image-verify.ts";

export function imageCommand(terminal: Terminal): Command {
  return new Command("image")
    .description("Find, show, download and verify images.")
    .addCommand(imageDownloadCommand(terminal))
    .addCommand(imageVerifyCommand(terminal))
    .addCommand(imageSelectCommand(terminal))
    .addCommand(imageShowCommand(terminal));
}
