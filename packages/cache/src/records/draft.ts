import { keysOf } from "../keys.ts";
import type { ByteCache, CallOptions } from "../types.ts";
import type { Line } from "./lines.ts";
import type { Manifest, ShardInfo } from "./manifest.ts";
import { packShard } from "./shard.ts";

/** The next revision while it is being made: shards are written under new names, the old ones stay. */
export class Draft {
  readonly #base: Manifest;
  readonly #prefix: string;
  readonly #cache: ByteCache;
  readonly #replaced = new Map<ShardInfo | undefined, ShardInfo[]>();
  #serial = 0;

  constructor(base: Manifest, prefix: string, cache: ByteCache) {
    this.#base = base;
    this.#prefix = prefix;
    this.#cache = cache;
  }

  get changed(): boolean {
    return this.#replaced.size > 0;
  }

  async replace(shard: ShardInfo | undefined, runs: readonly (readonly Line[])[], call: CallOptions): Promise<void> {
    const infos: ShardInfo[] = [];
    for (const run of runs) {
      const name = `${this.#base.revision + 1}-${this.#serial++}`;
      await this.#cache.set(`${this.#prefix}/${name}`, await packShard(run), call);
      infos.push({ name, first: run[0]!.id, last: run.at(-1)!.id, count: run.length });
    }
    this.#replaced.set(shard, infos);
  }

  manifest(state: unknown): Manifest {
    const shards = this.#base.shards.flatMap((shard) => this.#replaced.get(shard) ?? [shard]);
    shards.push(...(this.#replaced.get(undefined) ?? []));
    const retired = this.#base.shards.filter((shard) => this.#replaced.has(shard)).map((shard) => shard.name);
    return { ...this.#base, revision: this.#base.revision + 1, state, shards, retired };
  }

  /** Shards that no manifest names: a process died between writing them and its commit. */
  async removeOrphans(): Promise<void> {
    const named = new Set([...this.#base.shards.map((shard) => shard.name), ...this.#base.retired]);
    for (const infos of this.#replaced.values()) for (const info of infos) named.add(info.name);
    const orphans: string[] = [];
    for await (const key of keysOf(this.#cache, `${this.#prefix}/`)) {
      const name = key.slice(this.#prefix.length + 1);
      if (/^[0-9]+-[0-9]+$/.test(name) && !named.has(name)) orphans.push(key);
    }
    for (const key of orphans) await this.#cache.delete(key);
  }
}
