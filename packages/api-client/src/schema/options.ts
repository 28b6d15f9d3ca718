/**
 * Checks the names of options: one that nobody reads would be ignored silently, and a client without its `baseUrl`
 * would ask the public archive.
 */

/** Names from other clients, and what they are here. */
const MEANT: Readonly<Record<string, string>> = {
  url: "baseUrl",
  server: "baseUrl",
  host: "baseUrl",
  api: "baseUrl",
  endpoint: "baseUrl",
  apikey: "token",
  accesstoken: "token",
  bearer: "token",
  auth: "token",
  user: "username",
  login: "username",
  timeout: "timeouts",
  retries: "retry",
  parallel: "concurrency",
  abort: "signal",
  abortsignal: "signal",
  progress: "onProgress",
  q: "query",
  search: "query",
  collection: "collections",
  isicids: "ids",
};

/** @throws TypeError for what is no object of options, and for a name that is not among those known. */
export function checkOptions(what: string, given: unknown, known: readonly string[]): void {
  if (given === undefined) return;
  if (typeof given !== "object" || given === null || Array.isArray(given)) {
    const got = typeof given === "string" ? JSON.stringify(given.slice(0, 80)) : given === null ? "null" : typeof given;
    throw new TypeError(`${what}: expected an object with ${listed(known)}, got ${got}.`);
  }
  for (const name of Object.keys(given)) {
    if (known.includes(name)) continue;
    const near = nearest(name, known);
    const advice = near === undefined ? `There are ${listed(known)}` : `Use \`${near}\``;
    throw new TypeError(`${what}: there is no option ${JSON.stringify(name.slice(0, 80))}. ${advice}.`);
  }
}

function listed(names: readonly string[]): string {
  return names.map((name) => `\`${name}\``).join(", ");
}

/** The name that was meant: the same letters in another writing, a name from elsewhere, or up to two letters off. */
function nearest(name: string, known: readonly string[]): string | undefined {
  const plain = (text: string) => text.toLowerCase().replace(/[^a-z0-9]/g, "");
  const wanted = plain(name);
  const same = known.find((each) => plain(each) === wanted);
  const meant = MEANT[wanted];
  if (same !== undefined) return same;
  if (meant !== undefined && known.includes(meant)) return meant;
  const allowed = wanted.length < 5 ? 1 : 2;
  return known.find((each) => edits(wanted, plain(each)) <= allowed);
}

function edits(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > 2) return 3;
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const swapped = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(swapped, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}

/** The options of one argument of a function. */
interface Rule {
  /** Which argument. */
  readonly at: number;
  readonly known: readonly string[];
  /** Does the function return a list, so that what is wrong is thrown at once and not by a promise? */
  readonly isList?: boolean;
}

/** Options of a call: its signal, and these. */
export const callRule = (at: number, ...more: readonly string[]): Rule => ({ at, known: ["signal", ...more] });
/** Options of a download. */
export const fileRule = (at: number, ...more: readonly string[]): Rule => callRule(at, "onProgress", ...more);
/** Options of a list. */
export const listRule = (at: number, ...more: readonly string[]): Rule => ({
  ...fileRule(at, "from", ...more),
  isList: true,
});
/** An argument that is an object of exactly these names. */
export const nameRule = (at: number, ...known: readonly string[]): Rule => ({ at, known });

type Rules<T> = { readonly [K in keyof T]?: readonly Rule[] };

/** The same functions, which check the names of their options first. */
export function withCheckedOptions<T extends object>(family: string, functions: T, rules: Rules<T>): T {
  const checked = { ...functions } as Record<string, unknown>;
  for (const [name, each] of Object.entries(rules) as [string, readonly Rule[]][]) {
    const original = checked[name] as (...args: readonly unknown[]) => unknown;
    const isList = each.some((rule) => rule.isList);
    checked[name] = (...args: readonly unknown[]): unknown => {
      try {
        for (const { at, known } of each) checkOptions(`${family}.${name}`, args[at], known);
      } catch (error) {
        if (isList) throw error;
        return Promise.reject(error);
      }
      return original(...args);
    };
  }
  return checked as T;
}
