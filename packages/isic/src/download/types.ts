import type { Shard } from "./manifest.ts";

/** What a download may bring in of one image; each part becomes one file and one line of the manifest. */
export type Part = "image" | "thumbnail" | "superpixels" | "mask";

/** One image of a selection, as much as the engine needs to know of it. */
export interface DownloadImage {
  /** The archive's id: 24 hex digits on v1, `ISIC_0000000` on v2. */
  readonly id: string;
  /** The image's name; on v2 the same as the id. Hostile until {@link fileNameFor} has cleaned it. */
  readonly name: string;
  /** The record as the server sent it; its metadata go into the tables. */
  readonly record: Readonly<Record<string, unknown>>;
  readonly licence?: string;
  /** Whom to name when the image is used. */
  readonly attribution?: string;
  /** Is that the image's own text, or the default of the group (dataset, cohort) it came in with? */
  readonly attributionOf?: "image" | "group";
  /** The size the server announces, in bytes: for the plan only, it is known to be off by a little. */
  readonly announcedBytes?: number;
}

/** A file on its way. */
export interface IncomingFile {
  readonly url: string;
  readonly contentType?: string;
  /** The whole of it; or the whole in pieces, whose memory the engine takes over; or a stream. */
  readonly body: Uint8Array | readonly Uint8Array[] | ReadableStream<Uint8Array>;
}

/** What {@link DownloadSource.open} may ask for besides the image itself. */
export interface OpenContext {
  readonly signal: AbortSignal;
  /** The bytes of the image's own file, once it is on disk: superpixels are computed from them. */
  readonly imageBytes: () => Promise<Uint8Array<ArrayBuffer>>;
}

/**
 * Where a download comes from: the one seam between the engine and the archive.
 *
 * `open` resolves to `undefined` when the archive has no such part (an image without a mask); it throws when it has
 * one and cannot give it.
 */
export interface DownloadSource {
  /** The selection, in an order that is the same at every call. */
  images(signal: AbortSignal): AsyncIterable<DownloadImage> | Iterable<DownloadImage>;
  open(image: DownloadImage, part: Part, context: OpenContext): Promise<IncomingFile | undefined>;
  /** How many images, and (unless not wanted) how many bytes, as far as the server tells without a walk. */
  size?(
    signal: AbortSignal,
    options?: { readonly bytes?: boolean },
  ): Promise<{ readonly images?: number; readonly bytes?: number } | undefined>;
  /** The full text of a licence; without it a short page with its address is written. */
  licenceText?(licence: string, signal: AbortSignal): Promise<string | undefined>;
  /** Which of these ids the archive still has; without it nothing is said of what was withdrawn. */
  stillThere?(ids: readonly string[], signal: AbortSignal): Promise<ReadonlySet<string>>;
  /** Which server, for the manifest's reader. */
  readonly server?: string;
  /** Is somebody logged in? Then files and manifest are readable by their owner only. @default false */
  readonly isPrivate?: boolean;
}

/**
 * - `done`: the file is there and has this hash
 * - `changed`: there too, but not the file that the manifest given as `from` describes
 * - `failed`: not there; `error` says why
 * - `absent`: the archive has no such part
 * - `pruned`: removed, since the selection no longer has it; the next rewrite drops the line
 */
export type EntryState = "done" | "changed" | "failed" | "absent" | "pruned";

/** One line of `manifest.jsonl`. The last line about an `id` and `part` is the one that holds. */
export interface ManifestEntry {
  readonly id: string;
  readonly name: string;
  readonly part: Part;
  readonly state: EntryState;
  /** Relative to the target folder, with `/`. */
  readonly file?: string;
  readonly url?: string;
  readonly bytes?: number;
  /** Of the file; of what failed, of the whole body that came in its place. */
  readonly sha256?: string;
  /** The hash that was asked for, when it differs from the one that came. */
  readonly expectedSha256?: string;
  readonly licence?: string;
  readonly attribution?: string;
  /** `group`: the attribution is the default of the group (dataset, cohort) it came in with; else it is the image's own. */
  readonly attributionOf?: "group";
  readonly fetchedAt: string;
  /** When a later run found that licence, attribution or record had changed; the file is as it was. */
  readonly refreshedAt?: string;
  /** Of what failed: the name that the file would have had, without extension. */
  readonly stem?: string;
  /** Of a resized copy: the longer side asked for, and what the archive's own file was. */
  readonly resized?: { readonly longerSide: number; readonly bytes: number; readonly sha256: string };
  readonly split?: string;
  readonly label?: string;
  readonly error?: string;
  /** The server that was asked, on lines of the first part of each image; ids mean nothing on another one. */
  readonly server?: string;
  /** The record as the server sent it, on lines of the first part of each image. */
  readonly record?: Readonly<Record<string, unknown>>;
}

/** What a download reports while it runs. */
export interface DownloadProgress {
  /** Files dealt with so far, those already there included. */
  readonly done: number;
  /** Files in all, when the selection knows its size. */
  readonly total: number | undefined;
  /** Bytes fetched in this run. */
  readonly bytes: number;
  readonly failed: number;
  readonly skipped: number;
}

/** A licence that is another one than an earlier run was told. */
export interface ChangedLicence {
  readonly id: string;
  readonly name: string;
  readonly before: string | undefined;
  readonly now: string | undefined;
}

/** How a run ended; `failed` and `changed` are what a caller must look at. */
export interface DownloadSummary {
  readonly target: string;
  readonly manifest: string;
  /** Of a share of the selection: which. */
  readonly shard?: Shard;
  /** Images in the selection (of this shard). */
  readonly images: number;
  readonly fetched: number;
  /** Files that an earlier run had brought in. */
  readonly skipped: number;
  readonly absent: number;
  /** Images whose files keep the names of an earlier run, although the pattern gives others now. */
  readonly keptNames: number;
  /** Images that were there already and whose record, licence or attribution has changed since. */
  readonly refreshed: number;
  /** Those of them whose licence has changed. */
  readonly changedLicences: readonly ChangedLicence[];
  /** Names of images of earlier runs that the selection does not have any more, though the archive does. */
  readonly unselected: readonly string[];
  /** Names of images of earlier runs that the archive does not have any more, or not for this account. */
  readonly withdrawn: readonly string[];
  /** How many of those two were removed: all with `prune`, else none. */
  readonly pruned: number;
  readonly bytes: number;
  readonly seconds: number;
  readonly failed: readonly ManifestEntry[];
  readonly changed: readonly ManifestEntry[];
}
