import { Command, Option } from "commander";
import type { Terminal } from "../../output/terminal.ts";
import { examples } from "../examples.ts";
import { type GlobalOptions, integer, someText } from "../options.ts";

export interface ImageShowOptions extends GlobalOptions {
  readonly as?: "kitty" | "iterm" | "blocks";
  readonly width?: number;
  readonly superpixels?: boolean;
  readonly output?: string;
  readonly open?: boolean;
  readonly picture?: boolean;
}

/** `isic image show`: options and help. */
export function imageShowCommand(terminal: Terminal): Command {
  return new Command("show")
    .description("Show an image: its record, and the picture itself in terminals that can.")
    .argument("<image>", "an image by name or id, or a JPEG or PNG file", someText)
    .addOption(
      new Option("--as <how>", "how the terminal draws (found out when absent)").choices(["kitty", "iterm", "blocks"]),
    )
    .option("--width <columns>", "width in columns", integer(10, 1000))
    .option("--superpixels", "with the outlines of its superpixels")
    .option("-o, --output <file>", "write the picture as PNG or JPEG instead of drawing it", someText)
    .option("--open", "open the picture in this system's own viewer")
    .option("--no-picture", "the record only; of a file, its size in pixels")
    .addHelpText(
      "after",
      examples([
        ["isic image show ISIC_0000000", "record and picture"],
        ["isic image show ISIC_0000000 --superpixels -o overlay.png", "into a file"],
        ["isic image show ISIC_0000000 --json", "the record as the server sent it"],
      ]),
    )
    .action(async (image: string, _options: unknown, command: Command) => {
      const { imageShow } = await import("./show.action.ts");
      await imageShow(image, command.optsWithGlobals<ImageShowOptions>(), terminal);
    });
}
