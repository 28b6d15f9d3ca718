import { type Criteria, selectFrom } from "@isic/select";
import { fieldsOf } from "@isic/select/columns";
import { criteriaWarnings } from "@isic/select/query";
import type { ImageRecord } from "isic/node";
import { CommandError } from "./print/failure.ts";
import { plural } from "./print/units.ts";

/** So many records have, together, nearly every field there is. */
const FEW = 200;

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
  const today = path.replace(/^meta\./, "metadata.");
  const isOfServer = Object.hasOwn(record, path.slice(0, path.indexOf(".")));
  return (
    isOfServer &&
    /^metadata\.(clinical|acquisition)\../.test(today) &&
    criteriaWarnings([[today, "exists"]]).length === 0
  );
}

/** The path that somebody means who gives its last word only. */
export function wholePath(records: readonly ImageRecord[], path: string): string | undefined {
  return fieldsOf(records).find((field) => field.endsWith(`.${path}`));
}
