import { Command, Option } from "commander";
import type { Terminal } from "../../output/terminal.ts";
import { examples } from "../examples.ts";
import { color, type GlobalOptions, integer, number, someText } from "../options.ts";

export interface SuperpixelsOptions extends GlobalOptions {
  readonly output?: string;
  readonly outline?: string;
  readonly color: readonly [number, number, number];
  readonly segments?: number;
  readonly compactness?: number;
  readonly sigma?: number;
  readonly compute?: boolean;
}

const someTexts = (text: string, before: readonly string[] = []): string[] => [...before, someText(text)];

/** `isic superpixels`: options and help. */
export function superpixelsCommand(terminal: Terminal): Command {
  return new Command("superpixels")
    .description("The archive's superpixels of photos: of files, or of images of the archive by name or id.")
    .argument("<photos...>", "JPEG or PNG files, or images such as ISIC_0000000", someTexts)
    .option(
      "-o, --output <file>",
      "write the labels as the archive's superpixel PNG; of several photos, a folder",
      someText,
    )
    .option(
      "--outline <file>",
      "write the photo with the outlines, as PNG or JPEG; of several photos, a folder",
      someText,
    )
    .addOption(
      new Option("--color <color>", "colour of the outlines").argParser(color).default([255, 255, 0], "#ffff00"),
    )
    .option("--segments <count>", "how many superpixels to aim at (the archive: 1000)", integer(1))
    .option("--compactness <number>", "how much position counts against colour", number(1e-6, 1e6))
    .option("--sigma <number>", "how much to smooth first, in pixels", number(0, 100))
    .option("--compute", "compute them even when the archive serves its own")
    .addHelpText(
      "after",
      examples([
        ["isic superpixels photo.jpg -o labels.png --outline overlay.png", "of a file"],
        ["isic superpixels ISIC_0000000 -o labels.png", "of an image of the archive"],
        ["isic superpixels photo.jpg --segments 200 --json", "how many, how large"],
        ["isic superpixels photos/*.jpg -o labels", "of many, side by side, into a folder"],
      ]),
    )
    .action(async (photos: readonly string[], _options: unknown, command: Command) => {
      const { superpixels } = await import("./superpixels.action.ts");
      await superpixels(photos, command.optsWithGlobals<SuperpixelsOptions>(), terminal);
    });
}
