import type { Search, V2Client } from "@isic/api-client/v2";
import type { CallOptions } from "../session/calls.ts";
import type { Terms } from "./archive.ts";

/** A search for these images. */
export function anyOf(ids: readonly string[]): string {
  return ids.map((id) => `isic_id:${id}`).join(" OR ");
}

/**
 * The terms of all images of a search, from its metadata file: a record's `attribution` is its cohort's default, the
 * image's own text, which its licence asks for, is only there.
 */
export async function termsOfSearch(
  client: V2Client,
  search: Omit<Search, "ids">,
  { signal }: CallOptions,
): Promise<Map<string, Terms>> {
  const found = new Map<string, Terms>();
  const token = await client.zip.prepare(search, { signal });
  let columns: readonly number[] | undefined;
  for await (const row of client.zip.metadataRows(token, { signal })) {
    if (columns === undefined) {
      columns = ["isic_id", "copyright_license", "attribution"].map((name) => row.indexOf(name));
      continue;
    }
    const [id, licence, attribution] = columns.map((column) => row[column] || undefined);
    if (id !== undefined) found.set(id, { licence, attribution, attributionOf: "image" });
  }
  return found;
}
