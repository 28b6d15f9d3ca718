import { checkOptions } from "../session/options.ts";
import type { DownloadOptions } from "./download.ts";
import { PARTS } from "./manifest.ts";
import { FORMATS } from "./tables/write-tables.ts";

interface Rule {
  readonly expected: string;
  readonly fits: (value: never) => boolean;
}

const atLeast = (least: number) => (value: number) => Number.isInteger(value) && value >= least;
const someOf = (known: readonly string[], least: number) => (value: readonly string[]) =>
  Array.isArray(value) && value.length >= least && value.every((each) => known.includes(each));
const FUNCTION: Rule = { expected: "a function", fits: (value) => typeof value === "function" };

const RULES: Readonly<Record<keyof DownloadOptions, Rule>> = {
  parts: { expected: `a list of ${PARTS.join(", ")}`, fits: someOf(PARTS, 1) },
  pattern: { expected: "a pattern such as $name$", fits: (value) => typeof value === "string" },
  stemOf: FUNCTION,
  concurrency: { expected: "a whole number of at least 1", fits: atLeast(1) },
  shard: {
    expected: '{ index, count } with 1 <= index <= count (parseShard("1/4") gives one)',
    fits: ({ index, count }: { index: number; count: number }) => atLeast(1)(index) && atLeast(index)(count),
  },
  retries: { expected: "a whole number of at least 0", fits: atLeast(0) },
  stallSeconds: { expected: "a number above 0", fits: (value: number) => typeof value === "number" && value > 0 },
  tables: { expected: `a list of ${FORMATS.join(", ")}`, fits: someOf(FORMATS, 0) },
  resize: {
    expected: "{ longerSide, convert }: a whole number of at least 1, and a function from a file to a file",
    fits: ({ longerSide, convert }: { longerSide: number; convert: unknown }) =>
      atLeast(1)(longerSide) && typeof convert === "function",
  },
  splitOf: FUNCTION,
  labelOf: FUNCTION,
  expected: FUNCTION,
  prune: { expected: "true or false", fits: (value) => typeof value === "boolean" },
  total: { expected: "a whole number of at least 0", fits: atLeast(0) },
  signal: { expected: "an AbortSignal", fits: (value: unknown) => value instanceof AbortSignal },
  onProgress: FUNCTION,
  onWait: FUNCTION,
};

/**
 * Refuses options that make no sense before anything is asked or written.
 *
 * @throws TypeError, or RangeError for a number or list that is out of range; it names the option and what it may be
 */
export function checkDownloadOptions(options: DownloadOptions): void {
  checkOptions("download", options, Object.keys(RULES));
  if (options.prune === true && options.shard !== undefined)
    throw new TypeError(
      "expected no `prune` beside `shard`: what other shards have would go. Run it once without `shard`.",
    );
  for (const [name, value] of Object.entries(options) as [keyof DownloadOptions, never][]) {
    if (value === undefined) continue;
    const { expected, fits } = RULES[name];
    if (value !== null && fits(value)) continue;
    const Kind = typeof value === "number" || Array.isArray(value) ? RangeError : TypeError;
    throw new Kind(`expected \`${name}\` of a download to be ${expected}, got ${shown(value)}`);
  }
}

const shown = (value: unknown): string =>
  typeof value === "function" ? "a function" : (JSON.stringify(value) ?? String(value));
