/** Selection: which images a command is about, by its options, checked before anybody is asked. */
import { type Criteria, createPredicate } from "@isic/select";
import type { RecordSelection } from "isic/node";
import { CommandError } from "../output/failure.ts";
import type { Terminal } from "../output/terminal.ts";
import { parseCriterion } from "./criterion.ts";
import { checkIdFamily, readIdList } from "./id-list.ts";
import type { SelectionOptions } from "./options.ts";

/** What the options of a command select. What is wrong or odd in them is said before anybody is asked. */
export async function selectionOf(options: SelectionOptions, terminal: Terminal): Promise<RecordSelection> {
  const { search, collections, dataset, study, limit, where } = options;
  checkFamily(options);
  const ids = await idsOf(options);
  for (const id of ids ?? []) checkIdFamily(id, options);
  const criteria: Criteria | undefined = where?.map(parseCriterion);
  const given = { search, collections, criteria, dataset, study, ids, limit };
  const selection: RecordSelection = Object.fromEntries(
    Object.entries(given).filter(([, value]) => value !== undefined),
  );
  checkCriteria(where, criteria);
  if (options.api !== "v1") await warn(selection, options, terminal);
  return selection;
}

/** What the library says of its criteria, said of the option. */
function checkCriteria(where: readonly string[] | undefined, criteria: Criteria | undefined): void {
  try {
    createPredicate(criteria ?? []);
  } catch (error) {
    const { at, message } = error as Error & { at?: string };
    const number = /^criteria\[(\d+)\]$/.exec(at ?? "")?.[1];
    if (number === undefined) throw error;
    // Advice for programs is none here.
    const problem = message.slice(message.indexOf("]: ") + 3).replace(/(; selectFrom answers it .*)?\.?$/, "");
    throw new CommandError(`--where "${where?.[Number(number)]}": ${problem}.`, 2, { cause: error });
  }
}

function checkFamily({ api, search, collections, dataset, study }: SelectionOptions): void {
  if (api !== "v1" && (dataset ?? study) !== undefined) {
    const message = "--dataset and --study are of v1; v2 has collections: see isic collection list.";
    throw new CommandError(message, 2);
  }
  if (api === "v1" && (search ?? collections) !== undefined) {
    throw new CommandError("--search and --collections are of v2; on v1 use --where and --dataset.", 2);
  }
}

async function warn(
  { search, criteria }: RecordSelection,
  { quiet }: SelectionOptions,
  terminal: Terminal,
): Promise<void> {
  const { criteriaWarnings, QueryError, queryWarnings } = await import("@isic/select/query");
  try {
    // A search that is too long for one request goes in several.
    const ofSearch = queryWarnings(search ?? "").filter(({ kind }) => kind !== "long");
    const warnings = [...ofSearch, ...criteriaWarnings(criteria ?? [])];
    if (quiet !== true) for (const { message } of warnings) terminal.err.line(`note: ${inOptions(message)}`);
  } catch (error) {
    if (!(error instanceof QueryError)) throw error;
    const [sentence, ...picture] = error.message.split("\n");
    throw new CommandError(`--search: ${sentence}`, 2, { cause: error, picture });
  }
}

/** Criteria are counted in the library's words; here each is an option. */
export const inOptions = (message: string): string => message.replace(/^criteria(\[\d+\])?:/, "--where:");

async function idsOf({ ids, idsFrom, api = "v2" }: SelectionOptions): Promise<readonly string[] | undefined> {
  if (idsFrom === undefined) return ids;
  return [...new Set([...(ids ?? []), ...(await readIdList(idsFrom, api))])];
}
