import { keysOf } from "../contract/entries.ts";
import { isCorruptEntry } from "../contract/errors.ts";
import { checkOptions, INSPECT_OPTIONS } from "../contract/options.ts";
import type { ByteCache, Bytes, InspectOptions, InspectReport, Problem, RichCache } from "../contract/types.ts";

/**
 * Looks at every entry: are its bytes those that were stored, and, with `check`, are they what the key promises?
 * Changes nothing.
 *
 * @example
 * ```ts
 * import { cacheKey, createMemoryCache, verify } from "@isic/cache";
 *
 * const cache = createMemoryCache();
 * await cache.set(cacheKey(["example.org", "anonymous", "spimg", "5436e3ab"]), new TextEncoder().encode("Not found"));
 * const check = (key: string, value: Uint8Array) => (value[0] === 0x89 ? undefined : "it is no PNG");
 * const { problems } = await verify(cache, { check });
 * console.log(problems[0]?.kind, problems[0]?.message); // content it is no PNG
 * ```
 */
export async function verify(cache: ByteCache, options: InspectOptions = {}): Promise<InspectReport> {
  return await inspect(cache, { ...checkOptions("verify", options, INSPECT_OPTIONS), repair: false });
}

/** As {@link verify}, and removes what is broken, so that it will be fetched again. */
export async function repair(cache: ByteCache, options: InspectOptions = {}): Promise<InspectReport> {
  return await inspect(cache, { ...checkOptions("repair", options, INSPECT_OPTIONS), repair: true });
}

async function inspect(
  cache: RichCache,
  options: InspectOptions & { readonly repair: boolean },
): Promise<InspectReport> {
  if (cache.inspect !== undefined) return await cache.inspect(options);
  let entries = 0;
  let bytes = 0;
  const problems: Problem[] = [];
  // The list is taken first: removing while listing is not for every cache.
  const keys: string[] = [];
  for await (const key of keysOf(cache, options.prefix)) keys.push(key);
  for (const key of keys) {
    options.signal?.throwIfAborted();
    const found = await look(cache, key, options);
    if (found === undefined) continue;
    entries++;
    bytes += found.size;
    if (found.problem !== undefined) {
      const removable = found.problem.kind !== "unreadable";
      if (options.repair && removable) await cache.delete(key);
      problems.push({ key, ...found.problem, repaired: options.repair && removable });
    }
    if (entries % 64 === 0) options.onProgress?.({ done: entries, bytes });
  }
  return { entries, bytes, problems };
}

interface Look {
  readonly size: number;
  readonly problem?: Pick<Problem, "kind" | "message">;
}

async function look(cache: RichCache, key: string, options: InspectOptions): Promise<Look | undefined> {
  let value: Bytes | undefined;
  try {
    value = await cache.get(key);
  } catch (error) {
    const kind = isCorruptEntry(error) ? "corrupt" : "unreadable";
    return { size: 0, problem: { kind, message: (error as Error).message } };
  }
  if (value === undefined) return undefined;
  const wrong = await options.check?.(key, value);
  return { size: value.byteLength, ...(wrong === undefined ? {} : { problem: { kind: "content", message: wrong } }) };
}
