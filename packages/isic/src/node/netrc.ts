import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";

/** One `machine` of a `.netrc` file. */
export interface NetrcEntry {
  readonly login?: string;
  readonly password?: string;
}

/** What `.netrc` knows about a host; the `default` entry counts too, as everywhere. */
export function parseNetrc(text: string, host: string): NetrcEntry | undefined {
  const words = text.replaceAll(/^\s*macdef\b[\s\S]*?(\n\s*\n|$)/gm, "").match(/"(?:[^"\\]|\\.)*"|\S+/g) ?? [];
  let fallback: NetrcEntry | undefined;
  for (let i = 0; i < words.length; ) {
    const word = words[i++];
    if (word !== "machine" && word !== "default") continue;
    const machine = word === "machine" ? words[i++] : undefined;
    const entry: { login?: string; password?: string } = {};
    while (i < words.length && words[i] !== "machine" && words[i] !== "default") {
      const key = words[i++];
      if (key !== "login" && key !== "password" && key !== "account") continue;
      const value = unquote(words[i++] ?? "");
      if (key !== "account") entry[key] = value;
    }
    if (machine === host) return entry;
    if (word === "default") fallback ??= entry;
  }
  return fallback;
}

/** The user's `.netrc` (`NETRC` names another file); a missing one is no error. */
export async function readNetrc(host: string): Promise<NetrcEntry | undefined> {
  const names = process.env.NETRC ? [process.env.NETRC] : [".netrc", "_netrc"].map((name) => join(homedir(), name));
  for (const name of names) {
    try {
      return parseNetrc(await readFile(name, "utf8"), host);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    }
  }
  return undefined;
}

function unquote(word: string): string {
  return word.startsWith('"') && word.length > 1 ? word.slice(1, -1).replaceAll(/\\(.)/g, "$1") : word;
}
