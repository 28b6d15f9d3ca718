import { getPath, selectFrom } from "@isic/select";
import { type Connected, type ImageRecord, isUnknown, type RecordSelection, selectRecords } from "isic/node";
import { wholePath } from "./known-columns.ts";
import type { GlobalOptions } from "./options.ts";
import { inOptions } from "./selection.ts";
import { line, type Terminal } from "./terminal.ts";

/** So many images have, together, nearly every field there is. */
const FEW = 200;

/** Criteria that select nothing often hold a typing error: says which of their paths no image has. */
export async function explainEmptySelection(
  connected: Connected,
  { criteria }: RecordSelection,
  { quiet }: GlobalOptions,
  terminal: Terminal,
): Promise<void> {
  if (quiet === true) return;
  line(terminal.err, "note: the selection is empty.");
  if (criteria === undefined) return;
  const first: ImageRecord[] = [];
  const records = await selectRecords(connected.client, { limit: FEW }, terminal.signal);
  for await (const record of records) if (!isUnknown(record)) first.push(record);
  // Paths of the old API that have a new name mean that one; mistyped new ones were named before.
  const isKnown = (path: string): boolean =>
    connected.family === "v2" &&
    (path.startsWith("metadata.") || first.some((record) => hasValue(record, path.replace(/^meta\./, "metadata."))));
  selectFrom(first, criteria, {
    onWarning: ({ path, message }) => {
      if (isKnown(path)) return;
      const longer = wholePath(first, path);
      const meant = `--where: no image has "${path}"; did you mean "${longer}"?`;
      line(terminal.err, `note: ${longer === undefined ? inOptions(message) : meant}`);
    },
  });
}

function hasValue(record: ImageRecord, path: string): boolean {
  const value = getPath(record, path);
  return value !== null && value !== undefined;
}
