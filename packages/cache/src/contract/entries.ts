/** What the functions of this package need of any cache. */
import type { ByteCache, EntryNotes, RichCache } from "./types.ts";

/** Only the notes among other properties, without absent ones. */
export function notesOf(source: EntryNotes | undefined): EntryNotes {
  return {
    ...(source?.validator === undefined ? {} : { validator: source.validator }),
    ...(source?.origin === undefined ? {} : { origin: source.origin }),
    ...(source?.readers === undefined ? {} : { readers: source.readers }),
  };
}

/** The keys that start with `prefix`, from any cache. */
export async function* keysOf(cache: ByteCache, prefix = ""): AsyncGenerator<string> {
  const rich: RichCache = cache;
  for await (const key of rich.keys(prefix)) if (key.startsWith(prefix)) yield key;
}
