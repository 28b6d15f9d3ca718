import { Command } from "commander";
import type { Terminal } from "../../output/terminal.ts";
import { examples } from "../examples.ts";
import { type GlobalOptions, integer, someText } from "../options.ts";

export interface ServeOptions extends GlobalOptions {
  readonly port: number;
  readonly host: string;
  readonly data?: string;
  readonly images: number;
}

/** `isic serve`: options and help. */
export function serveCommand(terminal: Terminal): Command {
  return new Command("serve")
    .description("Serve an archive in a box: both APIs over generated images, or over a folder of real ones.")
    .option("--port <number>", "port to listen on; 0 takes any free one", integer(0, 65535), 8000)
    .option("--host <address>", "address to listen on", someText, "127.0.0.1")
    .option(
      "--data <folder>",
      "what image download left in this folder; or archive data (imcache_*.json.gz, images/, masks/, superpixels/)",
      someText,
    )
    .option("--images <count>", "how many images to generate", integer(1, 100_000), 300)
    .addHelpText(
      "after",
      examples([
        ["isic serve --port 0", "generated images, any free port"],
        ["isic serve --data ./my-data", "a folder"],
      ]),
    )
    .action(async (_options: unknown, command: Command) => {
      const { serveArchive } = await import("./serve.action.ts");
      await serveArchive(command.optsWithGlobals<ServeOptions>(), terminal);
    });
}
