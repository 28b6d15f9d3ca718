import { type DownloadSummary, type ManifestEntry, readManifest } from "isic/node";
import { CommandError, inCommandTerms } from "../../output/failure.ts";
import { oneLine } from "../../output/neutral.ts";
import { type Column, count, table } from "../../output/table.ts";
import type { Terminal } from "../../output/terminal.ts";
import { bytes, duration, plural } from "../../output/units.ts";
import type { GlobalOptions } from "../options.ts";

/** As many failures as a screen holds; all of them are in the manifest. */
const SHOWN = 20;
/** Names in one line. */
const FEW = 5;

const FAILED: readonly Column<ManifestEntry>[] = [
  { title: "image", value: (row) => row.name },
  { title: "part", value: (row) => row.part },
  { title: "why", flexible: true, wraps: true, value: ({ error = "" }) => inCommandTerms(error) },
];

const CHANGED: readonly Column<ManifestEntry>[] = [
  { title: "image", value: (row) => row.name },
  { title: "part", value: (row) => row.part },
  { title: "sha256 now", value: (row) => row.sha256?.slice(0, 12) },
  { title: "in the manifest", value: (row) => row.expectedSha256?.slice(0, 12) },
];

/**
 * Says how a download ended.
 *
 * @throws CommandError as {@link checkSummary}
 */
export function printSummary(summary: DownloadSummary, options: GlobalOptions, terminal: Terminal): void {
  if (options.json === true) terminal.out.json(summary);
  else printForPeople(summary, terminal);
  checkSummary(summary);
}

/** @throws CommandError with one sentence unless every file is there, and is what it should be */
export function checkSummary({ failed, changed, manifest }: DownloadSummary): void {
  const troubles = [
    ...(failed.length > 0 ? [`${plural(failed.length, "file")} could not be fetched`] : []),
    ...(changed.length > 0 ? [`${plural(changed.length, "file")} changed since that manifest`] : []),
  ];
  if (troubles.length === 0) return;
  const advice = failed.length > 0 ? " The same command tries them again." : "";
  throw new CommandError(`${troubles.join(", and ")}; see ${manifest}.${advice}`);
}

function printForPeople(summary: DownloadSummary, terminal: Terminal): void {
  const { images, fetched, skipped, absent, keptNames, failed, seconds, target, shard } = summary;
  const rate = fetched > 0 && seconds > 0 ? `, ${bytes(summary.bytes / seconds)}/s` : "";
  const share = shard === undefined ? "" : ` of shard ${shard.index} of ${shard.count}`;
  terminal.out.line(`${plural(images, "image")}${share} in ${target}:`);
  const cost = fetched > 0 ? ` (${bytes(summary.bytes)} in ${duration(seconds)}${rate})` : "";
  terminal.out.line(`  ${plural(fetched, "file")} fetched${cost}`);
  if (skipped > 0) terminal.out.line(`  ${plural(skipped, "file")} there already`);
  if (keptNames > 0)
    terminal.out.line(
      `  ${plural(keptNames, "image")} under the names of an earlier run; another folder takes the new ones`,
    );
  if (absent > 0) terminal.out.line(`  ${plural(absent, "file")} that the archive does not have`);
  printRefreshed(summary, terminal);
  printFailed(failed, terminal);
  printChanged(summary, terminal);
}

/** Files that are others than the manifest said. */
export function printChanged({ changed }: DownloadSummary, terminal: Terminal): void {
  printSome(CHANGED, changed, "changed", terminal);
}

/** What the archive says otherwise of what was there already. */
function printRefreshed(summary: DownloadSummary, { out }: Terminal): void {
  const { refreshed, changedLicences, unselected, withdrawn, pruned } = summary;
  if (refreshed > 0) out.line(`  ${plural(refreshed, "image")} of earlier runs with changed metadata or terms`);
  for (const [change, names] of byChange(changedLicences)) out.line(`  licence ${change}: ${someNames(names)}`);
  const left = pruned > 0 ? "removed" : "kept (--prune removes)";
  if (unselected.length > 0)
    out.line(`  ${plural(unselected.length, "image")} no longer in the selection, ${left}: ${someNames(unselected)}`);
  if (withdrawn.length > 0)
    out.line(`  ${plural(withdrawn.length, "image")} withdrawn by the archive, ${left}: ${someNames(withdrawn)}`);
}

function byChange(changes: DownloadSummary["changedLicences"]): ReadonlyMap<string, string[]> {
  const names = new Map<string, string[]>();
  for (const { name, before = "unknown", now = "unknown" } of changes) {
    const change = `${before} is ${now} now`;
    names.set(change, [...(names.get(change) ?? []), name]);
  }
  return names;
}

function someNames(names: readonly string[]): string {
  const more = names.length > FEW ? ` and ${count(names.length - FEW)} more` : "";
  return oneLine(`${names.slice(0, FEW).join(", ")}${more}`);
}

/** A server that dies fails every file for one reason, which is said once. */
function printFailed(failed: readonly ManifestEntry[], terminal: Terminal): void {
  const reasons = new Set(failed.map(reasonOf));
  const isOne = failed.length > 1 && reasons.size === 1;
  printSome(isOne ? FAILED.slice(0, 2) : FAILED, failed, "failed", terminal);
  const [reason = ""] = reasons;
  if (isOne) terminal.out.block(`All for one reason: ${oneLine(inCommandTerms(reason))}\n`);
}

/** Without what differs from image to image. */
function reasonOf({ error = "", name, url = name }: ManifestEntry): string {
  return error.replaceAll(url, "(its address)").replaceAll(name, "(its name)");
}

function printSome(
  columns: readonly Column<ManifestEntry>[],
  rows: readonly ManifestEntry[],
  what: string,
  terminal: Terminal,
): void {
  if (rows.length === 0) return;
  terminal.out.block(`  ${plural(rows.length, "file")} ${what}:\n`);
  terminal.out.block(table(columns, rows.slice(0, SHOWN), terminal.out.width));
  if (rows.length > SHOWN) terminal.out.line(`... and ${count(rows.length - SHOWN)} more in the manifest`);
  terminal.out.line();
}

const CHANGED_TERMS_SHOWN = 5;

/** Says which images are under another licence, or by somebody else, than in the manifest they were fetched by. */
export async function noteChangedTerms(
  before: readonly ManifestEntry[],
  { target }: DownloadSummary,
  { err }: Terminal,
): Promise<void> {
  const earlier = new Map(before.map((entry) => [entry.id, entry]));
  const changed = new Map<string, string>();
  for (const now of await readManifest(target)) {
    const was = earlier.get(now.id);
    if (was === undefined || was.state === "failed" || now.state === "failed") continue;
    const change =
      difference("licence", was.licence, now.licence) ?? difference("attribution", was.attribution, now.attribution);
    if (change !== undefined) changed.set(now.name, change);
  }
  if (changed.size === 0) return;
  err.line(`note: ${plural(changed.size, "image")} changed terms since that manifest:`);
  for (const [name, change] of [...changed].slice(0, CHANGED_TERMS_SHOWN)) err.line(`  ${name}: ${change}`);
  if (changed.size > CHANGED_TERMS_SHOWN)
    err.line(`  and ${changed.size - CHANGED_TERMS_SHOWN} more; manifest.jsonl has what holds now`);
}

function difference(what: string, was: string | undefined, now: string | undefined): string | undefined {
  return was === now ? undefined : `${what} "${was ?? "none"}" is now "${now ?? "none"}"`;
}
