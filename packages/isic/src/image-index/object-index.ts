import { type ImageRecord, idOf, isUnknown } from "../archive/records.ts";
import { decodeGzipJson, encodeGzipJson } from "../codecs/gzip-json.ts";
import type { Context } from "../session/context.ts";
import { asObject } from "../session/options.ts";
import { type IndexState, readState, sameFiles, WHOLE_ARCHIVE, writePart, writeState } from "./state.ts";
import { RecordTable } from "./table.ts";
import type { CacheImagesOptions, CacheImagesReport, IndexResult, KnownIndex } from "./types.ts";

/** The first fill is written down after so many records, to go on from there when it is stopped. */
const CHECKPOINT = 5000;

type Records = Map<string, ImageRecord>;

/** What was stored, without asking the server; nothing unless it is the whole list. */
export async function openObjectIndex(context: Context): Promise<KnownIndex | undefined> {
  const stored = await readStored(context);
  return stored?.state.isComplete
    ? { table: new RecordTable(stored.records.values()), state: stored.state }
    : undefined;
}

/** The Python client's `imcache_` file, kept up to date. */
export async function updateObjectIndex(
  context: Context,
  options: CacheImagesOptions,
  known?: KnownIndex,
): Promise<IndexResult> {
  const stored = await readStored(context, known);
  const old = stored?.records ?? new Map<string, ImageRecord>();
  if (stored?.isPart === true)
    context.warn("The list of images in the cache is shorter than what was kept there: all of it is asked for again.");
  if (options.refresh === true && stored?.state.isComplete) return refresh(context, old, options);
  const records = new Map(old);
  const state = await walk(
    context,
    { records, from: stored?.state.position, begins: stored?.last, checkpoints: stored?.state.isComplete !== true },
    options,
  );
  const report = { total: records.size, added: records.size - old.size, changed: 0, removed: 0 };
  const table = records.size === old.size && known !== undefined ? known.table : new RecordTable(records.values());
  return { table, report, state };
}

async function refresh(context: Context, old: Records, options: CacheImagesOptions): Promise<IndexResult> {
  const records: Records = new Map();
  // The old list stays until the new one is whole.
  const state = await walk(context, { records, from: undefined, checkpoints: false }, options);
  const report = compare(old, records);
  return { table: new RecordTable(records.values()), report, state };
}

interface Walk {
  readonly records: Records;
  readonly from: IndexState["position"];
  /** The record that the first page must begin with; otherwise the records are not those before it, and all are asked for. */
  readonly begins?: string | undefined;
  /** Write down what has come so far, now and then and when it fails: for a first fill. */
  readonly checkpoints: boolean;
}

async function walk(
  context: Context,
  { records, from, begins, checkpoints }: Walk,
  options: CacheImagesOptions,
): Promise<IndexState> {
  const { signal, onProgress } = options;
  const before = records.size;
  let position = from;
  let saved = before;
  let isStored = true;
  let total: number | undefined;
  const save = async (isComplete: boolean): Promise<void> => {
    const areNew = records.size !== before || from === undefined;
    // A state never speaks of records that are not stored.
    isStored = !areNew || (await writeRecords(context, records));
    isStored &&= await writeState(context, { position, isComplete, base: 0, shards: [], count: records.size });
    saved = records.size;
  };
  try {
    const all = context.archive.select();
    if (from === undefined && onProgress !== undefined) total = await all.count({ signal });
    let isFirst = true;
    for await (const page of all.pages({ signal, from })) {
      const [first] = page.records;
      if (isFirst && begins !== undefined && (first === undefined || isUnknown(first) || idOf(first) !== begins))
        return walk(context, { records, from: undefined, checkpoints }, options);
      isFirst = false;
      for (const record of page.records) if (!isUnknown(record)) records.set(idOf(record), record);
      position = page.position;
      total = page.total ?? total;
      onProgress?.({ done: records.size, total: total === undefined ? undefined : Math.max(total, records.size) });
      if (checkpoints && isStored && records.size - saved >= CHECKPOINT) await save(false);
    }
  } catch (error) {
    // What has come so far is not asked for again.
    if (checkpoints && isStored && records.size > saved) await save(false);
    throw error;
  }
  if (checkpoints || from === undefined || records.size > before) await save(true);
  return { position, isComplete: true, base: 0, shards: [] };
}

function compare(old: Records, fresh: Records): CacheImagesReport {
  let added = 0;
  let changed = 0;
  for (const [id, record] of fresh) {
    const before = old.get(id);
    if (before === undefined) added += 1;
    else if (JSON.stringify(before) !== JSON.stringify(record)) changed += 1;
  }
  return { total: fresh.size, added, changed, removed: old.size + added - fresh.size };
}

/** What lies in the cache. */
interface Stored {
  readonly records: Records;
  readonly state: IndexState;
  /** Are there fewer records than were written? */
  readonly isPart?: boolean;
  /** In a file of the Python client: its last record. */
  readonly last?: string | undefined;
}

async function readStored({ archive, store }: Context, known?: KnownIndex): Promise<Stored | undefined> {
  if (known !== undefined) {
    const now = store.cache === undefined ? known.state : await readState(store, archive.family);
    // Nobody of us has written since: what is in memory is what is stored. The Python client leaves no state; what it
    // may have added comes from the server again.
    const records = known.table.records as Records;
    if (now === undefined) return ofPython(records);
    if (sameFiles(known.state, now)) return { records, state: known.state };
  }
  const file = await store.find(store.key("imcache", WHOLE_ARCHIVE), async (bytes) =>
    // Tens of megabytes of text: the cache's way takes a fifth of the time of a piped stream in Node.
    parseRecords(await decodeGzipJson(bytes)),
  );
  if (file === undefined) return undefined;
  const records = file.value;
  const state = await readState(store, archive.family);
  if (state?.position !== undefined) {
    if (isWhole(state, records)) return { records, state };
    return { records, isPart: true, state: { position: undefined, isComplete: false, base: 0, shards: [] } };
  }
  return ofPython(records);
}

/** A file of the Python client: whole, it thinks, and to be gone on from at its last record, if that has its place. */
function ofPython(records: Records): Stored {
  const last = [...records.keys()].sort().at(-1);
  const position = last === undefined ? undefined : { page: String(records.size - 1), seen: [] };
  return { records, last, state: { position, isComplete: records.size > 0, base: 0, shards: [] } };
}

/** Are there as many records as were written, and those seen last? The file may be an older copy, or a part. */
function isWhole({ position, count = 0 }: IndexState, records: Records): boolean {
  return records.size >= count && (position?.seen ?? []).every((id) => records.has(id));
}

async function writeRecords({ store }: Context, records: Records): Promise<boolean> {
  // In the order of ids, as the Python client expects when it goes on from the last one.
  const sorted = [...records].sort(([a], [b]) => (a < b ? -1 : 1));
  const file = await encodeGzipJson(Object.fromEntries(sorted));
  return writePart(store, store.key("imcache", WHOLE_ARCHIVE), file);
}

/** An error body that was stored as a list (the Python client does that) is no index. */
function parseRecords(value: unknown): Records {
  const records: Records = new Map();
  for (const [id, record] of Object.entries(asObject(value, "the image index"))) {
    const { _id, name, meta } = asObject(record, id);
    if (_id !== id || typeof name !== "string" || typeof meta !== "object") {
      throw new TypeError(`expected records of images by their id, got something else at ${JSON.stringify(id)}`);
    }
    records.set(id, record as ImageRecord);
  }
  return records;
}
