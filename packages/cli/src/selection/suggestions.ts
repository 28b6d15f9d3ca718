import { type Criteria, getPath, selectFrom } from "@isic/select";
import { fieldsOf } from "@isic/select/columns";
import { criteriaWarnings } from "@isic/select/query";
import { type Connected, type ImageRecord, isUnknown, type RecordSelection, selectRecords } from "isic/node";
import type { GlobalOptions } from "../commands/options.ts";
import { CommandError } from "../output/failure.ts";
import type { Terminal } from "../output/terminal.ts";
import { plural } from "../output/units.ts";
import type { SelectionOptions } from "./options.ts";
import { inOptions } from "./selection.ts";

/** So many records have, together, nearly every field there is. */
const FEW = 200;

/** Criteria that select nothing often hold a typing error: says which of their paths no image has. */
export async function explainEmptySelection(
  connected: Connected,
  { criteria }: RecordSelection,
  { quiet }: GlobalOptions,
  terminal: Terminal,
): Promise<void> {
  if (quiet === true) return;
  terminal.err.line("note: the selection is empty.");
  if (criteria === undefined) return;
  const first: ImageRecord[] = [];
  const records = await selectRecords(connected.client, { limit: FEW }, terminal.signal);
  for await (const record of records) if (!isUnknown(record)) first.push(record);
  // Paths of v1 that v2 has under another name were understood; mistyped ones of v2 were named before.
  const isKnown = (path: string): boolean =>
    connected.family === "v2" &&
    (path.startsWith("metadata.") || first.some((record) => hasValue(record, path.replace(/^meta\./, "metadata."))));
  selectFrom(first, criteria, {
    onWarning: ({ path, message }) => {
      if (isKnown(path)) return;
      const longer = wholePath(first, path);
      const meant = `--where: no image has "${path}"; did you mean "${longer}"?`;
      terminal.err.line(`note: ${longer === undefined ? inOptions(message) : meant}`);
    },
  });
}

function hasValue(record: ImageRecord, path: string): boolean {
  const value = getPath(record, path);
  return value !== null && value !== undefined;
}

/** Refuses collections that are not there: they would select nothing, silently. */
export async function checkCollections(
  connected: Connected,
  { collections = [] }: SelectionOptions,
  { signal }: Terminal,
): Promise<void> {
  if (connected.family === "v1") return;
  for (const id of collections) {
    try {
      await connected.client.collections.get(id, { signal });
    } catch (error) {
      if ((error as { status?: number }).status !== 404) throw error;
      const message = `There is no collection ${id} that you may see: isic collection list shows those there are.`;
      throw new CommandError(message, 1, { cause: error });
    }
  }
}

/** Refuses columns that none of the images has, which most often are typing errors. */
export function checkColumns(found: readonly ImageRecord[], columns: readonly string[]): void {
  const criteria: Criteria = columns.map((path) => [path, "exists"] as const);
  selectFrom(found, criteria, {
    onWarning: ({ path, suggestion }) => {
      if (isField(path, found[0]!)) return;
      const meant = wholePath(found.slice(0, FEW), path) ?? suggestion;
      const advice = meant === undefined ? "--json shows what records have." : `did you mean "${meant}"?`;
      throw new CommandError(`--columns: none of ${plural(found.length, "image")} has "${path}"; ${advice}`, 2);
    },
  });
}

/** Few images have some of the archive's fields, such as the thickness of a melanoma: those columns may be empty. */
function isField(path: string, record: ImageRecord): boolean {
  const onV2 = path.replace(/^meta\./, "metadata.");
  const isOfServer = Object.hasOwn(record, path.slice(0, path.indexOf(".")));
  return (
    isOfServer && /^metadata\.(clinical|acquisition)\../.test(onV2) && criteriaWarnings([[onV2, "exists"]]).length === 0
  );
}

/** The path that somebody means who gives its last word only. */
function wholePath(records: readonly ImageRecord[], path: string): string | undefined {
  return fieldsOf(records).find((field) => field.endsWith(`.${path}`));
}
