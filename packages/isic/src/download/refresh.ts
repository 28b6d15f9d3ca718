/** What a later run brings for files that are there already: nothing is fetched, but what is known of them may be new. */
import { isDeepStrictEqual } from "node:util";
import { withoutSignatures } from "../archive/file.ts";
import { isUnknown } from "../archive/records.ts";
import { withoutUndefined } from "../session/options.ts";
import type { ChangedLicence, DownloadImage, ManifestEntry } from "./types.ts";

/** Where an image belongs; nothing where nobody asked. */
export interface Groups {
  readonly split: string | undefined;
  readonly label: string | undefined;
}

export interface Refreshed {
  /** The line that holds from now on. */
  readonly entry: ManifestEntry;
  /** Does the archive say something else of the image than it did? */
  readonly isChanged: boolean;
  readonly licence: ChangedLicence | undefined;
}

/**
 * The manifest's line about a file that is there, as it is to be said now; nothing where it says the same already. File,
 * hash and time stay. `groups` has no property for what this run does not decide.
 */
export function refreshed(
  entry: ManifestEntry,
  image: DownloadImage,
  groups: Partial<Groups>,
  server: string | undefined,
): Refreshed | undefined {
  const facts = isUnknown(image.record) ? {} : factsOf(entry, image, server);
  const { record, server: from, ...rest } = entry;
  // Last in a line, which begins with what a person looks for.
  const now: ManifestEntry = withoutUndefined({ ...rest, server: from, record, ...facts, ...groups });
  if (sameJson(now, entry)) return undefined;
  const before = withoutSignatures(entry);
  const isChanged =
    now.licence !== before.licence || now.attribution !== before.attribution || !sameJson(now.record, before.record);
  const licence =
    now.licence === before.licence
      ? undefined
      : { id: entry.id, name: entry.name, before: before.licence, now: now.licence };
  return { entry: { ...now, refreshedAt: new Date().toISOString(), ...lastOf(now) }, isChanged, licence };
}

const lastOf = ({ server, record }: ManifestEntry): object => withoutUndefined({ server, record });

type Facts = { readonly [Key in keyof ManifestEntry]?: ManifestEntry[Key] | undefined };

function factsOf(entry: ManifestEntry, image: DownloadImage, server: string | undefined): Facts {
  // The image's own text is not given up for the default of its group.
  const keepsOwn =
    image.attribution === undefined ||
    (image.attributionOf === "group" && entry.attribution !== undefined && entry.attributionOf !== "group");
  return {
    ...withoutUndefined({ licence: image.licence }),
    ...(keepsOwn
      ? {}
      : { attribution: image.attribution, attributionOf: image.attributionOf === "group" ? "group" : undefined }),
    ...(entry.record === undefined || sameJson(withoutFiles(entry.record), withoutFiles(image.record))
      ? {}
      : withoutUndefined({ server, record: withoutSignatures(image.record) })),
  };
}

/** Addresses and announced sizes are of the file's way here, which it has behind it. */
function withoutFiles({ files: _, ...record }: Readonly<Record<string, unknown>>): object {
  return record;
}

function sameJson(a: unknown, b: unknown): boolean {
  const [one, other] = [JSON.stringify(a), JSON.stringify(b)];
  return one === other || isDeepStrictEqual(parsed(one), parsed(other));
}

const parsed = (text: string | undefined): unknown => (text === undefined ? undefined : JSON.parse(text));
