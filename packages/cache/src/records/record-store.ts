import { InvalidContentError } from "../errors.ts";
import { getOrCreate } from "../get-or-create.ts";
import type { ByteCache, Bytes, CallOptions, RichCache } from "../types.ts";
import { Draft } from "./draft.ts";
import { byShard, find, type Line, mergeLines, splitLines, toLines } from "./lines.ts";
import { decodeManifest, emptyManifest, encodeManifest, type Manifest, type ShardInfo, shardAt } from "./manifest.ts";
import { unpackShard } from "./shard.ts";

export interface RecordStoreOptions<R> extends CallOptions {
  /** The record's id: one line without tabs, and always the same for the same thing. */
  readonly idOf: (record: R) => string;
}

export interface PutOptions extends CallOptions {
  /** Remembered in the same commit, such as where to go on. JSON; without it, the old state stays. */
  readonly state?: unknown;
}

export interface PutResult {
  readonly added: number;
  readonly changed: number;
}

/** See {@link openRecordStore}. */
export interface RecordStore<R> {
  /** Records in the store. */
  readonly count: number;
  /** Grows with every commit that changed something. */
  readonly revision: number;
  /** What the last `put` or `retain` remembered. */
  readonly state: unknown;
  get(id: string, options?: CallOptions): Promise<R | undefined>;
  /** All records in order of their ids (by UTF-16 code units). */
  records(options?: CallOptions): AsyncIterable<R>;
  ids(options?: CallOptions): AsyncIterable<string>;
  /** Adds and replaces records, in one commit. Shards that stay the same are not written. */
  put(records: Iterable<R>, options?: PutOptions): Promise<PutResult>;
  /** Removes every record whose id is not in the set (after a full refresh); gives the removed ids. */
  retain(ids: ReadonlySet<string>, options?: PutOptions): Promise<string[]>;
  /** Bytes computed from the records; kept beside them, and built anew when missing or older than the records. */
  derived(name: string, build: (store: RecordStore<R>) => Promise<Bytes>, options?: CallOptions): Promise<Bytes>;
  /** Sees what other processes have committed; `true` when there was something new. */
  refresh(options?: CallOptions): Promise<boolean>;
}

/** Unpacked shards that are kept, for lookups that come in clusters. */
const KEPT_SHARDS = 4;
const STAMP_BYTES = 64;

/**
 * Any number of JSON records by id, in sorted shards over any cache: opening reads one small manifest, a lookup
 * unpacks one shard, an update writes the shards it touches and then the manifest. A crash leaves the last commit.
 * Several processes may write where the cache has `lock`.
 *
 * @param prefix Key of the store, such as `api.isic-archive.com/anonymous/imindex`; its entries are `<prefix>/...`.
 * @throws InvalidContentError when the manifest or a shard is broken: `cache.delete` the prefix and fill it again.
 * @example
 * ```ts
 * import { createMemoryCache, openRecordStore } from "@isic/cache";
 *
 * const store = await openRecordStore<{ isic_id: string; sex: string }>(
 *   createMemoryCache(), "api.isic-archive.com/anonymous/imindex", { idOf: (record) => record.isic_id });
 * await store.put([{ isic_id: "ISIC_0000001", sex: "female" }], { state: { cursor: "abc" } });
 * console.log(store.count, (await store.get("ISIC_0000001"))?.sex); // 1 female
 * ```
 */
export async function openRecordStore<R>(
  cache: ByteCache,
  prefix: string,
  options: RecordStoreOptions<R>,
): Promise<RecordStore<R>> {
  const { idOf } = options;
  const rich: RichCache = cache;
  const manifestKey = `${prefix}/manifest`;
  const kept = new Map<string, Line[]>();
  let manifest = (await readManifest()) ?? emptyManifest();
  let count = countOf(manifest);

  async function readManifest(call?: CallOptions): Promise<Manifest | undefined> {
    const bytes = await cache.get(manifestKey, call);
    return bytes === undefined ? undefined : decodeManifest(bytes);
  }

  async function refresh(call?: CallOptions): Promise<boolean> {
    const found = await readManifest(call);
    // Without one it is a new store, or one that somebody has erased.
    const changed =
      found === undefined
        ? manifest.revision !== 0
        : found.store !== manifest.store || found.revision !== manifest.revision;
    if (changed) adopt(found ?? emptyManifest());
    return changed;
  }

  function adopt(next: Manifest): void {
    manifest = next;
    count = countOf(next);
    for (const name of kept.keys()) if (!next.shards.some((shard) => shard.name === name)) kept.delete(name);
  }

  async function linesOf(shard: ShardInfo, call?: CallOptions): Promise<Line[]> {
    const known = kept.get(shard.name);
    if (known !== undefined) {
      kept.delete(shard.name);
      kept.set(shard.name, known);
      return known;
    }
    const bytes = await cache.get(`${prefix}/${shard.name}`, call);
    if (bytes === undefined) throw new MissingShard(shard.name);
    const lines = await unpackShard(bytes);
    kept.set(shard.name, lines);
    if (kept.size > KEPT_SHARDS) kept.delete(kept.keys().next().value!);
    return lines;
  }

  /** A shard that is gone was replaced by another process two commits ago: its manifest tells where the records are. */
  async function reading<T>(read: () => Promise<T>, call?: CallOptions): Promise<T> {
    for (;;) {
      try {
        return await read();
      } catch (error) {
        if (!(error instanceof MissingShard)) throw error;
        if (!(await refresh(call))) {
          throw new InvalidContentError("record store", `its shard ${error.shard} is missing`, { cause: error });
        }
      }
    }
  }

  /** All lines, shard by shard, so that a commit in between does no harm. The next one is read while the caller has this one. */
  async function* shards(call?: CallOptions): AsyncGenerator<readonly Line[]> {
    const next = (after: string | undefined): Promise<Line[] | undefined> => {
      const lines = reading(() => linesAfter(after, call), call);
      // Whoever stops early does not come back for it.
      lines.catch(() => {});
      return lines;
    };
    for (let coming = next(undefined); ; ) {
      call?.signal?.throwIfAborted();
      const lines = await coming;
      if (lines === undefined) return;
      coming = next(lines.at(-1)!.id);
      yield lines;
    }
  }

  async function linesAfter(after: string | undefined, call?: CallOptions): Promise<Line[] | undefined> {
    const shard = manifest.shards.find((each) => after === undefined || each.last > after);
    if (shard === undefined) return undefined;
    const lines = await linesOf(shard, call);
    return after === undefined || shard.first > after ? lines : lines.filter((line) => line.id > after);
  }

  /** Changes run one at a time, each upon what the others have committed. */
  async function committing<T>(change: (next: Draft) => Promise<T>, put: PutOptions): Promise<T> {
    const run = async (): Promise<T> => {
      await refresh(put);
      const draft = new Draft(manifest, prefix, cache);
      const result = await reading(() => change(draft), put);
      put.signal?.throwIfAborted();
      const stateChanged = "state" in put && JSON.stringify(put.state) !== JSON.stringify(manifest.state);
      if (!draft.changed && !stateChanged) return result;
      const next = draft.manifest("state" in put ? put.state : manifest.state);
      await cache.set(manifestKey, encodeManifest(next), put);
      for (const name of manifest.retired) await cache.delete(`${prefix}/${name}`);
      adopt(next);
      return result;
    };
    return rich.lock === undefined ? await run() : await rich.lock(manifestKey, run, put);
  }

  async function put(records: Iterable<R>, call: PutOptions = {}): Promise<PutResult> {
    const news = toLines(records, idOf);
    return await committing(async (draft) => {
      let added = 0;
      let changed = 0;
      for (const [index, batch] of byShard(manifest.shards, news)) {
        const shard = manifest.shards[index];
        const merged = mergeLines(shard === undefined ? [] : await linesOf(shard, call), batch);
        if (merged === undefined) continue;
        added += merged.added;
        changed += merged.changed;
        await draft.replace(shard, splitLines(merged.lines), call);
      }
      return { added, changed };
    }, call);
  }

  async function retain(ids: ReadonlySet<string>, call: PutOptions = {}): Promise<string[]> {
    return await committing(async (draft) => {
      const removed: string[] = [];
      for (const shard of manifest.shards) {
        const old = await linesOf(shard, call);
        const rest = old.filter((line) => ids.has(line.id));
        if (rest.length === old.length) continue;
        for (const line of old) if (!ids.has(line.id)) removed.push(line.id);
        await draft.replace(shard, rest.length === 0 ? [] : [rest], call);
      }
      await draft.removeOrphans();
      return removed;
    }, call);
  }

  const store: RecordStore<R> = {
    get count() {
      return count;
    },
    get revision() {
      return manifest.revision;
    },
    get state() {
      return manifest.state;
    },
    get: (id, call) =>
      reading(async () => {
        const shard = manifest.shards[shardAt(manifest.shards, id)];
        if (shard === undefined || id < shard.first || id > shard.last) return undefined;
        const line = find(await linesOf(shard, call), id);
        return line === undefined ? undefined : (JSON.parse(line.json) as R);
      }, call),
    async *records(call) {
      for await (const lines of shards(call)) for (const line of lines) yield JSON.parse(line.json) as R;
    },
    async *ids(call) {
      for await (const lines of shards(call)) for (const line of lines) yield line.id;
    },
    put,
    retain,
    refresh,
    async derived(name, build, call = {}) {
      const stamp = `${manifest.store}-${manifest.revision}`.padEnd(STAMP_BYTES);
      const key = `${prefix}/derived/${name}`;
      const stamped = await getOrCreate(cache, key, async () => withStamp(stamp, await build(store)), {
        ...call,
        check: (_key, value) => (hasStamp(value, stamp) ? undefined : "it was derived from other records"),
      });
      return stamped.subarray(STAMP_BYTES);
    },
  };
  return store;
}

class MissingShard extends Error {
  readonly shard: string;
  constructor(shard: string) {
    super(`The shard ${shard} is missing.`);
    this.shard = shard;
  }
}

function countOf(manifest: Manifest): number {
  return manifest.shards.reduce((sum, shard) => sum + shard.count, 0);
}

function withStamp(stamp: string, value: Bytes): Bytes {
  const stamped = new Uint8Array(STAMP_BYTES + value.byteLength);
  new TextEncoder().encodeInto(stamp, stamped);
  stamped.set(value, STAMP_BYTES);
  return stamped;
}

function hasStamp(value: Bytes, stamp: string): boolean {
  return new TextDecoder().decode(value.subarray(0, STAMP_BYTES)) === stamp;
}
