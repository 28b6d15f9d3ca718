import { Command, Option } from "commander";
import type { Terminal } from "../../output/terminal.ts";
import { examples } from "../examples.ts";
import { type GlobalOptions, integer, someText } from "../options.ts";

export interface DemoOptions extends GlobalOptions {
  readonly out: string;
  readonly data?: string;
  readonly image: string;
  readonly port: number;
}

/** `isic demo`: options and help. */
export function demoCommand(terminal: Terminal): Command {
  return new Command("demo")
    .description("Walk through it all against an archive in a box, started for the walk: find, fetch, map, paint.")
    .addOption(
      new Option("-o, --out <folder>", "where the pictures go")
        .argParser(someText)
        .default("demo-output", "./demo-output"),
    )
    .option("--data <folder>", "serve this folder of real data instead of generated images", someText)
    .option("--image <name>", "the image to look at", someText, "ISIC_0000000")
    .option("--port <number>", "port of the archive in a box; 0 takes any free one", integer(0, 65535), 0)
    .addHelpText(
      "after",
      examples([
        ["isic demo", "the walk on the API of the original package (v1)"],
        ["isic demo --api v2", "the same on v2, superpixels computed here"],
        ["isic demo --data ./my-data", "on real photos"],
      ]),
    )
    .action(async (_options: unknown, command: Command) => {
      const { demo } = await import("./demo.action.ts");
      await demo(command.optsWithGlobals<DemoOptions>(), terminal);
    });
}
