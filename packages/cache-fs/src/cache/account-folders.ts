/** Which folder holds a key: one per server and account, or the whole folder for one of them. */
import type { Dirent } from "node:fs";
import { chmod, lstat, readdir, realpath } from "node:fs/promises";
import { dirname, join } from "node:path";
import { ANONYMOUS } from "@isic/cache";
import { FileTooLargeError, IdentityMismatchError, UnsafeFolderError } from "../errors.ts";
import { isAbsent } from "../files/codes.ts";
import { type MakeFolderOptions, makeFolder, PRIVATE_FOLDER } from "../files/folders.ts";
import { type Naming, ownNaming, plainNaming, pythonNaming } from "../naming/account-naming.ts";
import {
  bind,
  carryOver,
  type Identity,
  type IdentitySegments,
  ownerOf,
  partsIn,
  segmentsOf,
} from "../naming/identity.ts";
import { accountFolderOf, type Layout, segmentOfFolder, shapeOf } from "../naming/names.ts";
import { bindFolder, type Owner, PRIVATE, readOwner } from "../naming/owner.ts";
import { AccountFolder } from "./account-folder.ts";
import { removeErased } from "./erased.ts";

export interface AccountFoldersOptions {
  readonly folder: string;
  readonly layout: Layout;
  readonly identity: Identity | undefined;
  readonly durable: boolean;
  readonly verifyReads: boolean;
}

/** The folder of keys that have not the archive's shape. */
const PLAIN = ["_", "_"] as const;

export interface FoundFolder {
  readonly root: string;
  /** `<server>/<account>/`; empty for the keys that have not that shape. */
  readonly prefix: string;
  /** @throws UnsafeFolderError, FileTooLargeError */
  open(): Promise<AccountFolder>;
}

export class AccountFolders {
  readonly #options: AccountFoldersOptions;
  readonly #open = new Map<string, Promise<AccountFolder>>();
  /** The folder without links in its path. */
  readonly #root: string;
  /** Set when the whole folder belongs to one identity. */
  readonly #owner: Owner | undefined;

  readonly #identity: IdentitySegments | undefined;

  private constructor(
    options: AccountFoldersOptions,
    root: string,
    owner: Owner | undefined,
    identity: IdentitySegments | undefined,
  ) {
    this.#options = options;
    this.#root = root;
    this.#owner = owner;
    this.#identity = identity;
  }

  /** @throws IdentityMismatchError when the folder belongs to one identity, and that is not the one in the options. */
  static async open(options: AccountFoldersOptions): Promise<AccountFolders> {
    await makeFolder(options.folder);
    const root = await realpath(options.folder);
    const asked = options.identity === undefined ? undefined : segmentsOf(options.identity);
    // Where it fails, the cache is none the worse: `repair` and `erase` tell.
    await removeErased(root).catch(() => []);
    const owner = await ownerOf(root, asked);
    if (owner === undefined && asked !== undefined) await carryOver(root, asked);
    return new AccountFolders(options, root, owner, asked);
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
  async *withPrefix(prefix: string): AsyncGenerator<FoundFolder> {
    if (this.#owner !== undefined) {
      const { server, account } = this.#owner;
      const open = (): Promise<AccountFolder> => this.#accountFolder(server, account);
      yield { root: this.#root, prefix: `${server}/${account}/`, open };
      return;
    }
    for (const serverFolder of await foldersIn(this.#root)) {
      for (const accountFolder of await foldersIn(join(this.#root, serverFolder))) {
        const server = segmentOfFolder(serverFolder);
        const account = segmentOfFolder(accountFolder);
        if (server === undefined || account === undefined) continue;
        const plain = server === PLAIN[0] && account === PLAIN[1];
        const own = plain ? "" : `${server}/${account}/`;
        if (!own.startsWith(prefix) && !prefix.startsWith(own)) continue;
        const root = join(this.#root, serverFolder, accountFolder);
        yield { root, prefix: own, open: () => this.#accountFolder(server, account) };
      }
    }
  }

  /** Those of them that can be used: what is wrong with the others, `verify` tells. */
  async *usable(prefix: string): AsyncGenerator<AccountFolder> {
    for await (const found of this.withPrefix(prefix)) {
      try {
        yield await found.open();
      } catch (error) {
        if (!(error instanceof UnsafeFolderError || error instanceof FileTooLargeError)) throw error;
      }
    }
  }

  /** The next call opens the folder with this prefix (`<server>/<account>/`) anew. */
  async forget(prefix: string): Promise<void> {
    const name = prefix.slice(0, -1);
    const opened = await this.#open.get(name)?.catch(() => undefined);
    this.#open.delete(name);
    opened?.forget();
    opened?.journals.forget();
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
    const asked = { server, account, layout, python: false, mixed: false, logins: [] };
    const owner = this.#owner ?? (await readOwner(root)) ?? asked;
    const identity = this.#identity ?? { ...owner, formerNames: [] };
    return new AccountFolder({
      root,
      naming: plain ? plainNaming(owner.layout) : await namingOf(root, owner, identity),
      durable,
      verifyReads,
      private: closed,
      prepare: async () => {
        if (!bound) await makeWithoutLinks(dirname(root), {});
        await makeWithoutLinks(root, { private: closed });
        // A folder that is a user's own, such as one of the Python client, keeps its permissions.
        if (closed && !bound) await close(root);
        await makeWithoutLinks(join(root, PRIVATE), { private: closed });
        if (bound) await bind(root, owner, identity);
        else await bindFolder(root, owner, { private: closed, mayReplace: () => false });
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

async function namingOf(root: string, owner: Owner, identity: IdentitySegments): Promise<Naming> {
  const { server, account, layout, python, mixed } = owner;
  if (!python || layout === "auto") return ownNaming(`${server}/${account}/`, layout);
  return pythonNaming({ server, account, layout, mixed, parts: await partsIn(root, identity) });
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
