import { readFile, stat } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { ArgumentError } from "../errors.ts";

/** Larger than any list of passwords. */
const MOST_BYTES = 2 ** 20;

/**
 * The password of a login at a host: of the first `machine` of that name that has it, else of a `default`. A `machine`
 * may name several logins. A `#` where a word begins makes the rest of the line a comment, but not in the place of a
 * value: passwords may begin with one. A macro (`macdef`) goes to the next blank line.
 */
export function passwordIn(text: string, host: string, login: string): string | undefined {
  let fallback: string | undefined;
  for (const entry of entriesOf(new Words(text))) {
    if (entry.login !== login || entry.password === undefined) continue;
    if (entry.machine !== undefined && sameHost(entry.machine, host)) return entry.password;
    if (entry.machine === undefined) fallback ??= entry.password;
  }
  return fallback;
}

/** Hosts have no case; an address of IPv6 stands in brackets in URLs, and without in files. */
function sameHost(machine: string, host: string): boolean {
  const plain = (name: string): string => name.toLowerCase().replace(/^\[(.*)\]$/s, "$1");
  return plain(machine) === plain(host);
}

interface Entry {
  /** Undefined in a `default`. */
  readonly machine: string | undefined;
  login?: string | undefined;
  password?: string | undefined;
}

function* entriesOf(words: Words): Generator<Entry, void, void> {
  let entry: Entry | undefined;
  for (let word = words.next(); word !== undefined; word = words.next()) {
    if (word === "macdef") words.skipMacro();
    else if (word === "machine" || word === "default") {
      if (entry !== undefined) yield entry;
      // A `machine` without a name, at the end of the file, is no default.
      entry = { machine: word === "machine" ? (words.value() ?? "") : undefined };
    } else if (word === "account") words.value();
    else if (entry !== undefined && (word === "login" || word === "password")) {
      if (word === "login" && entry.login !== undefined) {
        yield entry;
        entry = { machine: entry.machine };
      }
      entry[word] ??= words.value();
    }
  }
  if (entry !== undefined) yield entry;
}

/** The words of the text, one after the other. */
class Words {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** The next word that is no comment. */
  next(): string | undefined {
    for (let word = this.value(); word !== undefined; word = this.value()) {
      if (!word.startsWith("#")) return word;
      this.#goTo(/\n|$/g);
    }
    return undefined;
  }

  /** The next word, whatever it is; one in quotes without them. */
  value(): string | undefined {
    const word = /\s*(?:"((?:[^"\\]|\\.)*)"|(\S+))/suy;
    word.lastIndex = this.#at;
    const found = word.exec(this.#text);
    if (found === null) {
      this.#at = this.#text.length;
      return undefined;
    }
    this.#at = word.lastIndex;
    return found[1]?.replaceAll(/\\(.)/gsu, "$1") ?? found[2];
  }

  /** Past the next line that has nothing in it. */
  skipMacro(): void {
    this.#goTo(/\n[ \t\r]*(?=\n)|$/g);
  }

  #goTo(place: RegExp): void {
    place.lastIndex = this.#at;
    place.exec(this.#text);
    this.#at = place.lastIndex;
  }
}

/**
 * The password that the user's `.netrc` has (`NETRC` names another file); a missing file is no error.
 *
 * @param onWarning told where others may read the file that the password is in
 * @throws ArgumentError for what is no file, or far too large
 */
export async function readNetrc(
  host: string,
  login: string,
  home: string = homedir(),
  onWarning?: (message: string) => void,
): Promise<string | undefined> {
  const names = process.env.NETRC ? [process.env.NETRC] : [".netrc", "_netrc"].map((name) => join(home, name));
  for (const name of names) {
    const found = await stat(name).catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return undefined;
      throw error;
    });
    if (found === undefined) continue;
    // What lies in the home folder is a file; whoever names another may give a pipe that a password manager fills.
    const isText = found.isFile() || (process.env.NETRC && !found.isDirectory());
    if (!isText || found.size > MOST_BYTES)
      throw new ArgumentError(`expected a file of at most ${MOST_BYTES} bytes at ${JSON.stringify(name)}`);
    const password = passwordIn(await readFile(name, "utf8"), host, login);
    // Windows has no such bits; a pipe that a password manager fills is nobody else's.
    const isOpen = process.platform !== "win32" && found.isFile() && (found.mode & 0o077) !== 0;
    if (password !== undefined && isOpen)
      onWarning?.(`${name} can be read by others, and there are passwords in it: make it private (chmod 600).`);
    return password;
  }
  return undefined;
}
