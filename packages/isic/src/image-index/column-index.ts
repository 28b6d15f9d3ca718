import type { Bytes } from "@isic/cache";
import { indexFromBytes, indexToBytes } from "@isic/select/columns";
import type { ImageMetadata } from "../archive/index.ts";
import { licenceOf, type V2Image } from "../archive/records.ts";
import { decodeGzipJson, encodeGzipJson } from "../codecs/gzip-json.ts";
import type { Context } from "../session/context.ts";
import { ColumnTable } from "./column-table.ts";
import { type IndexState, readState, sameFiles, WHOLE_ARCHIVE, writePart, writeState } from "./state.ts";
import type { CacheImagesOptions, CacheImagesReport, IndexResult, KnownIndex } from "./types.ts";

/** New records are written down in files of so many, beside the base. */
const SHARD = 5000;
/** So many files beside the base, and they are made one with it. */
const MOST_SHARDS = 40;

interface Stored {
  readonly table: ColumnTable;
  readonly state: IndexState;
}

const NOTHING: IndexState = { position: undefined, isComplete: false, base: 0, shards: [] };

/** What was stored, without asking the server; nothing unless it is the whole list. */
export async function openColumnIndex(context: Context): Promise<KnownIndex | undefined> {
  const stored = await readStored(context);
  return stored?.state.isComplete ? stored : undefined;
}

/** The list of all images: a base of columns, and files of what came later. */
export async function updateColumnIndex(
  context: Context,
  options: CacheImagesOptions,
  known?: KnownIndex,
): Promise<IndexResult> {
  const stored = (await readStored(context, known)) ?? { table: new ColumnTable(), state: NOTHING };
  if (options.refresh === true && stored.state.isComplete) {
    const refreshed = await refresh(context, stored.table, options);
    return { ...refreshed, state: (await writeBase(context, refreshed.table, stored.state)) ?? stored.state };
  }
  const before = stored.table.index.count;
  const state = await walk(context, stored, options);
  const total = stored.table.index.count;
  return { table: stored.table, state, report: { total, added: total - before, changed: 0, removed: 0 } };
}

async function walk(
  context: Context,
  { table, state: stored }: Stored,
  options: CacheImagesOptions,
): Promise<IndexState> {
  const { signal, onProgress } = options;
  let state = stored;
  let pending: V2Image[] = [];
  let position = state.position;
  let areStored = true;
  const save = async (): Promise<void> => {
    // What comes after records that are not stored is not stored either.
    const next = areStored ? await writeShard(context, { ...state, position }, pending) : undefined;
    areStored = next !== undefined;
    state = next ?? state;
    pending = [];
  };
  try {
    for await (const page of context.archive.select().pages({ signal, from: position })) {
      const records = page.records.filter(isImage).filter(({ isic_id }) => !table.rowById.has(isic_id));
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
  if (!stored.isComplete || state.shards.length >= MOST_SHARDS) {
    const whole = { ...state, position, isComplete: true };
    return (await writeBase(context, table, whole)) ?? whole;
  }
  if (pending.length > 0 || position?.page !== state.position?.page) await save();
  return state;
}

/** The new state, unless something could not be stored. */
async function writeShard(
  context: Context,
  state: IndexState,
  records: readonly V2Image[],
): Promise<IndexState | undefined> {
  const number = 1 + Math.max(0, ...state.shards);
  const shards = records.length === 0 ? state.shards : [...state.shards, number];
  const next = { ...state, shards };
  if (records.length > 0) {
    const part = await encodeGzipJson(records);
    if (!(await writePart(context.store, partKey(context, `new-${state.base}-${number}`), part))) return undefined;
  }
  return (await writeState(context, next)) ? next : undefined;
}

/** A new base beside the old one; then the state that speaks of it; then the old one goes. */
async function writeBase(context: Context, table: ColumnTable, old: IndexState): Promise<IndexState | undefined> {
  const { store } = context;
  const base = old.base + 1;
  const state: IndexState = { position: old.position, isComplete: true, base, shards: [] };
  if (!(await writePart(store, partKey(context, `base-${base}`), indexToBytes(table.index)))) return undefined;
  if (!(await writeState(context, state))) return undefined;
  if (old.base > 0) await store.delete(partKey(context, `base-${old.base}`));
  for (const shard of old.shards) await store.delete(partKey(context, `new-${old.base}-${shard}`));
  return state;
}

/** Where a part is missing or broken, the whole is: it is filled anew. */
async function readStored(context: Context, known?: KnownIndex): Promise<Stored | undefined> {
  const { store } = context;
  const state = store.cache === undefined ? known?.state : await readState(store, context.archive.family);
  if (state === undefined) return known?.table instanceof ColumnTable ? unstored(known.table, known.state) : undefined;
  // Nobody else has written since: what is in memory is what is stored.
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

/** What could not be stored, or is not there any more: it is gone on from, and stored whole at the end. */
function unstored(table: ColumnTable, { position }: IndexState): Stored {
  return { table, state: { ...NOTHING, position } };
}

function readBase(bytes: Bytes): ColumnTable {
  return new ColumnTable(indexFromBytes(bytes));
}

async function readShard(bytes: Bytes): Promise<V2Image[]> {
  const records = await decodeGzipJson(bytes);
  if (!Array.isArray(records) || !records.every(isImage)) throw new TypeError("expected a list of image records");
  return records;
}

/** Columns are of records by `isic_id`. */
function isImage(record: object): record is V2Image {
  return typeof (record as { isic_id?: unknown }).isic_id === "string";
}

function partKey({ store }: Context, part: string): string {
  return store.key("imcolumns", WHOLE_ARCHIVE, part);
}

interface Refreshed {
  readonly table: ColumnTable;
  readonly report: CacheImagesReport;
}

/** Not in the table of a search: they never change. */
const ONLY_IN_RECORDS: readonly string[] = ["pixels_x", "pixels_y"];

/**
 * Compares the index with the table of all metadata, which the server gives in two requests, and asks only for the
 * records that are new or differ. Where the server gives no table, the records come page by page.
 */
async function refresh({ archive }: Context, table: ColumnTable, options: CacheImagesOptions): Promise<Refreshed> {
  const { signal, onProgress } = options;
  const gone = new Set(table.rowById.values());
  const wanted: string[] = [];
  for await (const row of archive.metadata({ signal, onProgress })) {
    const at = table.rowById.get(row.id);
    if (at !== undefined) gone.delete(at);
    if (at === undefined || differs(table.record(at), row)) wanted.push(row.id);
  }
  const fresh = new Map<string, V2Image>();
  for await (const record of archive.images(wanted)) if (isImage(record)) fresh.set(record.isic_id, record);
  const left = gone.size === 0 ? table : table.without(gone);
  const known = [...fresh.values()].filter(({ isic_id }) => left.rowById.has(isic_id));
  const added = [...fresh.values()].filter(({ isic_id }) => !left.rowById.has(isic_id));
  left.replace(known);
  left.append(added);
  return {
    table: left,
    report: { total: left.index.count, added: added.length, changed: known.length, removed: gone.size },
  };
}

function differs(record: V2Image, row: ImageMetadata): boolean {
  if (licenceOf(record) !== row.licence) return true;
  const known = fieldsOf(record.metadata);
  const said = fieldsOf(row.metadata);
  if (known.size !== said.size) return true;
  for (const [key, value] of said) if (String(known.get(key)) !== String(value)) return true;
  return false;
}

/** Both branches as one, since tables know of none. Numbers that one side sends as text count as the same. */
function fieldsOf(metadata: { readonly acquisition?: object; readonly clinical?: object }): Map<string, unknown> {
  const fields = new Map<string, unknown>();
  for (const branch of [metadata.acquisition, metadata.clinical]) {
    for (const [key, value] of Object.entries(branch ?? {})) {
      if (!ONLY_IN_RECORDS.includes(key) && value !== null) fields.set(key, value);
    }
  }
  return fields;
}
