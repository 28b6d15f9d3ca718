import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import { cacheKey, type Entry, type InspectReport, parseKey, repair, verify } from "@isic/cache";
import { createFileCache, type FileCache } from "@isic/cache-fs";
import { checkContent, defaultCacheFolder, isIsicError } from "isic/node";
import { CommandError } from "../../output/failure.ts";
import { progressLine } from "../../output/progress.ts";
import { askYesNo } from "../../output/prompt.ts";
import { type Column, table } from "../../output/table.ts";
import type { Terminal } from "../../output/terminal.ts";
import { bytes, plural } from "../../output/units.ts";
import type { CacheClearOptions, CacheOptions } from "./cache.ts";

/** What the first part of a file's name says it is. */
const ABOUT: Readonly<Record<string, string>> = {
  image: "photos",
  spimg: "superpixels",
  spidx: "superpixel indexes",
  smask: "lesion masks",
  afmsk: "feature masks",
  stann: "study annotations",
  imcache: "image records",
  sgcache: "segmentation records",
};

interface Holding {
  readonly server: string;
  readonly account: string;
  readonly type: string;
  entries: number;
  bytes: number;
}

/** Where the cache is, and what it holds. */
export async function cacheInfo(options: CacheOptions, terminal: Terminal): Promise<void> {
  const say = (folder: string, rows: readonly Holding[], held: string): void => {
    const facts = { folder, entries: sum(rows, "entries"), bytes: sum(rows, "bytes"), holdings: rows };
    if (options.json === true) terminal.out.json(facts);
    else terminal.out.line(`${folder}: ${held}`);
    if (options.json !== true && rows.length > 0) terminal.out.block(`\n${table(COLUMNS, rows)}`);
  };
  const show = async (cache: FileCache): Promise<void> => {
    const holdings = new Map<string, Holding>();
    for await (const entry of entriesOf(cache, options)) add(holdings, entry);
    const rows = [...holdings.values()];
    const held = `${plural(sum(rows, "entries"), "entry", "entries")}, ${bytes(sum(rows, "bytes"))}`;
    say(cache.folder, rows, held);
  };
  await withCache(options, show, (folder) => say(folder, [], "there is no cache yet."));
}

/** The entries of all, or of the server and account that `--identity` names. */
async function* entriesOf(cache: FileCache, { identity }: CacheOptions): AsyncGenerator<Entry, void, undefined> {
  const prefix = prefixOf(identity);
  for await (const entry of cache.list()) if (entry.key.startsWith(prefix)) yield entry;
}

const prefixOf = (identity: CacheOptions["identity"]): string =>
  identity === undefined ? "" : `${cacheKey([identity.server, identity.account])}/`;

const COLUMNS: readonly Column<Holding>[] = [
  { title: "server", value: (row) => row.server },
  { title: "account", value: (row) => row.account },
  { title: "what", value: (row) => (Object.hasOwn(ABOUT, row.type) ? ABOUT[row.type] : row.type) },
  { title: "entries", align: "right", value: (row) => row.entries },
  { title: "size", align: "right", value: (row) => bytes(row.bytes) },
];

function add(holdings: Map<string, Holding>, entry: Entry): void {
  const [server = "", account = "", type = ""] = parseKey(entry.key);
  const name = `${server}/${account}/${type}`;
  const holding = holdings.get(name) ?? { server, account, type, entries: 0, bytes: 0 };
  holding.entries += 1;
  holding.bytes += entry.size;
  holdings.set(name, holding);
}

const sum = (rows: readonly Holding[], key: "entries" | "bytes"): number =>
  rows.reduce((all, row) => all + row[key], 0);

/** Looks at every entry; changes nothing. */
export async function cacheVerify(options: CacheOptions, terminal: Terminal): Promise<void> {
  const { problems, ...report } = await inspect(verify, "verifying", options, terminal);
  if (problems.length === 0) return;
  throw new CommandError(
    `${plural(problems.length, "problem")} in ${plural(report.entries, "entry", "entries")}; isic cache repair removes them.`,
  );
}

/** Removes what is broken. */
export async function cacheRepair(options: CacheOptions, terminal: Terminal): Promise<void> {
  const { problems } = await inspect(repair, "repairing", options, terminal);
  const left = problems.filter((problem) => !problem.repaired);
  if (left.length > 0) throw new CommandError(`${plural(left.length, "problem")} could not be repaired; see above.`);
}

async function inspect(
  look: typeof verify,
  title: string,
  options: CacheOptions,
  terminal: Terminal,
): Promise<InspectReport> {
  const inspectIt = async (cache: FileCache): Promise<InspectReport> => {
    const progress = progressLine(terminal.err, title, options.quiet);
    const { signal } = terminal;
    const onProgress = progress.update.bind(progress);
    const report = await look(cache, { check: checkContent, signal, onProgress }).finally(() => progress.end());
    if (options.json === true) terminal.out.json({ folder: cache.folder, ...report });
    else printReport(cache.folder, report, terminal);
    return report;
  };
  // A mistyped place must not pass for one where all is well.
  return withCache(options, inspectIt, (folder) => {
    throw new CommandError(`There is no cache at ${folder} yet.`);
  });
}

function printReport(folder: string, { entries, bytes: size, problems }: InspectReport, terminal: Terminal): void {
  for (const problem of problems) {
    terminal.out.line(
      `${problem.where ?? problem.key ?? ""}: ${problem.message}${problem.repaired ? " (repaired)" : ""}`,
    );
  }
  const found = problems.length === 0 ? "all as they should be" : plural(problems.length, "problem");
  terminal.out.line(`${folder}: ${plural(entries, "entry", "entries")} (${bytes(size)}), ${found}.`);
}

/** Removes all entries, after asking. */
export async function cacheClear(options: CacheClearOptions, terminal: Terminal): Promise<void> {
  const say = (folder: string, entries: number, size: number, text: string): void => {
    if (options.json === true) terminal.out.json({ folder, entries, bytes: size });
    else terminal.out.line(`${folder}: ${text}`);
  };
  const clear = async (cache: FileCache): Promise<void> => {
    const { identity } = options;
    const whose = identity === undefined ? "" : ` of ${identity.account} at ${identity.server}`;
    if (options.yes !== true && !(await askYesNo(`Remove everything${whose} in ${cache.folder}?`, terminal))) {
      throw new CommandError("Nothing was removed. (--yes removes without asking.)");
    }
    let entries = 0;
    let size = 0;
    for await (const entry of entriesOf(cache, options)) {
      entries += 1;
      size += entry.size;
    }
    // Temporary files, locks and the journal go too, not only what is listed.
    await cache.erase(prefixOf(identity), { signal: terminal.signal });
    say(cache.folder, entries, size, `${plural(entries, "entry", "entries")} removed (${bytes(size)}).`);
  };
  await withCache(options, clear, (folder) => say(folder, 0, 0, "there is no cache yet, nothing to remove."));
}

/** Opens the cache; where there is none, `absent` answers, and no folder is made. */
async function withCache<T>(
  options: CacheOptions,
  work: (cache: FileCache) => Promise<T>,
  absent: (folder: string) => T,
): Promise<T> {
  if (options.cache === false) throw new CommandError("--no-cache leaves nothing to look at.", 2);
  const folder = resolve(typeof options.cache === "string" ? options.cache : defaultCacheFolder());
  const found = await stat(folder).catch(() => undefined);
  if (found === undefined) return absent(folder);
  if (!found.isDirectory())
    throw new CommandError(`The cache folder ${folder} is a file: name another place with --cache.`);
  const { identity } = options;
  const cache = createFileCache({ folder, ...(identity === undefined ? {} : { identity }) });
  try {
    return await work(cache);
  } catch (error) {
    throw inCacheTerms(error);
  } finally {
    await cache.close();
  }
}

/** A folder that the Python client made does not say whose files it holds, and is not touched on a guess. */
function inCacheTerms(error: unknown): unknown {
  if (!isIsicError(error, "IdentityMismatchError")) return error;
  const { folder, owner } = error as unknown as { readonly folder: string; readonly owner?: string };
  const message =
    owner === undefined
      ? `The cache folder ${folder} was made by the Python client, and does not say whose files it holds: add --identity SERVER/ACCOUNT, such as --identity isic-archive.com/anonymous.`
      : `The cache folder ${folder} holds the files of ${owner}: leave out --identity.`;
  return new CommandError(message, 2, { cause: error });
}
