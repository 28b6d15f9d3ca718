import type { ImageRecord } from "../source.ts";

/** The one place where the search language is read: a query becomes a test of records, or `undefined` when it cannot be read. */
export function searchPredicate(query: string): ((image: ImageRecord) => boolean) | undefined {
  if (query.trim() === "") return () => true;
  return undefined;
}
