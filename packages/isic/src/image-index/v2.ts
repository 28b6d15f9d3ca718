import type { V2Client } from "@isic/api-client/v2";
import type { Bytes } from "@isic/cache";
import { indexFromBytes, indexToBytes } from "@isic/select/columns";
import { isV2Image, type V2Image } from "../archive/records.ts";
import { decodeGzipJson, encodeGzipJson } from "../codecs/gzip-json.ts";
import type { Context } from "../session/context.ts";
import { ColumnTable } from "./column-table.ts";
import { type IndexState, readState, sameFiles, writeState } from "./kept.ts";
import { WHOLE_ARCHIVE } from "./keys.ts";
import type { CacheImagesOptions, IndexResult, KnownIndex } from "./types.ts";

/** New records are written down in files of so many, beside the base. */
const SHARD = 5000;
/** So many files beside the base, and they are made one with it. */
const MOST_SHARDS = 40;

interface Kept {
  readonly table: ColumnTable;
  readonly state: IndexState;
}

const NOTHING: IndexState = { position: undefined, isComplete: false, base: 0, shards: [] };

/** What was kept, without asking the server; nothing unless it is the whole list. */
export async function openV2Index(context: Context): Promise<KnownIndex | undefined> {
  const kept = await readKept(context);
  return kept?.state.isComplete ? kept : undefined;
}

/** The list of all images: a base of columns, and files of what came later. */
export async function updateV2Index(
  context: Context,
  client: V2Client,
  options: CacheImagesOptions,
  known?: KnownIndex,
): Promise<IndexResult> {
  const kept = (await readKept(context, known)) ?? { table: new ColumnTable(), state: NOTHING };
  if (options.refresh === true && kept.state.isComplete) {
    const { refreshV2 } = await import("./refresh-v2.ts");
    const refreshed = await refreshV2(client, kept.table, options);
    return { ...refreshed, state: await writeBase(context, refreshed.table, kept.state) };
  }
  const before = kept.table.index.count;
  const state = await walk(context, kept, options);
  const total = kept.table.index.count;
  return { table: kept.table, state, report: { total, added: total - before, changed: 0, removed: 0 } };
}

async function walk(context: Context, { table, state: kept }: Kept, options: CacheImagesOptions): Promise<IndexState> {
  const { signal, onProgress } = options;
  let state = kept;
  let pending: V2Image[] = [];
  let position = state.position;
  const save = async (): Promise<void> => {
    state = await writeShard(context, { ...state, position }, pending);
    pending = [];
  };
  try {
    for await (const page of context.archive.imagePages({ signal, from: position })) {
      const records = page.records.filter(isV2Image).filter(({ isic_id }) => !table.rowById.has(isic_id));
      if (records.length > 0) table.append(records);
      pending.push(...records);
      position = page.position;
      const total = page.total === undefined ? undefined : Math.max(page.total, table.index.count);
      onProgress?.({ done: table.index.count, total });
      if (pending.length >= SHARD) await save();
    }
  } catch (error) {
    // What has come so far is not asked for again.
    if (pending.length > 0) await save();
    throw error;
  }
  if (!kept.isComplete || state.shards.length >= MOST_SHARDS) {
    return await writeBase(context, table, { ...state, position });
  }
  if (pending.length > 0 || position?.page !== state.position?.page) await save();
  return state;
}

async function writeShard(context: Context, state: IndexState, records: readonly V2Image[]): Promise<IndexState> {
  const number = 1 + Math.max(0, ...state.shards);
  const shards = records.length === 0 ? state.shards : [...state.shards, number];
  if (records.length > 0)
    await context.store.set(partKey(context, `new-${state.base}-${number}`), await encodeGzipJson(records));
  const next = { ...state, shards };
  await writeState(context.store, "v2", next);
  return next;
}

/** A new base beside the old one; then the state that speaks of it; then the old one goes. */
async function writeBase(context: Context, table: ColumnTable, old: IndexState): Promise<IndexState> {
  const { store } = context;
  const base = old.base + 1;
  await store.set(partKey(context, `base-${base}`), indexToBytes(table.index));
  const state: IndexState = { position: old.position, isComplete: true, base, shards: [] };
  await writeState(store, "v2", state);
  if (old.base > 0) await store.delete(partKey(context, `base-${old.base}`));
  for (const shard of old.shards) await store.delete(partKey(context, `new-${old.base}-${shard}`));
  return state;
}

/** Where a part is missing or broken, the whole is: it is filled anew. */
async function readKept(context: Context, known?: KnownIndex): Promise<Kept | undefined> {
  const { store } = context;
  const state = store.cache === undefined ? known?.state : await readState(store, "v2");
  if (state === undefined) return undefined;
  // Nobody else has written since: what is in memory is what is kept.
  if (known !== undefined && known.table instanceof ColumnTable && sameFiles(known.state, state)) {
    return { table: known.table, state };
  }
  const base = state.base === 0 ? undefined : await store.find(partKey(context, `base-${state.base}`), readBase);
  if (state.base > 0 && base === undefined) return undefined;
  const table = base?.value ?? new ColumnTable();
  for (const shard of state.shards) {
    const part = await store.find(partKey(context, `new-${state.base}-${shard}`), readShard);
    if (part === undefined) return undefined;
    table.append(part.value);
  }
  return { table, state };
}

function readBase(bytes: Bytes): ColumnTable {
  return new ColumnTable(indexFromBytes(bytes));
}

async function readShard(bytes: Bytes): Promise<V2Image[]> {
  const records = await decodeGzipJson(bytes);
  if (!Array.isArray(records) || !records.every(isV2Image)) throw new TypeError("expected a list of image records");
  return records;
}

function partKey({ store }: Context, part: string): string {
  return store.key("imcolumns", WHOLE_ARCHIVE, part);
}
