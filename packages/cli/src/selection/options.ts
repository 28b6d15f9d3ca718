import { type Command, InvalidArgumentError, Option } from "commander";
import { type GlobalOptions, idList, integer, someText, wordList } from "../commands/options.ts";

/** How a command is told which images it is about. */
export interface SelectionOptions extends GlobalOptions {
  readonly search?: string;
  readonly collections?: readonly number[];
  readonly where?: readonly string[];
  readonly dataset?: string;
  readonly study?: string;
  readonly ids?: readonly string[];
  readonly idsFrom?: string;
  readonly limit?: number;
}

const collect = (text: string, before: readonly string[] = []): string[] => [...before, text];

const moreIds = (text: string, before: readonly number[] = []): number[] => [...before, ...idList(text)];

/** Refuses a second search: the first would be lost silently. */
function once(text: string, before: string | undefined): string {
  if (before === undefined) return someText(text);
  throw new InvalidArgumentError(`Two searches were given: write them as one, '(${before}) AND (${text})'.`);
}

/** Adds the options that say which images a command is about. */
export function addSelectionOptions(command: Command): Command {
  return command
    .addOption(
      new Option(
        "-s, --search <query>",
        "the archive's search language, such as 'sex:female AND age_approx:[* TO 30]'",
      ).argParser(once),
    )
    .addOption(
      new Option("-c, --collections <ids>", "images of these collections (v2), such as 65,70").argParser(moreIds),
    )
    .addOption(
      new Option(
        "-w, --where <criterion>",
        "a criterion as 'path operator value' (== != < <= > >= in ni match exists, and not ...); again for more, all must hold",
      ).argParser(collect),
    )
    .option("--dataset <name>", "images of this dataset, by name or id (v1)", someText)
    .option("--study <name>", "images of this study, by name or id (v1)", someText)
    .option("--ids <ids>", "these images, by id or name, such as ISIC_0000000,ISIC_0000001", wordList)
    .option(
      "--ids-from <file>",
      "ids or names from a file: one per line, # for remarks, or a column of a CSV (- reads standard input)",
      someText,
    )
    .option("-l, --limit <count>", "at most so many images", integer(1));
}
