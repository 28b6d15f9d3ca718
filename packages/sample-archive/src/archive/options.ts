import { checkOptions } from "@isic/select";
import { WORLD_OPTIONS, type WorldOptions } from "../world/world.ts";
import type { FaultPlan } from "./faults.ts";
import type { Source } from "./source.ts";

/** Behaviours of the real servers that a test may want the other way round. */
export interface Quirks {
  /** Which v1: `"2019-08"` (default) or `"2022-04"` (no `meta.unstructured` for the public, closed `sort`, read-only studies...). */
  readonly v1Release?: "2019-08" | "2022-04";
  /** v1 lets anybody read a private image that is in some study (a real hole; default off). */
  readonly v1StudyLeak?: boolean;
  /** Origins that may read v1 from a page; default: the three that the archive named. */
  readonly v1Origins?: readonly string[];
  /** May pages of other origins read the file host? Default `true`; nobody knows about the real one. */
  readonly fileCors?: boolean;
  /** What a missing key of the file host says: 403 (default, a bucket that cannot be listed) or 404. */
  readonly missingFile?: 403 | 404;
  /** What v2's `count` claims over the true number. */
  readonly countDrift?: number;
  /** Publish so many new images after every v2 list page served. */
  readonly growth?: number;
  /** Seconds that a signed file URL lives; default 7 days. */
  readonly signedUrlSeconds?: number;
}

/** An application that may log people in on v2. */
export interface OAuthClient {
  readonly id: string;
  /**
   * Addresses that a login may lead back to; the first one is taken when a login names none. `http://127.0.0.1/path` and
   * `http://[::1]/path` stand for every port; one that begins with `^` is a regular expression.
   */
  readonly redirectUris: readonly string[];
}

/** What {@link createSampleArchive} takes. */
export interface SampleArchiveOptions extends WorldOptions {
  /** Where the content comes from; default: a generated world of `images` records. */
  readonly source?: Source;
  /** Origin of both APIs; default `https://archive.sample.invalid`. */
  readonly origin?: string;
  /** Origin of v2's files; default `https://files.sample.invalid`. */
  readonly fileOrigin?: string;
  readonly quirks?: Quirks;
  /** Default: `sample-client`, for loopback addresses and copied codes, and the official command's public client. */
  readonly clients?: readonly OAuthClient[];
  /** Login of the person whom `/oauth/authorize/` finds logged in; default: the first one. */
  readonly browserUser?: string;
  readonly faults?: FaultPlan;
  /** Seconds that v1 and v2 tokens live; default 180 days and one day, as the servers say. */
  readonly tokenSeconds?: number;
  /** Clock in milliseconds, for tokens and signed URLs; default `Date.now`. */
  readonly now?: () => number;
}

const ARCHIVE_OPTIONS = [
  ...["source", "origin", "fileOrigin", "quirks", "clients", "browserUser", "faults", "tokenSeconds", "now"],
  ...WORLD_OPTIONS,
];
const QUIRKS: readonly (keyof Quirks)[] = [
  ...(["v1Release", "v1StudyLeak", "v1Origins", "fileCors", "missingFile"] as const),
  ...(["countDrift", "growth", "signedUrlSeconds"] as const),
];

/** @throws TypeError for an option, a quirk, or a field of a client that does not exist */
export function checkArchiveOptions(options: SampleArchiveOptions): void {
  checkOptions("createSampleArchive", options, ARCHIVE_OPTIONS);
  if (options.quirks !== undefined) checkOptions("createSampleArchive: quirks", options.quirks, QUIRKS);
  for (const client of options.clients ?? []) {
    checkOptions("createSampleArchive: clients", client, ["id", "redirectUris"]);
  }
}

/** Those of an archive's options that its generated world takes. */
export function worldOptions(options: SampleArchiveOptions): WorldOptions {
  return Object.fromEntries(WORLD_OPTIONS.filter((name) => name in options).map((name) => [name, options[name]]));
}
