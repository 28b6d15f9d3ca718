import { createHash } from "node:crypto";
import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import { type Lock, readWhole } from "@isic/cache-fs/files";
import { photoProblem } from "../codecs/formats.ts";
import { DownloadTargetError } from "../errors.ts";
import { checkOptions, withoutUndefined } from "../session/options.ts";
import { isClosed, lockTarget } from "./lock-target.ts";
import { manifestName, type Shard } from "./manifest.ts";
import { type IndexedEntry, ManifestFile } from "./manifest-file.ts";
import { targetError } from "./open-target.ts";
import { missingShards } from "./shards.ts";
import type { ManifestEntry, Part } from "./types.ts";

/** What is wrong with a file. */
export type Trouble = "missing" | "size" | "hash" | "undecodable" | "failed";

export interface BrokenFile {
  readonly entry: ManifestEntry;
  readonly trouble: Trouble;
  readonly reason: string;
}

export interface VerifyOptions {
  /** Decodes an image or throws; without it only hashes and the files' frames are checked. */
  readonly decode?: (bytes: Uint8Array<ArrayBuffer>, entry: ManifestEntry) => Promise<unknown>;
  /** Only files of these images. @default all */
  readonly ids?: ReadonlySet<string>;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: { readonly done: number; readonly total: number; readonly bytes: number }) => void;
}

export interface VerifyResult {
  readonly files: number;
  readonly bytes: number;
  /** Files whose hash and frame are right, and whose format is not decoded here (TIFF without `sharp`, BMP). */
  readonly undecoded: number;
  /** Files that are not what the manifest says, and those that it says failed. */
  readonly broken: readonly BrokenFile[];
  /** Shards that have left nothing in the folder, although others of the same download have. */
  readonly missingShards: readonly Shard[];
}

/**
 * Holds every file of a download against its manifest: it must be there, have the hash, and decode.
 *
 * @throws DownloadTargetError when the folder is no download
 */
export async function verify(target: string, options: VerifyOptions = {}): Promise<VerifyResult> {
  if ((await stat(target).catch(() => undefined))?.isFile() === true) {
    const message = `${target} is a file: name a folder that \`isic image download\` made.`;
    throw new DownloadTargetError(target, message);
  }
  checkOptions("verify", options, ["decode", "ids", "signal", "onProgress"]);
  const { ids } = options;
  const manifest = await openDownload(target);
  const wanted = ids === undefined ? undefined : ({ id }: IndexedEntry) => ids.has(id);
  const broken: BrokenFile[] = [];
  let done = 0;
  let files = 0;
  let bytes = 0;
  let undecoded = 0;
  try {
    const total = manifest.size;
    for await (const entry of manifest.entries(wanted)) {
      options.signal?.throwIfAborted();
      const trouble = await troubleOf(target, entry, options);
      if (trouble === UNDECODED) undecoded += 1;
      else if (trouble !== undefined) broken.push(trouble);
      done += 1;
      // What the archive has not is no file.
      if (entry.state !== "absent") files += 1;
      bytes += entry.bytes ?? 0;
      options.onProgress?.({ done, total, bytes });
    }
  } finally {
    await manifest.close();
  }
  return { files, bytes, undecoded, broken, missingShards: await missingShards(target) };
}

async function openDownload(target: string): Promise<ManifestFile> {
  let manifest: ManifestFile | undefined;
  try {
    manifest = await ManifestFile.read(target);
  } catch (error) {
    throw targetError(target, error);
  }
  if (manifest === undefined) {
    const message = `${target} has no manifest.jsonl: it is not a folder that \`isic image download\` made.`;
    throw new DownloadTargetError(target, message);
  }
  return manifest;
}

const UNDECODED = Symbol("undecoded");

async function troubleOf(
  target: string,
  entry: ManifestEntry,
  options: VerifyOptions,
): Promise<BrokenFile | typeof UNDECODED | undefined> {
  const { state, file, sha256 } = entry;
  const say = (trouble: Trouble, reason: string): BrokenFile => ({ entry: withoutRecord(entry), trouble, reason });
  if (state === "absent") return undefined;
  if (state === "failed") return say("failed", entry.error ?? "it could not be fetched");
  if (file === undefined || sha256 === undefined) return say("missing", "the manifest names no file");
  const place = resolve(target, file);
  let bytes: Uint8Array<ArrayBuffer> | undefined;
  try {
    const found = await stat(place);
    // A file of another size is not the one that was written: it is not read, however large it is.
    if (found.isFile() && found.size !== entry.bytes)
      return say("size", `it has ${found.size} bytes instead of ${entry.bytes}`);
    bytes = (await readWhole(place, { followLinks: true }))?.value;
  } catch (error) {
    // One file that cannot be read does not keep the others from being looked at.
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return say("missing", "the file is not there");
    const reason = code ?? "what is there is no regular file";
    return say("missing", `the file cannot be read: ${reason}`);
  }
  if (bytes === undefined) return say("missing", "the file is not there");
  if (bytes.length !== entry.bytes) return say("size", `it has ${bytes.length} bytes instead of ${entry.bytes}`);
  if (createHash("sha256").update(bytes).digest("hex") !== sha256)
    return say("hash", "its bytes are not those that were written");
  const problem = photoProblem(bytes);
  if (problem !== undefined) return say("undecodable", problem);
  try {
    await options.decode?.(bytes, entry);
  } catch (error) {
    if ((error as { isSound?: unknown } | null)?.isSound === true) return UNDECODED;
    return say("undecodable", error instanceof Error ? error.message : String(error));
  }
  return undefined;
}

const withoutRecord = ({ record: _, ...entry }: ManifestEntry): ManifestEntry => entry;

/**
 * Marks files as broken in the manifest, so that the next download fetches them again; waits while another process is
 * at work in the folder.
 *
 * @returns the hashes that the new files are expected to have, by `id/part`
 */
export async function markBroken(target: string, broken: readonly BrokenFile[]): Promise<ReadonlyMap<string, string>> {
  const lock = await lockTarget(resolve(target), manifestName(undefined));
  try {
    return await markUnder(lock, target, broken);
  } finally {
    await lock.release();
  }
}

/** {@link markBroken} by who holds the lock. */
export async function markUnder(
  lock: Lock,
  target: string,
  broken: readonly BrokenFile[],
): Promise<ReadonlyMap<string, string>> {
  const expected = new Map<string, string>();
  const name = manifestName(undefined);
  const isPrivate = await isClosed(target, name);
  const manifest = await ManifestFile.open(resolve(target), name, { lock, private: isPrivate });
  try {
    for (const { entry, reason, trouble } of broken) {
      const { bytes: _, sha256, ...rest } = entry;
      // What was broken when it came is not to come again.
      if (sha256 !== undefined && trouble !== "undecodable" && trouble !== "failed")
        expected.set(partKey(entry.id, entry.part), sha256);
      const known = manifest.entry(entry.id, entry.part);
      const last = withoutUndefined({ server: known?.server, record: known?.record });
      manifest.append({ ...rest, state: "failed", error: reason, fetchedAt: new Date().toISOString(), ...last });
    }
  } finally {
    await manifest.close();
  }
  return expected;
}

export const partKey = (id: string, part: Part): string => `${id}/${part}`;

/** All entries of a manifest file, or of the manifests of a folder. */
export async function readManifest(target: string): Promise<ManifestEntry[]> {
  const manifest = await openDownload(target);
  const entries: ManifestEntry[] = [];
  try {
    for await (const entry of manifest.entries()) entries.push(entry);
  } finally {
    await manifest.close();
  }
  return entries;
}
