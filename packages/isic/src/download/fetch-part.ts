import { join } from "node:path";
import { readWhole, systemReason } from "@isic/cache-fs/files";
import { isUnknown } from "../archive/records.ts";
import { isIsicError } from "../errors.ts";
import { withoutUndefined } from "../session/options.ts";
import type { CircuitBreaker } from "./circuit-breaker.ts";
import type { DownloadOptions } from "./download.ts";
import type { FileWriter } from "./file-writer.ts";
import type { IdleTimeout } from "./idle-timeout.ts";
import type { ManifestFile } from "./manifest-file.ts";
import { isDiskTrouble, withRetries } from "./retry.ts";
import { type SavedFile, saveImage } from "./save.ts";
import { SUFFIX } from "./stem-owners.ts";
import type { DownloadImage, DownloadSource, ManifestEntry, Part } from "./types.ts";

interface Job {
  readonly source: DownloadSource;
  readonly target: string;
  readonly options: DownloadOptions;
  readonly watch: IdleTimeout;
  readonly writer: FileWriter;
  readonly breaker: CircuitBreaker;
  arrived(bytes: number): void;
}

interface Place {
  readonly manifest: ManifestFile;
  readonly stem: string;
  readonly split: string | undefined;
  readonly label: string | undefined;
  /** The line of an image's first part carries its record. */
  readonly first: boolean;
}

/**
 * Brings in one part of one image, and says in a manifest line how that went. Only trouble with the disk and the
 * caller's own signal are thrown: everything else is that image's business.
 */
export async function fetchPart(job: Job, image: DownloadImage, part: Part, place: Place): Promise<ManifestEntry> {
  const base = describe(image, part, place);
  const record = place.first ? recordOf(job, image, part, place) : {};
  try {
    const got = await bring(job, image, part, place);
    // What is absent may not have been asked for: it says nothing of the server.
    if (got === undefined) return { ...base, state: "absent", ...record };
    job.breaker.note();
    const { original, ...saved } = got.saved;
    const expected = job.options.expected?.(image.id, part);
    const differs = expected !== undefined && expected !== saved.sha256;
    const resized =
      original === undefined ? {} : { resized: { longerSide: job.options.resize!.longerSide, ...original } };
    const state = differs ? "changed" : "done";
    return {
      ...base,
      state,
      url: got.url,
      ...saved,
      ...resized,
      ...(differs ? { expectedSha256: expected } : {}),
      ...record,
    };
  } catch (error) {
    job.watch.signal.throwIfAborted();
    if (isDiskTrouble(error) || isIsicError(error, "LockLostError")) throw error;
    job.breaker.note(error);
    const { url, sha256 } = error as { url?: unknown; sha256?: unknown };
    const reason = systemReason(error);
    const message = reason !== undefined ? `it cannot be written: ${reason}` : (error as Error).message;
    const failed = {
      ...(typeof url === "string" ? { url } : {}),
      ...(typeof sha256 === "string" ? { sha256 } : {}),
      error: message,
      stem: place.stem,
    };
    return { ...base, state: "failed", ...failed, ...record };
  }
}

/** Last in a line, which begins with what a person looks for. What is known of an image outlives its being unknown. */
function recordOf(
  { source: { server } }: Job,
  { id, record }: DownloadImage,
  part: Part,
  { manifest }: Place,
): Pick<ManifestEntry, "server" | "record"> {
  const known = isUnknown(record) ? manifest.entry(id, part) : undefined;
  if (known?.record !== undefined) return withoutUndefined({ server: known.server, record: known.record });
  return withoutUndefined({ server, record });
}

function describe(image: DownloadImage, part: Part, place: Place): Omit<ManifestEntry, "state"> {
  const { licence, attribution, attributionOf } = image;
  const { split, label } = place;
  return {
    id: image.id,
    name: image.name,
    part,
    ...(licence === undefined ? {} : { licence }),
    ...(attribution === undefined ? {} : { attribution, ...(attributionOf === "group" && { attributionOf }) }),
    ...(split === undefined ? {} : { split }),
    ...(label === undefined ? {} : { label }),
    fetchedAt: new Date().toISOString(),
  };
}

function bring(
  job: Job,
  image: DownloadImage,
  part: Part,
  place: Place,
): Promise<{ saved: SavedFile; url: string } | undefined> {
  const { retries = 2, resize } = job.options;
  const imageBytes = async () => {
    const file = place.manifest.indexed(image.id, "image")?.file;
    if (file === undefined) throw new Error(`The image file of ${image.name} is not there.`);
    const found = await readWhole(join(job.target, file), { followLinks: true });
    if (found === undefined) throw new Error(`The image file of ${image.name} is not there.`);
    return found.value;
  };
  return withRetries(job.watch, retries, async ({ signal, alive }) => {
    const incoming = await job.source.open(image, part, { signal, imageBytes });
    if (incoming === undefined) return undefined;
    alive(incoming.url);
    const onBytes = (bytes: number): void => {
      alive(incoming.url);
      job.arrived(bytes);
    };
    const convert = part === "image" ? resize?.convert : undefined;
    const { target, writer } = job;
    const to = { target, stem: `${place.stem}${SUFFIX[part]}`, writer };
    const announcedBytes = part === "image" ? image.announcedBytes : undefined;
    const saved = await saveImage(to, incoming, { convert, announcedBytes, onBytes });
    return { saved, url: incoming.url };
  });
}
