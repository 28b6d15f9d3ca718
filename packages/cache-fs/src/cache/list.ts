/** The keys of an account's folder, and what is known about them. */
import { lstat } from "node:fs/promises";
import { join } from "node:path";
import type { Entry } from "@isic/cache";
import { isAbsent } from "../files/codes.ts";
import { walk } from "../files/walk.ts";
import type { AccountFolder } from "./account-folder.ts";

/** Folder by folder, since a generator step per key would take longer than reading the folders. */
export async function* keysIn(account: AccountFolder, prefix: string, signal?: AbortSignal): AsyncGenerator<string[]> {
  for await (const { folders, files } of walk(account.root)) {
    signal?.throwIfAborted();
    const keys: string[] = [];
    for (const name of files) {
      const key = account.naming.keyOf(folders, name);
      if (key === undefined || (prefix !== "" && !key.startsWith(prefix))) continue;
      if (!account.naming.ambiguous || (await isFirst(account, key, folders, name))) keys.push(key);
    }
    yield keys;
  }
}

/** The items of the lists, one by one. */
export function flat<T>(lists: AsyncIterable<readonly T[]>): AsyncIterableIterator<T> {
  const source = lists[Symbol.asyncIterator]();
  let list: readonly T[] = [];
  let at = 0;
  return {
    async next() {
      while (at >= list.length) {
        const { done, value } = await source.next();
        if (done) return { done, value: undefined };
        list = value;
        at = 0;
      }
      return { done: false, value: list[at++]! };
    },
    async return() {
      await source.return?.();
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

/** From the journal where it knows the entry, else from the file system: so a listing may lag behind other processes. */
export async function* entriesIn(account: AccountFolder, prefix: string, signal?: AbortSignal): AsyncGenerator<Entry> {
  for await (const { folders, files } of walk(account.root)) {
    signal?.throwIfAborted();
    const place = folders.join("/");
    const journal = await account.journals.fresh(`${place}/_`);
    for (const name of files) {
      const key = account.naming.keyOf(folders, name);
      if (key?.startsWith(prefix) !== true) continue;
      if (account.naming.ambiguous && !(await isFirst(account, key, folders, name))) continue;
      const identity = journal.lastMetaOf(name) ?? (await identityOf(join(account.root, place, name)));
      if (identity !== undefined) yield { key, ...journal.infoOf(name, identity) };
    }
  }
}

/** A key that may lie in several places is listed once. */
async function isFirst(
  account: AccountFolder,
  key: string,
  folders: readonly string[],
  name: string,
): Promise<boolean> {
  for (const path of account.naming.pathsOf(key)) {
    if (path === [...folders, name].join("/")) return true;
    if ((await identityOf(join(account.root, path))) !== undefined) return false;
  }
  return false;
}

async function identityOf(path: string) {
  try {
    return await lstat(path);
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
}
