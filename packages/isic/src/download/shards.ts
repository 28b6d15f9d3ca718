/** Shards: the files that the shares of one download keep apart, until a run without `shard` makes them one. */
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { lockFile } from "@isic/cache-fs/files";
import { lockName } from "./lock-target.ts";
import { manifestName, type Shard, shardOf, shardSuffix } from "./manifest.ts";
import { manifestsIn } from "./manifest-file.ts";
import { FORMATS } from "./tables/write-tables.ts";

/** Shards of a folder that have not left a manifest yet, although others of the same count have. */
export async function missingShards(folder: string): Promise<Shard[]> {
  const found = new Map<number, Set<number>>();
  for (const name of await manifestsIn(folder)) {
    const shard = shardOf(name);
    if (shard === undefined) continue;
    found.set(shard.count, (found.get(shard.count) ?? new Set<number>()).add(shard.index));
  }
  return [...found].flatMap(([count, there]) =>
    Array.from({ length: count }, (_, at) => ({ index: at + 1, count })).filter(({ index }) => !there.has(index)),
  );
}

/** Removes what shards left, once their lines are in the manifest of the whole. One that is at work keeps its files. */
export async function removeShardFiles(folder: string): Promise<void> {
  for (const name of await manifestsIn(folder)) {
    const shard = shardOf(name);
    if (shard === undefined) continue;
    const lock = await lockUnlessHeld(join(folder, lockName(name)));
    if (lock === undefined) continue;
    try {
      const suffix = shardSuffix(shard);
      const tables = FORMATS.map((format) => `metadata${suffix}.${format}`);
      // The manifest last: as long as it is there, the rest is found again.
      for (const file of [...tables, `attribution${suffix}.txt`, manifestName(shard)])
        await rm(join(folder, file), { force: true });
    } finally {
      await lock.release();
    }
  }
}

async function lockUnlessHeld(path: string): Promise<{ release(): Promise<void> } | undefined> {
  const waiting = new AbortController();
  try {
    return await lockFile(path, { signal: waiting.signal, onWait: () => waiting.abort() });
  } catch (error) {
    if (waiting.signal.aborted) return undefined;
    throw error;
  }
}
