/** Selections: which images meet criteria, among those of the server, of the image index, or of an earlier selection. */
import { type Criteria, createPredicate, getPath, nearMatches } from "@isic/select";
import type { Archive } from "../archive/archive.ts";
import { pathsOf } from "../archive/criteria.ts";
import { headOf, type ImageRecord, idOf, isUnknown, metadataOf, withTerms } from "../archive/records.ts";
import { columnsOf, columnsWithValues, flatten } from "../csv/flatten.ts";
import { ArgumentError, isIsicError, NotLoadedError } from "../errors.ts";
import type { ImageTable, SelectableTable } from "../image-index/table.ts";
import type { SelectOptions } from "../session/api-options.ts";
import type { LongCallOptions } from "../session/calls.ts";
import type { OnWarning } from "../session/context.ts";

type Records = ReadonlyMap<string, ImageRecord>;

/** What there is to select from. */
export interface SelectionScope {
  readonly archive: Archive;
  readonly warn: OnWarning;
  /** What the last selection left. */
  readonly current: Records | undefined;
  /** The image index, where there is one. */
  readonly index: () => Promise<ImageTable | undefined>;
  /** The image index, which is filled first. */
  readonly fill: () => Promise<ImageTable>;
  /** Hears of the records that the server has found. */
  readonly onFound: (records: Iterable<ImageRecord>) => void;
}

/** The selection that criteria in the server's own paths leave: replaced, added to, or taken from, as the options say. */
export async function selectImages(
  scope: SelectionScope,
  criteria: Criteria,
  options: SelectOptions,
): Promise<Records> {
  const { subSelect, add, remove } = options;
  const found = await findImages(scope, criteria, options);
  const current = scope.current ?? new Map<string, ImageRecord>();
  // Adding beats taking, as in the original.
  if (add === true && subSelect !== true) return new Map([...current, ...found]);
  if (remove !== true) return found;
  return new Map([...current].filter(([id]) => !found.has(id)));
}

async function findImages(scope: SelectionScope, criteria: Criteria, options: SelectOptions): Promise<Records> {
  const { subSelect } = options;
  if (subSelect === true) {
    if (scope.current === undefined) throw new NotLoadedError("subSelect", "a selection: selectImages(criteria)");
    return selectIn(scope, scope.current, criteria, options);
  }
  if (typeof subSelect === "object") {
    return selectIn(
      scope,
      new Map(Array.from(subSelect.values(), (record) => [idOf(record), record])),
      criteria,
      options,
    );
  }
  if (subSelect !== undefined && subSelect !== false)
    throw new ArgumentError(`expected subSelect to be true or records, got ${subSelect}`);
  const index = await scope.index();
  const found = index === undefined ? await askServer(scope, criteria, options) : undefined;
  return found ?? selectIn(scope, index ?? (await scope.fill()), criteria, options);
}

/**
 * The images that meet criteria, looked for by the server as far as it can. Nothing where it would have to send the
 * record of every image: then a list of all that is stored serves the next selection too.
 */
async function askServer(
  { archive, warn, onFound }: SelectionScope,
  criteria: Criteria,
  { signal, onProgress }: LongCallOptions,
): Promise<Records | undefined> {
  // Criteria that cannot mean anything are an error before anything is asked for.
  createPredicate(criteria);
  const selected = archive.select({ criteria });
  if (await selected.readsAll()) return undefined;
  const found = new Map<string, ImageRecord>();
  for await (const page of selected.pages({ signal })) {
    for (const record of page.records) if (!isUnknown(record)) found.set(idOf(record), record);
    onProgress?.({ done: found.size, total: page.total });
  }
  onFound(found.values());
  for (const warning of unknownPaths(criteria, selectable(found.size > 0 ? found : await fewOf(archive, signal))))
    warn(warning);
  return found;
}

/** So many images have, together, nearly every field there is. */
const FEW = 100;

/** Some of the archive's images: where nothing was found, they tell a mistyped path. */
async function fewOf(archive: Archive, signal: AbortSignal | undefined): Promise<Records> {
  const few = new Map<string, ImageRecord>();
  for await (const record of archive.select({ limit: FEW }).records({ signal }))
    if (!isUnknown(record)) few.set(idOf(record), record);
  return few;
}

async function selectIn(
  { warn, archive }: SelectionScope,
  among: Records | ImageTable,
  criteria: Criteria,
  { signal }: LongCallOptions,
): Promise<Records> {
  const table = selectable(among);
  const byTerms = pathsOf(criteria).includes("attribution");
  const found = byTerms
    ? await selectByTerms(archive, recordsOf(among), criteria, signal)
    : new Map(table.select(criteria));
  for (const warning of unknownPaths(criteria, table)) warn(warning);
  return found;
}

const recordsOf = (among: Records | ImageTable): Records => ("records" in among ? among.records : among);

/** What records say of their attribution is the default of their cohort: images are selected by their own. */
async function selectByTerms(
  archive: Archive,
  records: Records,
  criteria: Criteria,
  signal: AbortSignal | undefined,
): Promise<Records> {
  const selects = createPredicate<ImageRecord>(criteria);
  const terms = await archive.termsOf([...records.values()], { signal });
  return new Map([...records].filter(([id, record]) => selects(withTerms(record, terms.get(id) ?? {}))));
}

type Selectable = Pick<SelectableTable, "select" | "hasPath" | "paths"> & { readonly isEmpty: boolean };

/** So many records are looked at for the fields there are. */
const SAMPLE = 300;

function selectable(among: Records | ImageTable): Selectable {
  const records = recordsOf(among);
  const isEmpty = records.size === 0;
  if ("select" in among) {
    const table = among as SelectableTable;
    return {
      isEmpty,
      select: (criteria) => table.select(criteria),
      hasPath: (path) => table.hasPath(path),
      paths: () => table.paths(),
    };
  }
  return {
    isEmpty,
    select(criteria) {
      const selects = createPredicate<ImageRecord>(criteria);
      return [...records].filter(([, record]) => selects(record));
    },
    hasPath(path) {
      for (const record of records.values()) if ((getPath(record, path) ?? null) !== null) return true;
      return false;
    },
    paths() {
      const few: Map<string, unknown>[] = [];
      for (const record of records.values()) if (few.push(flatten(record)) === SAMPLE) break;
      return columnsOf(few);
    },
  };
}

/** One sentence per path that no record has: most likely a typing error, but no error to the archive's open records. */
function unknownPaths(criteria: Criteria, table: Selectable): string[] {
  if (table.isEmpty) return [];
  const unknown = pathsOf(criteria).filter((path) => !table.hasPath(path));
  if (unknown.length === 0) return [];
  const known = table.paths();
  return unknown.map((path) => {
    const near = nearMatches(path, known);
    const hint = near.length === 0 ? "" : ` Did you mean ${near.map((name) => JSON.stringify(name)).join(" or ")}?`;
    return `No image here has the field ${JSON.stringify(path)}.${hint}`;
  });
}

/**
 * The records with the attributions that hold, where the server tells them; else `attribution_of` says that the default
 * of their cohort had to do.
 */
export async function withOwnAttributions(
  { archive, warn }: Pick<SelectionScope, "archive" | "warn">,
  records: readonly ImageRecord[],
  { signal }: LongCallOptions,
): Promise<ImageRecord[]> {
  const group = { attributionOf: "group" as const };
  if (!records.some((record) => "attribution" in record)) return [...records];
  try {
    const terms = await archive.termsOf(records, { signal });
    return records.map((record) => withTerms(record, terms.get(idOf(record)) ?? group));
  } catch (error) {
    signal?.throwIfAborted();
    if (!isIsicError(error)) throw error;
    warn(`Attributions are those of the images' cohorts: their own could not be had (${error.message})`);
    return records.map((record) => withTerms(record, group));
  }
}

/**
 * The metadata of records as columns: id, name, then when and where from on v1, licence and attribution on v2, then every
 * field of the metadata that any has.
 */
export function metadataColumns(records: Iterable<ImageRecord>): Record<string, unknown[]> {
  const rows = Array.from(records, (record) => ({ head: headOf(record), meta: flatten(metadataOf(record)) }));
  const first = [...new Set(rows.flatMap(({ head }) => Object.keys(head)))];
  const metas = rows.map(({ meta }) => meta);
  const names = [...new Set([...columnsOf(metas), ...columnsWithValues(metas)])].sort();
  const heads = first.map((name) => [name, rows.map(({ head }) => head[name] ?? null)] as const);
  // No field takes the place of an image's id or name.
  const columnOf = (name: string): string => (first.includes(name) ? `metadata.${name}` : name);
  const fields = names.map((name) => [columnOf(name), rows.map(({ meta }) => meta.get(name) ?? null)] as const);
  return Object.fromEntries([...heads, ...fields]);
}
