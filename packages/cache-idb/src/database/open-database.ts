/** The database: its shape, and opening it beside tabs that hold an older or newer one. */
import type { Bytes, EntryInfo } from "@isic/cache";
import { type DBSchema, type IDBPDatabase, openDB } from "idb";
import { CacheUnavailableError } from "../errors.ts";

/** What is known about an entry; apart from the bytes, so that listing and eviction never touch those. */
export interface StoredInfo extends EntryInfo {
  readonly key: string;
}

export interface Schema extends DBSchema {
  values: { key: string; value: Blob | Bytes };
  infos: { key: string; value: StoredInfo; indexes: { lastUsed: number } };
}

export type Database = IDBPDatabase<Schema>;

/** 1: values and infos. Later versions add to `upgrade`, they never drop entries. */
const VERSION = 1;

export interface OpenOptions {
  readonly name: string;
  /** @default the current version; tests come from the future. */
  readonly version?: number;
  /** How long to wait for other tabs to let go of an older version. */
  readonly blockedMs: number;
  /** The connection ended by itself, or gave way to a newer version in another tab. */
  readonly onClosed: () => void;
}

/** @throws CacheUnavailableError when another tab does not let go in time, is of a newer version, or the browser refuses. */
export function openDatabase({ name, version = VERSION, blockedMs, onClosed }: OpenOptions): Promise<Database> {
  return new Promise((resolve, reject) => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let late = false;
    const giveUp = (): void => {
      late = true;
      const reason = "another tab still uses an older version of it; close that tab";
      reject(new CacheUnavailableError(name, reason, { temporary: true }));
    };
    const opening = openDB<Schema>(name, version, {
      upgrade,
      blocked: () => {
        timer = setTimeout(giveUp, blockedMs);
      },
      // Another tab brings a newer version: give way, and open again with the next call.
      blocking: (_current, _blocked, event) => {
        (event.target as IDBDatabase).close();
        onClosed();
      },
      terminated: onClosed,
    });
    opening
      .finally(() => clearTimeout(timer))
      .then(
        (database) => (late ? database.close() : resolve(database)),
        (error: unknown) => reject(refusal(name, error)),
      );
  });
}

function upgrade(database: Database, oldVersion: number): void {
  if (oldVersion < 1) {
    database.createObjectStore("values");
    database.createObjectStore("infos", { keyPath: "key" }).createIndex("lastUsed", "lastUsed");
  }
}

function refusal(name: string, error: unknown): CacheUnavailableError {
  const newer = error instanceof Error && error.name === "VersionError";
  const reason = newer ? "a newer version of this program has used it; load the page again" : "the browser refuses";
  return new CacheUnavailableError(name, reason, { cause: error, temporary: newer });
}
