/** Lists of studies and datasets, kept for seven days as the Python client keeps them (`stcache_`, `dscache_`). */
import { decodeGzipJson, encodeGzipJson } from "../codecs/gzip-json.ts";
import { type CallOptions, isUnreachable, sayingUnkept } from "../session/calls.ts";
import type { Context } from "../session/context.ts";
import { asObject } from "../session/options.ts";

export interface ListOptions extends CallOptions {
  /** Ask the server, also when the kept list is not seven days old. @default false */
  readonly refresh?: boolean;
}

const ALL = "0".repeat(24);
const KEPT_FOR_MS = 7 * 86_400_000;

export interface KeptList<T> {
  readonly records: readonly T[];
  /** The server may have others by now. */
  readonly isKept: boolean;
}

/** The list: kept, or from the server; where that cannot be reached, the kept one whatever its age, with a warning. */
export async function keptList<T>(
  { store, warn }: Pick<Context, "store" | "warn">,
  type: "dscache" | "stcache",
  ask: (options: CallOptions) => Promise<readonly T[]>,
  { refresh = false, signal }: ListOptions,
): Promise<KeptList<T>> {
  const key = store.key(type, ALL);
  const kept = async (): Promise<KeptList<T> | undefined> => {
    const found = await store.find(key, async (bytes) => listOf<T>(await decodeGzipJson(bytes)), { signal });
    return found && { records: found.value, isKept: true };
  };
  if (!refresh) {
    const stored = await store.stat(key);
    const list = stored !== undefined && Date.now() - stored.created < KEPT_FOR_MS ? await kept() : undefined;
    if (list !== undefined) return list;
  }
  try {
    const records = await ask({ signal });
    await store.trySet(key, await encodeGzipJson(records), "A list of the server");
    return { records, isKept: false };
  } catch (error) {
    const list = isUnreachable(error) ? await kept() : undefined;
    if (list === undefined)
      throw sayingUnkept(type === "dscache" ? "The list of datasets" : "The list of studies", error);
    warn(`The list is the one that was kept: ${(error as Error).message}`);
    return list;
  }
}

function listOf<T>(value: unknown): readonly T[] {
  if (!Array.isArray(value)) throw new TypeError("expected a list");
  for (const record of value) {
    const { _id, name } = asObject(record, "a record of the list");
    if (typeof _id !== "string" || typeof name !== "string") throw new TypeError("expected records with id and name");
  }
  return value as T[];
}
