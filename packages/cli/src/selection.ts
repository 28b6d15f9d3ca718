import { readFile } from "node:fs/promises";
import { text } from "node:stream/consumers";
import type { Criteria } from "@isic/select";
import type { RecordSelection } from "isic/node";
import type { SelectionOptions } from "./commands/selection-options.ts";
import { parseCriterion } from "./criterion.ts";
import { CommandError } from "./print/failure.ts";

/** What the options of a command select. */
export async function selectionOf(options: SelectionOptions): Promise<RecordSelection> {
  const { search, collections, dataset, study, limit, where } = options;
  const ids = await idsOf(options);
  const criteria: Criteria | undefined = where?.map(parseCriterion);
  const given = { search, collections, criteria, dataset, study, ids, limit };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

async function idsOf({ ids, idsFrom }: SelectionOptions): Promise<readonly string[] | undefined> {
  if (idsFrom === undefined) return ids;
  const content = idsFrom === "-" ? await text(process.stdin) : await readFile(idsFrom, "utf8");
  // A CSV's first column does too: that is what most lists of ids are.
  const listed = content.split(/\r?\n/).map(
    (row) =>
      row
        .split(/[,;\t]/)[0]
        ?.trim()
        .replace(/^"|"$/g, "") ?? "",
  );
  const found = listed.filter(
    (word) => word !== "" && !/^(isic_id|image|image_id|image_name|name|_id|id)$/i.test(word),
  );
  if (found.length === 0) throw new CommandError(`${idsFrom === "-" ? "Standard input" : idsFrom} holds no ids.`);
  return [...new Set([...(ids ?? []), ...found])];
}
