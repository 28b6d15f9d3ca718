import { setMaxListeners } from "node:events";
import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import { withoutUndefined } from "../session/options.ts";
import { pool } from "../session/pool.ts";
import { checkDownloadOptions } from "./check-options.ts";
import { CircuitBreaker } from "./circuit-breaker.ts";
import { fetchPart } from "./fetch-part.ts";
import { type FilePattern, parsePattern, valueAt } from "./file-names.ts";
import { FileWriter } from "./file-writer.ts";
import { IdleTimeout } from "./idle-timeout.ts";
import { isInShard, manifestName, type Shard, WHOLE } from "./manifest.ts";
import { ManifestFile } from "./manifest-file.ts";
import { openTarget, targetError } from "./open-target.ts";
import { isDiskTrouble } from "./retry.ts";
import type { Convert } from "./save.ts";
import { StemOwners } from "./stem-owners.ts";
import { FORMATS, type TableFormat, writeTables } from "./tables/write-tables.ts";
import { lockTarget, type TargetLock } from "./target-lock.ts";
import type { DownloadImage, DownloadProgress, DownloadSource, DownloadSummary, ManifestEntry, Part } from "./types.ts";

export interface DownloadOptions {
  /** What to bring in of each image. @default ["image"] */
  readonly parts?: readonly Part[];
  /** File names without extension; see {@link parsePattern}. @default "$name$" */
  readonly pattern?: string;
  /** The name of an image's files without extension, where it has one already (in another manifest). */
  readonly stemOf?: (image: DownloadImage) => string | undefined;
  /** Files under way at a time. @default 16 */
  readonly concurrency?: number;
  /** Only every `count`-th image, for job arrays: all shards may share one target. */
  readonly shard?: Shard;
  /** Further tries after a cut connection, a stall, or a page where an image should be. @default 2 */
  readonly retries?: number;
  /**
   * How long nothing may come before a file is given up, waiting in the client's own queue included: a last resort
   * behind the client's own timeouts.
   * @default 300
   */
  readonly stallSeconds?: number;
  /** Which metadata tables to keep beside the images. @default all three */
  readonly tables?: readonly TableFormat[];
  /** Writes a smaller copy in place of each image. */
  readonly resize?: { readonly longerSide: number; readonly convert: Convert };
  /** The share of a split an image belongs to, for the tables and for `$split$`. */
  readonly splitOf?: (image: DownloadImage) => string | undefined;
  /** The class of an image in a challenge, for the tables and for `$label$`. */
  readonly labelOf?: (image: DownloadImage) => string | undefined;
  /** The hash a file must have (from another manifest); one that differs is kept and reported as changed. */
  readonly expected?: (id: string, part: Part) => string | undefined;
  /** How many images the selection has, for the progress. */
  readonly total?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: DownloadProgress) => void;
  /** Called when another process is at work in the target; the download begins when that one has ended. */
  readonly onWait?: (holder: { readonly pid: number; readonly host: string }) => void;
}

/** Where an image belongs; nothing where nobody asked. */
interface Groups {
  readonly split: string | undefined;
  readonly label: string | undefined;
}

/** So many files in a row, and twice those under way, may get no answer before a download is given up. */
const FEW_IN_A_ROW = 10;
/** Tables are written anew this long after the last time, or after 20 times what writing them took. */
const TABLES_EVERY = 5_000;

/**
 * Brings a selection into a folder, such that one can stop it at any moment and run it again.
 *
 * The folder gets the images, `manifest.jsonl` (one line per file, appended the moment the file is whole),
 * `metadata.csv`, `.jsonl` and `.parquet`, `attribution.txt` and `licenses/`, all kept current while it runs. What the
 * manifest has as done, and the folder has in that size, is not asked for again. A file that cannot be had is in the
 * manifest and in the summary; it does not stop the others.
 *
 * @throws DownloadTargetError when the folder cannot be used or the disk is full
 * @throws NoAnswerError when the server has gone: nothing is heard of it for many files in a row
 * @throws TypeError, RangeError for options that make no sense
 * @throws the signal's reason when it is stopped; what is there stays
 */
export async function download(
  source: DownloadSource,
  target: string,
  options: DownloadOptions = {},
): Promise<DownloadSummary> {
  const run = new Run(source, resolve(target), options);
  return run.go();
}

class Run {
  readonly source: DownloadSource;
  readonly target: string;
  readonly options: DownloadOptions;
  readonly watch: IdleTimeout;
  readonly writer: FileWriter = new FileWriter();
  readonly breaker: CircuitBreaker;
  readonly #pattern: FilePattern;
  readonly #parts: readonly Part[];
  readonly #signal: AbortSignal;
  readonly #failed: ManifestEntry[] = [];
  readonly #changed: ManifestEntry[] = [];
  readonly #owners = new StemOwners();
  #counts = { images: 0, done: 0, fetched: 0, skipped: 0, absent: 0, bytes: 0, keptNames: 0 };
  #tables: Promise<void> | undefined;
  #nextTables = Date.now() + TABLES_EVERY;

  constructor(source: DownloadSource, target: string, options: DownloadOptions) {
    checkDownloadOptions(options);
    const { concurrency = 16, parts = ["image"], stallSeconds = 300 } = options;
    this.source = source;
    this.target = target;
    this.options = options;
    this.#pattern = parsePattern(options.pattern ?? "$name$");
    this.#parts = parts;
    this.#signal = options.signal === undefined ? new AbortController().signal : AbortSignal.any([options.signal]);
    // Files that wait for their next try listen to it; Node would warn of a leak from the eleventh on.
    setMaxListeners(0, this.#signal);
    this.watch = new IdleTimeout(this.#signal, stallSeconds);
    this.breaker = new CircuitBreaker(Math.max(FEW_IN_A_ROW, 2 * concurrency), source.server);
  }

  async go(): Promise<DownloadSummary> {
    const started = performance.now();
    // A selection that cannot be read leaves no folder behind.
    const images = await startOf(this.source.images(this.#signal));
    await openTarget(this.target);
    const name = manifestName(this.options.shard);
    const lock = await this.#lock(name);
    try {
      const manifest = await ManifestFile.open(this.target, name);
      try {
        await this.#bringAll(manifest, images);
      } finally {
        await this.#finish(manifest);
      }
      return this.#summary(manifest, (performance.now() - started) / 1000);
    } catch (error) {
      throw isDiskTrouble(error) ? targetError(this.target, error) : error;
    } finally {
      this.watch.close();
      await this.writer.close();
      await lock.release();
    }
  }

  async #lock(name: string): Promise<TargetLock> {
    try {
      return await lockTarget(resolve(this.target, `.${name}.lock`), this.#signal, this.options.onWait);
    } catch (error) {
      throw targetError(this.target, error);
    }
  }

  async #bringAll(manifest: ManifestFile, images: AsyncIterable<DownloadImage>): Promise<void> {
    for (const mark of manifest.indexedEntries()) if (mark.part === this.#parts[0]) this.#owners.note(mark);
    const { concurrency = 16 } = this.options;
    await pool(this.#share(images), concurrency, (image) => this.#bring(manifest, image));
  }

  /** The images of this shard: every n-th of a selection whose order is the same for all shards. */
  async *#share(images: AsyncIterable<DownloadImage>): AsyncGenerator<DownloadImage, void, undefined> {
    const { shard = WHOLE } = this.options;
    let position = 0;
    for await (const image of images) {
      this.#signal.throwIfAborted();
      position += 1;
      if (!isInShard(position, shard)) continue;
      this.#counts.images += 1;
      yield image;
    }
  }

  async #bring(manifest: ManifestFile, image: DownloadImage): Promise<void> {
    const split = this.options.splitOf?.(image);
    const label = this.options.labelOf?.(image);
    const wished = this.options.stemOf?.(image) ?? this.#pattern.fill(valueIn(image, split, label));
    if (this.#owners.keepsOther(image.id, wished)) this.#counts.keptNames += 1;
    const stem = this.#owners.claim(image.id, wished);
    const context = { split, label, stem };
    for (const part of this.#parts) {
      if (await this.#isThere(manifest, image, part)) {
        this.#counts.skipped += 1;
        this.#regroup(manifest, image, part, context);
      } else {
        this.#signal.throwIfAborted();
        const entry = await fetchPart(this, image, part, {
          ...context,
          manifest,
          first: part === this.#parts[0],
        });
        manifest.append(entry);
        this.#count(entry);
        this.breaker.check();
      }
      this.#counts.done += 1;
      this.#report();
    }
    this.#refreshTables(manifest);
  }

  /** A file that is there may be of another share or class now; that is a new line, and nothing is fetched. */
  #regroup(manifest: ManifestFile, { id }: DownloadImage, part: Part, { split, label }: Groups): void {
    const { splitOf, labelOf } = this.options;
    if (splitOf === undefined && labelOf === undefined) return;
    const entry = manifest.entry(id, part);
    if (entry === undefined) return;
    const now = {
      split: splitOf === undefined ? entry.split : split,
      label: labelOf === undefined ? entry.label : label,
    };
    if (now.split === entry.split && now.label === entry.label) return;
    const { split: _, label: __, server, record, ...rest } = entry;
    manifest.append({ ...rest, ...withoutUndefined({ ...now, server, record }) });
  }

  /** Done before, and still there in that size? (Whether the bytes are right is what `verify` finds out.) */
  async #isThere(manifest: ManifestFile, image: DownloadImage, part: Part): Promise<boolean> {
    const mark = manifest.indexed(image.id, part);
    if (mark?.state === "absent") return true;
    // A copy of another size is another file.
    if (part === "image" && mark?.longerSide !== this.options.resize?.longerSide) return false;
    if ((mark?.state !== "done" && mark?.state !== "changed") || mark.file === undefined) return false;
    try {
      const { size } = await stat(resolve(this.target, mark.file));
      return size === mark.bytes;
    } catch {
      return false;
    }
  }

  #count(entry: ManifestEntry): void {
    const { record: _, ...short } = entry;
    if (entry.state === "failed") this.#failed.push(short);
    else if (entry.state === "absent") this.#counts.absent += 1;
    else this.#counts.fetched += 1;
    if (entry.state === "changed") this.#changed.push(short);
  }

  /** Called for every piece of a body. */
  arrived(bytes: number): void {
    this.#counts.bytes += bytes;
  }

  #report(): void {
    const { done, skipped, bytes } = this.#counts;
    const { total } = this.options;
    const files = total === undefined ? undefined : total * this.#parts.length;
    this.options.onProgress?.({ done, total: files, bytes, failed: this.#failed.length, skipped });
  }

  #refreshTables(manifest: ManifestFile): void {
    if (this.#tables !== undefined || Date.now() < this.#nextTables) return;
    const started = Date.now();
    this.#tables = this.#writeTables(manifest, true).finally(() => {
      this.#tables = undefined;
      this.#nextTables = Date.now() + Math.max(TABLES_EVERY, 20 * (Date.now() - started));
    });
    // Told at the end: the images go on meanwhile.
    this.#tables.catch(() => undefined);
  }

  async #writeTables(manifest: ManifestFile, isRunning = false): Promise<void> {
    const { shard, tables = FORMATS } = this.options;
    await writeTables(this.target, manifest, {
      formats: tables,
      isRunning,
      suffix: shard === undefined ? "" : `-${shard.index}-of-${shard.count}`,
      licenceText: this.source.licenceText?.bind(this.source),
      signal: this.#signal,
    });
  }

  async #finish(manifest: ManifestFile): Promise<void> {
    try {
      await this.#tables?.catch(() => undefined);
      await this.#writeTables(manifest);
      await manifest.tidy();
    } finally {
      await manifest.close();
    }
  }

  #summary(manifest: ManifestFile, seconds: number): DownloadSummary {
    const { images, fetched, skipped, absent, bytes, keptNames } = this.#counts;
    const byName = (a: ManifestEntry, b: ManifestEntry): number => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0);
    return {
      target: this.target,
      manifest: manifest.path,
      images,
      fetched,
      skipped,
      absent,
      keptNames,
      bytes,
      seconds,
      failed: this.#failed.sort(byName),
      changed: this.#changed.sort(byName),
    };
  }
}

/** The same items, the first of them read already. */
async function startOf<T>(items: AsyncIterable<T> | Iterable<T>): Promise<AsyncIterable<T>> {
  const iterator = Symbol.asyncIterator in items ? items[Symbol.asyncIterator]() : items[Symbol.iterator]();
  const first = await iterator.next();
  return (async function* () {
    for (let next = first; next.done !== true; next = await iterator.next()) yield next.value;
  })();
}

function valueIn(
  image: DownloadImage,
  split: string | undefined,
  label: string | undefined,
): (path: string) => unknown {
  const own: Readonly<Record<string, unknown>> = { id: image.id, name: image.name, split, label };
  return (path) => (Object.hasOwn(own, path) ? own[path] : valueAt(image.record, path));
}
