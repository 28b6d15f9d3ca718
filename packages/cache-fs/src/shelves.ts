/** Which folder holds a key: one shelf per server and account, or the whole folder for one of them. */
import { mkdir, readdir, realpath } from "node:fs/promises";
import { join } from "node:path";
import { cacheKey } from "@isic/cache";
import { IdentityMismatchError, UnsafeFolderError } from "./errors.ts";
import { makeFolder } from "./make-folder.ts";
import { accountFolderOf, type Layout, segmentOfFolder, shapeOf } from "./names.ts";
import { type Naming, ownNaming, plainNaming, pythonNaming } from "./naming.ts";
import { detectPython, type Owner, PRIVATE, readOwner, writeOwner } from "./owner.ts";
import { createProcessName } from "./process-name.ts";
import { Shelf } from "./shelf.ts";
import { codeOf, isAbsent } from "./whole-file.ts";

/** Whose entries: the first two texts of every key. */
export interface Identity {
  /** Host name, such as `api.isic-archive.com`. */
  readonly server: string;
  /** Account name, or `anonymous`. */
  readonly account: string;
}

export interface ShelvesOptions {
  readonly folder: string;
  readonly layout: Layout;
  readonly identity: Identity | undefined;
  readonly durable: boolean;
  readonly verifyReads: boolean;
}

/** The folder of keys that have not the archive's shape. */
const PLAIN = ["_", "_"] as const;

export class Shelves {
  readonly #options: ShelvesOptions;
  readonly #self = createProcessName();
  readonly #open = new Map<string, Promise<Shelf>>();
  /** The folder without links in its path. */
  readonly #root: string;
  /** Set when the whole folder belongs to one identity. */
  readonly #owner: Owner | undefined;

  private constructor(options: ShelvesOptions, root: string, owner: Owner | undefined) {
    this.#options = options;
    this.#root = root;
    this.#owner = owner;
  }

  /** @throws IdentityMismatchError when the folder belongs to one identity, and that is not the one in the options. */
  static async open(options: ShelvesOptions): Promise<Shelves> {
    await makeFolder(options.folder);
    const root = await realpath(options.folder);
    const asked = options.identity === undefined ? undefined : segmentsOf(options.identity);
    const owner = await ownerOf(root, asked);
    return new Shelves(options, root, owner);
  }

  get root(): string {
    return this.#root;
  }

  get owner(): Owner | undefined {
    return this.#owner;
  }

  get opened(): Iterable<Promise<Shelf>> {
    return this.#open.values();
  }

  async of(key: string): Promise<Shelf> {
    const shaped = shapeOf(key);
    if (this.#owner === undefined) {
      return shaped === undefined ? await this.#shelf(...PLAIN) : await this.#shelf(shaped.server, shaped.account);
    }
    const { server, account } = this.#owner;
    if (shaped?.server !== server || shaped.account !== account) {
      const asked = shaped === undefined ? `the key ${key}` : `${shaped.server}/${shaped.account}`;
      throw new IdentityMismatchError(this.#root, `${server}/${account}`, asked);
    }
    return await this.#shelf(server, account);
  }

  /** The shelves on disk that may hold keys with the prefix. */
  async *withPrefix(prefix: string): AsyncGenerator<{ shelf: Shelf; prefix: string }> {
    if (this.#owner !== undefined) {
      const { server, account } = this.#owner;
      yield { shelf: await this.#shelf(server, account), prefix: `${server}/${account}/` };
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
          yield { shelf: await this.#shelf(server, account), prefix: own };
      }
    }
  }

  /** The next call opens the shelf with this prefix (`<server>/<account>/`) anew. */
  forget(prefix: string): void {
    this.#open.delete(prefix.slice(0, -1));
  }

  temporaryName(): string {
    return `${this.#self.text}.${this.#self.next()}`;
  }

  #shelf(server: string, account: string): Promise<Shelf> {
    const name = `${server}/${account}`;
    let shelf = this.#open.get(name);
    if (shelf === undefined) {
      shelf = this.#openShelf(server, account);
      this.#open.set(name, shelf);
      shelf.catch(() => this.#open.delete(name));
    }
    return shelf;
  }

  async #openShelf(server: string, account: string): Promise<Shelf> {
    const { durable, verifyReads, layout } = this.#options;
    const plain = server === PLAIN[0] && account === PLAIN[1];
    const bound = this.#owner !== undefined;
    const folders = plain ? PLAIN : accountFolderOf(server, account);
    const root = bound ? this.#root : join(this.#root, ...folders);
    const asked = { server, account, layout, python: false, mixed: false };
    const owner = this.#owner ?? (await readOwner(root)) ?? asked;
    return new Shelf({
      root,
      naming: plain ? plainNaming(owner.layout) : namingOf(owner),
      self: this.#self,
      durable,
      verifyReads,
      prepare: async () => {
        await mkdir(join(root, ".."), { recursive: true });
        // What was fetched for an account is no business of this machine's other users.
        await mkdir(root, { recursive: true, mode: account === "anonymous" || plain ? 0o777 : 0o700 });
        await mkdir(join(root, PRIVATE), { recursive: true });
        if ((await realpath(join(root, PRIVATE))) !== join(root, PRIVATE)) {
          throw new UnsafeFolderError(join(root, PRIVATE), "a symbolic link leads out of its place");
        }
        await writeOwner(root, owner, this.temporaryName());
      },
    });
  }
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
    const recorded = await writeOwner(root, owner, "owner.new");
    if (`${recorded.server}/${recorded.account}` !== name) {
      throw new IdentityMismatchError(root, `${recorded.server}/${recorded.account}`, name!);
    }
  } catch (error) {
    // A folder that may only be read can still be read.
    if (!["EACCES", "EROFS", "EPERM"].includes(codeOf(error) ?? "")) throw error;
  }
  return owner;
}

async function foldersIn(folder: string): Promise<string[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    return entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  } catch (error) {
    if (isAbsent(error)) return [];
    throw error;
  }
}
