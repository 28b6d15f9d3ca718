/** Answers of the server that are kept for when nobody answers. */
import { decodeGzipJson, encodeGzipJson } from "../codecs/gzip-json.ts";
import { type CallOptions, isUnreachable, sayingUnkept } from "./calls.ts";
import type { Context } from "./context.ts";

export interface KeptAnswer<T> {
  /** Where it is kept, as gzipped JSON. */
  readonly key: string;
  /** What it is, as the first words of a sentence. */
  readonly what: string;
  /** That it is what was kept, as such words too. */
  readonly said: string;
  /** Asks the server. */
  readonly ask: () => Promise<T>;
  /** Takes what was kept. Throws for what is no such answer: it is then removed. */
  readonly read: (value: unknown) => T;
}

/** The server's answer; where nobody answers, the last one, with a warning. */
export async function freshOrKept<T>(
  { store, warn }: Pick<Context, "store" | "warn">,
  { key, what, said, ask, read }: KeptAnswer<T>,
  { signal }: CallOptions,
): Promise<T> {
  try {
    const answer = await ask();
    await store.trySet(key, await encodeGzipJson(answer), what);
    return answer;
  } catch (error) {
    if (!isUnreachable(error)) throw error;
    const kept = await store.find(key, async (bytes) => read(await decodeGzipJson(bytes)), { signal });
    if (kept === undefined) throw sayingUnkept(what, error);
    warn(`${said}: ${(error as Error).message}`);
    return kept.value;
  }
}
