import type { ByteCache, RichCache } from "./types.ts";

/** The keys that start with `prefix`, from any cache. */
export async function* keysOf(cache: ByteCache, prefix = ""): AsyncGenerator<string> {
  const rich: RichCache = cache;
  for await (const key of rich.keys(prefix)) if (key.startsWith(prefix)) yield key;
}
