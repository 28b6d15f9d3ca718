import { parsePattern } from "isic/node";
import { isOneSlip } from "./one-slip.ts";
import { CommandError } from "./print/failure.ts";

/** Placeholders of every server; all others are paths of its records. */
const OWN = ["name", "id", "split", "label"];

/** What fills placeholders that are not in the records. */
export interface Filled {
  readonly split: boolean;
  readonly label: boolean;
}

/** Refuses a pattern of file names that would call files "none" for want of an option, or for a typing error. */
export function checkNames(pattern: string, { split, label }: Filled): void {
  try {
    parsePattern(pattern);
  } catch (cause) {
    throw refused(`${(cause as Error).message}.`, cause);
  }
  for (const [placeholder, path = ""] of pattern.matchAll(/\$([^$]*)\$/g)) {
    if (path === "split" && !split) throw refused("$split$ needs --split.");
    if (path === "label" && !label) throw refused("$label$ needs --labels.");
    // Paths of records have dots, or begin with an underscore as `_id` does.
    const meant = OWN.includes(path) || /^_|\./.test(path) ? undefined : OWN.find((own) => isOneSlip(path, own));
    if (meant !== undefined) throw refused(`there is no ${placeholder}; did you mean $${meant}$?`);
  }
}

const refused = (sentence: string, cause?: unknown): CommandError =>
  new CommandError(`--names: ${sentence}`, 2, { cause });
