import { mkdir, readdir, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type ByteCache, type Bytes, type CallOptions, checkKey } from "@isic/cache";
import { fileNameOf, keyOf, type Layout } from "./names.ts";
import { readWhole, writeWhole } from "./whole-file.ts";

export interface FileCacheOptions {
  /** The cache's folder; made when missing. */
  readonly folder: string;
  /** @default "auto" */
  readonly layout?: Layout;
  /**
   * Ask the disk to keep each entry before `set` resolves, so that it survives a power cut.
   * @default false
   */
  readonly durable?: boolean;
}

/** A cache over a directory; see {@link createFileCache}. */
export interface FileCache extends ByteCache {
  readonly folder: string;
  get(key: string, options?: CallOptions): Promise<Bytes | undefined>;
  set(key: string, value: Bytes, options?: CallOptions): Promise<void>;
  delete(key: string): Promise<void>;
  keys(prefix?: string): AsyncIterable<string>;
}

/** A cache over a directory: whole files or none, shared by any number of processes. */
export function createFileCache(options: FileCacheOptions): FileCache {
  const { folder, layout = "auto", durable = false } = options;
  let serial = 0;
  return {
    folder,
    async get(key, call) {
      call?.signal?.throwIfAborted();
      return (await readWhole(join(folder, fileNameOf(checkKey(key), layout))))?.value;
    },
    async set(key, value, call) {
      call?.signal?.throwIfAborted();
      const path = join(folder, fileNameOf(checkKey(key), layout));
      await mkdir(dirname(path), { recursive: true });
      const copy = value.slice();
      await writeWhole(path, join(dirname(path), `.${process.pid}-${serial++}.tmp`), [copy], {
        durable,
        signal: call?.signal,
      });
    },
    async delete(key) {
      await rm(join(folder, fileNameOf(checkKey(key), layout)), { force: true });
    },
    async *keys(prefix = "") {
      for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
        const path = join(entry.parentPath, entry.name)
          .slice(folder.length + 1)
          .replaceAll("\\", "/");
        const key = entry.isFile() ? keyOf(path) : undefined;
        if (key?.startsWith(prefix)) yield key;
      }
    },
  };
}
