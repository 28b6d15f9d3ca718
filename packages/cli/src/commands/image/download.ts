import { Command, Option } from "commander";
import type { Terminal } from "../../output/terminal.ts";
import { addSelectionOptions, type SelectionOptions } from "../../selection/options.ts";
import { examples } from "../examples.ts";
import { choices, integer, someText } from "../options.ts";

export interface ImageDownloadOptions extends SelectionOptions {
  readonly from?: string;
  readonly thumbnails?: boolean;
  readonly resize?: number;
  readonly superpixels?: boolean;
  readonly masks?: boolean;
  readonly names?: string;
  readonly shard?: string;
  readonly split?: string;
  readonly splitBy?: "patient" | "lesion" | "image";
  readonly seed?: string;
  readonly labels?: string;
  readonly tables: readonly ("csv" | "jsonl" | "parquet")[];
  readonly concurrency: number;
  readonly dryRun?: boolean;
  readonly prune?: boolean;
  readonly force?: boolean;
}

/** Not taken from where they are known: the words of the command line load nothing else. */
const CHALLENGES = ["isic2016", "isic2017", "isic2018", "isic2019", "isic2020", "isic2024"];
const TABLES: readonly ("csv" | "jsonl" | "parquet")[] = ["csv", "jsonl", "parquet"];

/** `isic image download`: options and help. */
export function imageDownloadCommand(terminal: Terminal): Command {
  const command = new Command("download")
    .description(
      "Bring images into a folder, with metadata, licences and a manifest. Stop it and run it again at will.",
    )
    .argument("<folder>", "where to; it is made if it does not exist", someText);
  return addSelectionOptions(command)
    .option(
      "--from <manifest>",
      "exactly the files of another download's manifest.jsonl; says what has changed since",
      someText,
    )
    .option("--thumbnails", "the small previews instead of the images")
    .option("--resize <pixels>", "copies whose longer side has at most so many pixels", integer(1, 100_000))
    .option("--superpixels", "superpixels too: the archive's own, or computed here")
    .option("--masks", "lesion masks too (v1)")
    .option(
      "--names <pattern>",
      "file names of values of the record, such as '$metadata.clinical.sex$/$name$' or '$split$/$name$'; $name$ without it",
    )
    .option("--shard <i/n>", "only the i-th of n equal shares, for job arrays; shares may have one folder")
    .option(
      "--split <shares>",
      "split into train/validation/test such as 80/10/10 (they add up to 100, or to 1), no patient or lesion in two of them",
    )
    .addOption(
      new Option("--split-by <unit>", "what a split keeps together (patient when absent)").choices([
        "patient",
        "lesion",
        "image",
      ]),
    )
    .option("--seed <text>", "another seed gives another split (isic when absent)")
    .addOption(
      new Option("--labels <challenge>", "the class of each image in a challenge, as a column of the tables")
        .choices(CHALLENGES)
        .argParser((text) => text.toLowerCase()),
    )
    .addOption(
      new Option("--tables <formats>", "metadata as these, with commas between them")
        .choices(TABLES)
        .argParser(choices(TABLES))
        .default(TABLES, "csv,jsonl,parquet"),
    )
    .option("--concurrency <count>", "files under way at a time", integer(1, 256), 16)
    .option("-n, --dry-run", "only say what would come: count, size, licences")
    .option("--prune", "remove files of earlier runs that are not in the selection any more, or were withdrawn")
    .option("--force", "begin although the disk looks too small")
    .addHelpText(
      "after",
      examples([
        ["isic image download --search 'diagnosis_3:\"Melanoma, NOS\"' melanoma", "by a search"],
        [
          "isic image download --collections 65 --split 80/10/10 --names '$split$/$name$' set",
          "a split set, one folder each",
        ],
        [
          "isic image download --where 'meta.clinical.sex == female' --api v1 --server http://127.0.0.1:8000 f",
          "by criteria, elsewhere",
        ],
        ["isic image download --collections 65 --dry-run set", "what would come"],
        ["isic image download --from set/manifest.jsonl copy", "the same set again"],
      ]) +
        "\nExit code 0 only when every file is there. What failed is listed, is in the\nmanifest, and is tried again by the same command.\n",
    )
    .action(async (folder: string, _options: unknown, self: Command) => {
      const { imageDownload } = await import("./download.action.ts");
      await imageDownload(folder, self.optsWithGlobals<ImageDownloadOptions>(), terminal);
    });
}
