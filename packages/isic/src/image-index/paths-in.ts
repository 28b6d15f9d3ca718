import type { ImageRecord } from "../archive/records.ts";
import { columnsOf, flatten } from "../csv/flatten.ts";

/** So many records are looked at for the fields there are. */
const SAMPLE = 300;

export function pathsIn(records: Iterable<ImageRecord>): string[] {
  const sample: Map<string, unknown>[] = [];
  for (const record of records) {
    if (sample.push(flatten(record)) === SAMPLE) break;
  }
  return columnsOf(sample);
}
