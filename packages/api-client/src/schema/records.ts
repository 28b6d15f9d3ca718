/** The records of a list, each on its own: one that is of no use does not spoil the others. */
import { type ApiError, isApiError } from "../transport/errors.ts";
import { tooDeep } from "../transport/json.ts";
import { isDeeper } from "../transport/json-excess.ts";
import type { Transport } from "../transport/transport.ts";
import type { Schema } from "./validate.ts";

/**
 * A page's rows as records, in their places; undefined for one that was left out, which a warning says.
 *
 * @param list Where the rows stand in the answer: "results"
 * @throws ValidationError, or ContentError (`limit`) for one that is nested too deep, where nothing is to be left out,
 * and where none of several records fits: then the server speaks another language
 */
export function readRecords<T>(
  api: Transport,
  schema: Schema<T>,
  rows: readonly unknown[],
  list: string,
  endpoint: string,
): (T | undefined)[] {
  let failed = 0;
  return rows.map((row, index) => {
    const path = `${list}[${index}]`;
    try {
      if (isDeeper(row, api.limits.depth)) throw tooDeep(path, api.limits, { endpoint });
      return api.check(schema, row, path, endpoint);
    } catch (error) {
      if (!api.leavesOut || !isApiError(error)) throw error;
      failed += 1;
      if (failed === rows.length && failed > 1) throw error;
      const message = `A record${nameOf(row)} was left out: ${error.message}`;
      // Nobody can do anything with one that is nested too deep, not even print it.
      const record = error.tag === "ContentError" ? undefined : row;
      api.warn({ type: "validation", message, error: error as ApiError, record });
      return undefined;
    }
  });
}

/** As far as it says who it is. */
function nameOf(row: unknown): string {
  const { isic_id, _id, id, name } = Object(row) as Record<string, unknown>;
  const found = [isic_id, _id, id, name].find((each) => typeof each === "string" || typeof each === "number");
  return found === undefined ? "" : ` (${String(found).slice(0, 40)})`;
}
