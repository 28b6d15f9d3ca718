/** What the tests of the kit are written with. */
import type { ByteCache, Bytes, MaybePromise, RichCache } from "../contract/types.ts";

/** The three functions of a test runner that the kit needs; vitest, jest and bun have them. */
export interface ContractTools {
  describe(name: string, body: () => void): unknown;
  test(name: string, body: () => Promise<void>): unknown;
  expect(actual: unknown): { toEqual(expected: unknown): void; toBe(expected: unknown): void };
}

/** The optional methods that the kit knows. */
export type RichMethod = "stat" | "list" | "getStream" | "setStream" | "lock" | "pin" | "inspect" | "erase";

export interface CacheContractOptions extends ContractTools {
  /** Lets go of a cache that `createCache` made, and of what it stored. */
  readonly dispose?: (cache: ByteCache) => unknown;
  /** Opens the same storage once more, as another process or a later run would; for caches that outlive a process. */
  readonly reopen?: (cache: ByteCache) => MaybePromise<ByteCache>;
  /** The richer methods that the adapter has, each of which is then tested too. */
  readonly has?: readonly RichMethod[];
  /**
   * `get` may hand out what `set` was given, and no key is refused: a plain `Map`.
   * @default false
   */
  readonly plain?: boolean;
}

/** What every test of the kit works with. */
export interface Bench {
  readonly tools: CacheContractOptions;
  readonly withCache: (name: string, body: (cache: RichCache) => Promise<void>) => void;
}

export const bytes = (...values: number[]): Bytes => new Uint8Array(values);

/** Bytes that differ at every place from those of another seed. */
export function pattern(size: number, seed: number): Bytes {
  const value = new Uint8Array(size);
  for (let i = 0; i < size; i++) value[i] = (i * 31 + seed) & 0xff;
  return value;
}

/** Fast where a test runner's own comparison of a megabyte takes seconds. */
export function same(a: Uint8Array | undefined, b: Uint8Array): boolean {
  return a !== undefined && a.byteLength === b.byteLength && a.every((value, i) => value === b[i]);
}

export async function keysOf(cache: RichCache, prefix?: string): Promise<string[]> {
  const keys: string[] = [];
  for await (const key of prefix === undefined ? cache.keys() : cache.keys(prefix)) keys.push(key);
  return keys.sort();
}

/** The error that `run` ends with; a run without one is a failure. */
export async function failureOf(run: () => unknown): Promise<Error & { tag?: string }> {
  try {
    await run();
  } catch (error) {
    return error as Error;
  }
  throw new Error("expected a failure, but it succeeded");
}
