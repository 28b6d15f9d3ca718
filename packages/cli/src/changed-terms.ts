import { type DownloadSummary, type ManifestEntry, readManifest } from "isic/node";
import { plural } from "./print/units.ts";
import { line, type Terminal } from "./terminal.ts";

const SHOWN = 5;

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
  line(err, `note: ${plural(changed.size, "image")} changed terms since that manifest:`);
  for (const [name, change] of [...changed].slice(0, SHOWN)) line(err, `  ${name}: ${change}`);
  if (changed.size > SHOWN) line(err, `  and ${changed.size - SHOWN} more; manifest.jsonl has what holds now`);
}

function difference(what: string, was: string | undefined, now: string | undefined): string | undefined {
  return was === now ? undefined : `${what} "${was ?? "none"}" is now "${now ?? "none"}"`;
}
