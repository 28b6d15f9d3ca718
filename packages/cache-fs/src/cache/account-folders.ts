/** Which folder holds a key: one per server and account, or the whole folder for one of them. */
import type { Dirent } from "node:fs";
import { chmod, lstat, readdir, realpath, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { ANONYMOUS, cacheKey } from "@isic/cache";
import { IdentityMismatchError, UnsafeFolderError } from "../errors.ts";
import { isAbsent, isForbidden } from "../files/codes.ts";
import { type MakeFolderOptions, makeFolder, PRIVATE_FOLDER } from "../files/folders.ts";
import { isGone, parseProcessName, processName } from "../files/process-name.ts";
import { type Naming, ownNaming, plainNaming, pythonNaming } from "../naming/account-naming.ts";
import { accountFolderOf, type Layout, segmentOfFolder, shapeOf } from "../naming/names.ts";
import { detectPython, type Owner, PRIVATE, readOwner, writeOwner } from "../naming/owner.ts";
import { AccountFolder } from "./account-folder.ts";

/** Whose entries: the first two texts of every key. */
export interface Identity {
  /** Host name, such as `api.isic-archive.com`. */
  readonly server: string;
  /** Account name, or `anonymous`. */
  readonly account: string;
}

export interface AccountFoldersOptions {
  readonly folder: string;
  readonly layout: Layout;
  readonly identity: Identity | undefined;
  readonly durable: boolean;
  readonly verifyReads: boolean;
}

/** The folder of keys that have not the archive's shape. */
const PLAIN = ["_", "_"] as const;

export class AccountFolders {
  readonly #options: AccountFoldersOptions;
  readonly #open = new Map<string, Promise<AccountFolder>>();
  /** The folder without links in its path. */
  readonly #root: string;
  /** Set when the whole folder belongs to one identity. */
  readonly #owner: Owner | undefined;

  private constructor(options: AccountFoldersOptions, root: string, owner: Owner | undefined) {
    this.#options = options;
    this.#root = root;
    this.#owner = owner;
  }

  /** @throws IdentityMismatchError when the folder belongs to one identity, and that is not the one in the options. */
  static async open(options: AccountFoldersOptions): Promise<AccountFolders> {
    await makeFolder(options.folder);
    const root = await realpath(options.folder);
    const asked = options.identity === undefined ? undefined : segmentsOf(options.identity);
    await removeErased(root);
    const owner = await ownerOf(root, asked);
    return new AccountFolders(options, root, owner);
  }

  get root(): string {
    return this.#root;
  }

  get owner(): Owner | undefined {
    return this.#owner;
  }

  get opened(): Iterable<Promise<AccountFolder>> {
    return this.#open.values();
  }

  async of(key: string): Promise<AccountFolder> {
    const shaped = shapeOf(key);
    if (this.#owner === undefined) {
      return shaped === undefined
        ? await this.#accountFolder(...PLAIN)
        : await this.#accountFolder(shaped.server, shaped.account);
    }
    const { server, account } = this.#owner;
    if (shaped?.server !== server || shaped.account !== account) {
      const asked = shaped === undefined ? `the key ${key}` : `${shaped.server}/${shaped.account}`;
      throw new IdentityMismatchError(this.#root, `${server}/${account}`, asked);
    }
    return await this.#accountFolder(server, account);
  }

  /** The folders on disk that may hold keys with the prefix. */
  async *withPrefix(prefix: string): AsyncGenerator<{ folder: AccountFolder; prefix: string }> {
    if (this.#owner !== undefined) {
      const { server, account } = this.#owner;
      yield { folder: await this.#accountFolder(server, account), prefix: `${server}/${account}/` };
      return;
    }
    for (const serverFolder of await foldersIn(this.#root)) {
      for (const accountFolder of await foldersIn(join(this.#root, serverFolder))) {
        const server = segmentOfFolder(serverFolder);
        const account = segmentOfFolder(accountFolder);
        if (server === undefined || account === undefined) continue;
        const plain = server === PLAIN[0] && account === PLAIN[1];
        const own = plain ? "" : `${server}/${account}/`;
        if (own.startsWith(prefix) || prefix.startsWith(own))
          yield { folder: await this.#accountFolder(server, account), prefix: own };
      }
    }
  }

  /** The next call opens the folder with this prefix (`<server>/<account>/`) anew. */
  forget(prefix: string): void {
    this.#open.delete(prefix.slice(0, -1));
  }

  #accountFolder(server: string, account: string): Promise<AccountFolder> {
    const name = `${server}/${account}`;
    let folder = this.#open.get(name);
    if (folder === undefined) {
      folder = this.#openAccountFolder(server, account);
      this.#open.set(name, folder);
      folder.catch(() => this.#open.delete(name));
    }
    return folder;
  }

  async #openAccountFolder(server: string, account: string): Promise<AccountFolder> {
    const { durable, verifyReads, layout } = this.#options;
    const plain = server === PLAIN[0] && account === PLAIN[1];
    const bound = this.#owner !== undefined;
    // Nobody knows whose keys without the archive's shape are, so they are closed too.
    const closed = account !== ANONYMOUS;
    const folders = plain ? PLAIN : accountFolderOf(server, account);
    const root = bound ? this.#root : join(this.#root, ...folders);
    const asked = { server, account, layout, python: false, mixed: false };
    const owner = this.#owner ?? (await readOwner(root)) ?? asked;
    return new AccountFolder({
      root,
      naming: plain ? plainNaming(owner.layout) : namingOf(owner),
      durable,
      verifyReads,
      private: closed,
      prepare: async () => {
        if (!bound) await makeWithoutLinks(dirname(root), {});
        await makeWithoutLinks(root, { private: closed });
        // A folder that is a user's own, such as one of the Python client, keeps its permissions.
        if (closed && !bound) await close(root);
        await makeWithoutLinks(join(root, PRIVATE), { private: closed });
        await writeOwner(root, owner, { private: closed });
      },
    });
  }
}

/** @throws UnsafeFolderError where a link leads out of the cache; nothing is made behind it */
async function makeWithoutLinks(folder: string, options: MakeFolderOptions): Promise<void> {
  await makeFolder(folder, options);
  if ((await realpath(folder)) !== folder) throw new UnsafeFolderError(folder, "link");
}

/** What an earlier version left open, or somebody opened. */
async function close(folder: string): Promise<void> {
  const { mode } = await lstat(folder);
  if ((mode & 0o077) !== 0) await chmod(folder, mode & PRIVATE_FOLDER);
}

function namingOf(owner: Owner): Naming {
  const { server, account, layout, python, mixed } = owner;
  if (!python || layout === "auto") return ownNaming(`${server}/${account}/`, layout);
  return pythonNaming(server, account, { layout, mixed });
}

function segmentsOf(identity: Identity): Identity {
  const [server, account] = cacheKey([identity.server, identity.account]).split("/") as [string, string];
  return { server, account };
}

async function ownerOf(root: string, asked: Identity | undefined): Promise<Owner | undefined> {
  const marked = await readOwner(root);
  const name = asked === undefined ? undefined : `${asked.server}/${asked.account}`;
  if (marked !== undefined) {
    const owner = `${marked.server}/${marked.account}`;
    if (name !== undefined && name !== owner) throw new IdentityMismatchError(root, owner, name);
    return marked;
  }
  const python = await detectPython(root);
  if (python === undefined) return undefined;
  if (asked === undefined) throw new IdentityMismatchError(root, undefined, "a cache that does not say whose it is");
  const owner: Owner = { ...asked, ...python, python: true };
  try {
    const recorded = await writeOwner(root, owner, { private: owner.account !== ANONYMOUS });
    if (`${recorded.server}/${recorded.account}` !== name) {
      throw new IdentityMismatchError(root, `${recorded.server}/${recorded.account}`, name!);
    }
  } catch (error) {
    // A folder that may only be read can still be read.
    if (!isForbidden(error)) throw error;
  }
  return owner;
}

/** Links in the places of server and account folders. */
export async function linksIn(root: string): Promise<string[]> {
  const found: string[] = [];
  for (const entry of await entriesOf(root)) {
    if (entry.isSymbolicLink()) found.push(join(root, entry.name));
    if (!entry.isDirectory()) continue;
    for (const inner of await entriesOf(join(root, entry.name))) {
      if (inner.isSymbolicLink()) found.push(join(root, entry.name, inner.name));
    }
  }
  return found;
}

const ERASED = ".erased-";

/** Where an account's folder goes before it leaves the disk. */
export function erasedPath(root: string): string {
  return join(root, ERASED + processName().next());
}

/** Folders that were being erased when their process died. @returns their paths */
export async function removeErased(root: string): Promise<string[]> {
  const removed: string[] = [];
  for (const name of await foldersIn(root)) {
    if (!name.startsWith(ERASED)) continue;
    const eraser = parseProcessName(name.slice(ERASED.length));
    // Nothing reads them, so those of unknown processes go too: at worst two remove the same files.
    if (eraser !== undefined && eraser.pid === process.pid && !isGone(eraser)) continue;
    try {
      await rm(join(root, name), { recursive: true, force: true });
      removed.push(join(root, name));
    } catch (error) {
      if (!isForbidden(error) && !isAbsent(error)) throw error;
    }
  }
  return removed;
}

async function foldersIn(folder: string): Promise<string[]> {
  return (await entriesOf(folder)).filter((entry) => entry.isDirectory()).map((entry) => entry.name);
}

async function entriesOf(folder: string): Promise<Dirent[]> {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (error) {
    if (isAbsent(error)) return [];
    throw error;
  }
}
