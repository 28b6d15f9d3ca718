import { setMaxListeners } from "node:events";
import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import type { Lock, LockHolder } from "@isic/cache-fs/files";
import { isUnknown } from "../archive/records.ts";
import { pool } from "../session/pool.ts";
import { checkDownloadOptions } from "./check-options.ts";
import { CircuitBreaker } from "./circuit-breaker.ts";
import { fetchPart } from "./fetch-part.ts";
import { type FilePattern, parsePattern, valueAt } from "./file-names.ts";
import { FileWriter } from "./file-writer.ts";
import { IdleTimeout } from "./idle-timeout.ts";
import { type LeftOver, leftOver, NOTHING_LEFT_OVER, prune } from "./left-over.ts";
import { isClosed, lockTarget } from "./lock-target.ts";
import { isInShard, manifestName, type Shard, shardSuffix, WHOLE } from "./manifest.ts";
import { type IndexedEntry, ManifestFile } from "./manifest-file.ts";
import { openTarget, targetError } from "./open-target.ts";
import { type Groups, refreshed } from "./refresh.ts";
import { isDiskTrouble } from "./retry.ts";
import type { Convert } from "./save.ts";
import { removeShardFiles } from "./shards.ts";
import { StemOwners } from "./stem-owners.ts";
import { FORMATS, type TableFormat, writeTables } from "./tables/write-tables.ts";
import type {
  ChangedLicence,
  DownloadImage,
  DownloadProgress,
  DownloadSource,
  DownloadSummary,
  ManifestEntry,
  Part,
} from "./types.ts";

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
  /** Remove the files of earlier runs that the selection does not have any more. @default false */
  readonly prune?: boolean;
  /** How many images the selection has, for the progress. */
  readonly total?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: DownloadProgress) => void;
  /** Called when another process is at work in the target; the download begins when that one has ended. */
  readonly onWait?: (holder: LockHolder) => void;
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
 * manifest has as done, and the folder has in that size, is not asked for again; where the archive says something else of
 * it now (licence, attribution, record), manifest and tables say it too. A file that cannot be had is in the manifest and
 * in the summary; it does not stop the others. An empty selection makes no folder.
 *
 * Where somebody is logged in, all of it is readable by its owner only.
 *
 * @throws DownloadTargetError when the folder cannot be used or the disk is full
 * @throws NoAnswerError when the server has gone: nothing is heard of it for many files in a row
 * @throws LockLostError when this process was stopped for so long that another one has taken over the folder
 * @throws TypeError, RangeError for options that make no sense
 * @throws the signal's reason when it is stopped; what is there stays
 */
export async function download(
  source: DownloadSource,
  target: string,
  options: DownloadOptions = {},
): Promise<DownloadSummary> {
  return new Run(source, resolve(target), options).go();
}

/** {@link download} of some of a folder's files under a lock that is held already: nothing is said of the others. */
export async function downloadAgain(
  source: DownloadSource,
  target: string,
  options: DownloadOptions,
  lock: Lock,
): Promise<DownloadSummary> {
  return new Run(source, resolve(target), options).go(lock);
}

class Run {
  readonly source: DownloadSource;
  readonly target: string;
  readonly options: DownloadOptions;
  readonly watch: IdleTimeout;
  readonly breaker: CircuitBreaker;
  writer: FileWriter = new FileWriter();
  readonly #pattern: FilePattern;
  readonly #parts: readonly Part[];
  readonly #stop = new AbortController();
  readonly #signal: AbortSignal = this.#stop.signal;
  readonly #failed: ManifestEntry[] = [];
  readonly #changed: ManifestEntry[] = [];
  readonly #changedLicences: ChangedLicence[] = [];
  readonly #owners = new StemOwners();
  /** Ids of this run's images, and those of them that the archive does not have. */
  readonly #seen = new Set<string>();
  readonly #unknown = new Set<string>();
  #counts = { images: 0, done: 0, fetched: 0, skipped: 0, absent: 0, bytes: 0, keptNames: 0, refreshed: 0, pruned: 0 };
  #leftOver: LeftOver = NOTHING_LEFT_OVER;
  /** Has the whole selection been walked through? */
  #isWalked = false;
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
    // Files that wait for their next try listen to it; Node would warn of a leak from the eleventh on.
    setMaxListeners(0, this.#signal);
    this.watch = new IdleTimeout(this.#signal, stallSeconds);
    this.breaker = new CircuitBreaker(Math.max(FEW_IN_A_ROW, 2 * concurrency), source.server);
  }

  /** @param held a lock that the caller has and keeps: then it is about some files of the folder only */
  async go(held?: Lock): Promise<DownloadSummary> {
    const unlink = this.#stopWith(this.options.signal);
    try {
      return await this.#go(held);
    } finally {
      unlink();
      this.watch.close();
      await this.writer.close();
    }
  }

  async #go(held: Lock | undefined): Promise<DownloadSummary> {
    const started = performance.now();
    const name = manifestName(this.options.shard);
    const seconds = (): number => (performance.now() - started) / 1000;
    // A selection that cannot be read, or is empty, leaves no folder behind.
    const images = await startOf(this.source.images(this.#signal));
    if (images === undefined) return this.#summary(resolve(this.target, name), seconds());
    const isPrivate =
      this.source.isPrivate === true || images.first.record.public === false || (await isClosed(this.target, name));
    const closed = { private: isPrivate };
    await openTarget(this.target, closed);
    const { onWait } = this.options;
    const lock = held ?? (await lockTarget(this.target, name, { ...closed, onWait, signal: this.#signal }));
    const unlink = this.#stopWith(lock.signal);
    try {
      const rules = { ...closed, lock };
      this.writer = new FileWriter(rules);
      const manifest = await ManifestFile.open(this.target, name, rules);
      try {
        await this.#bringAll(manifest, images.all);
        if (held === undefined && this.options.shard === undefined) await this.#settle(manifest);
      } finally {
        await this.#finish(manifest, held === undefined);
      }
      return this.#summary(manifest.path, seconds());
    } catch (error) {
      throw isDiskTrouble(error) ? targetError(this.target, error) : error;
    } finally {
      unlink();
      if (held === undefined) await lock.release();
    }
  }

  /** Ends the run with that signal, for its reason. */
  #stopWith(signal: AbortSignal | undefined): () => void {
    if (signal === undefined) return () => undefined;
    const stop = (): void => this.#stop.abort(signal.reason);
    if (signal.aborted) stop();
    signal.addEventListener("abort", stop, { once: true });
    return () => signal.removeEventListener("abort", stop);
  }

  async #bringAll(manifest: ManifestFile, images: AsyncIterable<DownloadImage>): Promise<void> {
    for (const mark of manifest.indexedEntries()) if (mark.part === this.#parts[0]) this.#owners.note(mark);
    const { concurrency = 16 } = this.options;
    await pool(this.#share(images), concurrency, (image) => this.#bring(manifest, image));
    this.#isWalked = true;
  }

  /** What earlier runs brought and this selection has not. */
  async #settle(manifest: ManifestFile): Promise<void> {
    const ids = { seen: this.#seen, unknown: this.#unknown };
    this.#leftOver = await leftOver(manifest, this.source, ids, this.#signal);
    if (this.options.prune === true) this.#counts.pruned = await prune(this.target, manifest, this.#leftOver.marks);
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
      this.#seen.add(image.id);
      if (isUnknown(image.record)) this.#unknown.add(image.id);
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
        this.#refresh(manifest, image, part, context);
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

  /** What is known of a file that is there may be new: that is a new line, and nothing is fetched. */
  #refresh(manifest: ManifestFile, image: DownloadImage, part: Part, { split, label }: Groups): void {
    const { splitOf, labelOf } = this.options;
    const entry = manifest.entry(image.id, part);
    if (entry === undefined) return;
    const groups = { ...(splitOf && { split }), ...(labelOf && { label }) };
    const now = refreshed(entry, image, groups, this.source.server);
    if (now === undefined) return;
    manifest.append(now.entry);
    if (part !== this.#parts[0] || !now.isChanged) return;
    this.#counts.refreshed += 1;
    if (now.licence !== undefined) this.#changedLicences.push(now.licence);
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
      suffix: shardSuffix(shard),
      wanted: shard === undefined ? undefined : (mark) => this.#isOwn(mark),
      rules: this.writer.rules,
      licenceText: this.source.licenceText?.bind(this.source),
      signal: this.#signal,
    });
  }

  /** A shard's tables have the rows of its own share; until all of that is known, those of its own manifest too. */
  #isOwn({ id, source }: IndexedEntry): boolean {
    return this.#seen.has(id) || (!this.#isWalked && source === 0);
  }

  async #finish(manifest: ManifestFile, isWhole: boolean): Promise<void> {
    try {
      await this.#tables?.catch(() => undefined);
      await this.#writeTables(manifest);
      await manifest.tidy();
      if (isWhole && this.#isWalked && this.options.shard === undefined) await removeShardFiles(this.target);
    } finally {
      await manifest.close();
    }
  }

  #summary(manifest: string, seconds: number): DownloadSummary {
    const { images, fetched, skipped, absent, bytes, keptNames, refreshed, pruned } = this.#counts;
    const { shard } = this.options;
    const byName = (a: { readonly name: string }, b: { readonly name: string }): number =>
      a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
    return {
      target: this.target,
      manifest,
      ...(shard === undefined ? {} : { shard }),
      images,
      fetched,
      skipped,
      absent,
      keptNames,
      refreshed,
      changedLicences: this.#changedLicences.sort(byName),
      unselected: this.#leftOver.unselected,
      withdrawn: this.#leftOver.withdrawn,
      pruned,
      bytes,
      seconds,
      failed: this.#failed.sort(byName),
      changed: this.#changed.sort(byName),
    };
  }
}

/** The same items, the first of them read already; nothing where there are none. */
async function startOf<T>(
  items: AsyncIterable<T> | Iterable<T>,
): Promise<{ readonly first: T; readonly all: AsyncIterable<T> } | undefined> {
  const iterator = Symbol.asyncIterator in items ? items[Symbol.asyncIterator]() : items[Symbol.iterator]();
  const first = await iterator.next();
  if (first.done === true) return undefined;
  const all = async function* () {
    for (let next: IteratorResult<T> = first; next.done !== true; next = await iterator.next()) yield next.value;
  };
  return { first: first.value, all: all() };
}

function valueIn(
  image: DownloadImage,
  split: string | undefined,
  label: string | undefined,
): (path: string) => unknown {
  const own: Readonly<Record<string, unknown>> = { id: image.id, name: image.name, split, label };
  return (path) => (Object.hasOwn(own, path) ? own[path] : valueAt(image.record, path));
}
