/** Whose folder a folder of one identity is: what its marker says, what its file names tell, and who asks. */
import { rename } from "node:fs/promises";
import { dirname, join } from "node:path";
import { ANONYMOUS, cacheKey } from "@isic/cache";
import { IdentityMismatchError } from "../errors.ts";
import { codeOf, isAbsent } from "../files/codes.ts";
import { makeFolder } from "../files/folders.ts";
import { accountFolderOf } from "./names.ts";
import { accountsOfLists, bindFolder, detectPython, markerOf, type Owner, pythonLayout, readOwner } from "./owner.ts";
import { loginPart } from "./python-names.ts";

/** Whose entries: the first two texts of every key. */
export interface Identity {
  /** Host name, such as `api.isic-archive.com`. */
  readonly server: string;
  /** Account name, or `anonymous`; see `accountPart` of `@isic/cache`. */
  readonly account: string;
  /**
   * Other names by which this account was known to earlier versions, such as its id: what they kept is found again.
   * @default []
   */
  readonly formerNames?: readonly string[];
  /**
   * What this account logs in with, such as its login and its e-mail address, what was typed first: the Python client names
   * files by that, up to an `@`.
   * @default [account]
   */
  readonly logins?: readonly string[];
}

/** An identity in segments of keys. */
export type IdentitySegments = Required<Identity>;

export function segmentsOf({ server, account, formerNames = [], logins = [] }: Identity): IdentitySegments {
  const segment = (text: string): string => cacheKey([text]);
  const others = formerNames.map(segment).filter((name) => name !== ANONYMOUS && name !== segment(account));
  return { server: segment(server), account: segment(account), formerNames: others, logins: logins.map(segment) };
}

/** The texts by which the Python client may name this account in files, the likeliest first; none for a guest. */
function partsOf({ account, formerNames, logins }: IdentitySegments): string[] {
  if (account === ANONYMOUS) return [];
  return [...new Set([...logins, account, ...formerNames].map(loginPart))];
}

/** Logins are the same in capitals and small letters; the Python client takes them as they were typed. */
const isSameLogin = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

/** The same, but first as the files of this folder of the Python client have it: that client goes on reading those. */
export async function partsIn(root: string, identity: IdentitySegments): Promise<string[]> {
  const parts = partsOf(identity);
  if (parts.length === 0) return [];
  const found = await accountsOfLists(root);
  const used = parts.flatMap((part) => [
    ...found.filter((name) => name === part),
    ...found.filter((name) => name !== part && isSameLogin(name, part)),
  ]);
  return [...new Set([...used, ...parts])];
}

/**
 * The owner of a folder that belongs to one identity as a whole; `undefined` for a folder of ours, which has a place for
 * each. Reading binds a folder to nobody: the first write does (see {@link bind}).
 *
 * @throws IdentityMismatchError when it is somebody else's
 */
export async function ownerOf(root: string, asked: IdentitySegments | undefined): Promise<Owner | undefined> {
  const marked = await readOwner(root);
  if (asked === undefined && marked !== undefined) return marked;
  if (marked !== undefined && !mayUse(marked, asked!)) throw refusal(root, marked, asked!);
  // Whoever is named by the marker need not be found in the files; where it names the guest, an account may have come since.
  const known = marked?.python === false || (marked?.account === asked?.account && asked?.account !== ANONYMOUS);
  const python = marked !== undefined && known ? undefined : await detectPython(root);
  if (asked === undefined) {
    if (python === undefined) return undefined;
    throw new IdentityMismatchError(root, undefined, "a cache that does not say whose it is");
  }
  const { server, account, logins } = asked;
  if (python !== undefined) refuseOthersFiles(root, python.accounts, asked);
  if (marked?.python === false) return { ...marked, server, account, logins };
  // The marker is of the day when it was written: a newer Python client moves all files one level down when it starts.
  const layout = python ?? (marked && ((await pythonLayout(root)) ?? marked));
  if (layout === undefined) return undefined;
  return { server, account, logins, layout: layout.layout, mixed: layout.mixed, python: true };
}

/** Those who are named in the files were here first. */
function refuseOthersFiles(root: string, accounts: ReadonlyMap<string, string>, asked: IdentitySegments): void {
  const named = [...accounts.keys()];
  if (accounts.size === 0 || partsOf(asked).some((part) => named.some((name) => isSameLogin(name, part)))) return;
  const [[account, file]] = accounts as unknown as [[string, string]];
  throw new IdentityMismatchError(root, `${asked.server}/${account}`, nameOf(asked), file);
}

/** What was fetched by a guest anybody may have, so an account may go on with a guest's folder. */
function mayUse(marked: Owner, asked: IdentitySegments): boolean {
  if (marked.server !== asked.server) return false;
  if (marked.account === asked.account || asked.formerNames.includes(marked.account)) return true;
  return marked.python && marked.account === ANONYMOUS;
}

const nameOf = ({ server, account }: Pick<Owner, "server" | "account">): string => `${server}/${account}`;

function refusal(root: string, marked: Owner, asked: IdentitySegments): IdentityMismatchError {
  return new IdentityMismatchError(root, nameOf(marked), nameOf(asked), markerOf(root));
}

/**
 * Records the owner in the folder's marker: before the first write.
 *
 * @throws IdentityMismatchError when somebody else was quicker
 */
export async function bind(root: string, owner: Owner, identity: IdentitySegments): Promise<void> {
  const bound = await bindFolder(root, owner, {
    private: owner.account !== ANONYMOUS,
    mayReplace: (marked) => mayUse(marked, identity),
  });
  if (nameOf(bound) !== nameOf(owner)) throw refusal(root, bound, identity);
}

/** In a folder of ours: an account whose name has changed finds what was kept under its former one. */
export async function carryOver(root: string, { server, account, formerNames }: IdentitySegments): Promise<void> {
  const place = join(root, ...accountFolderOf(server, account));
  for (const former of formerNames) {
    const before = join(root, ...accountFolderOf(server, former));
    const marked = await readOwner(before);
    if (marked?.account !== former || (await readOwner(place)) !== undefined) continue;
    try {
      await makeFolder(dirname(place));
      await rename(before, place);
      await bindFolder(
        place,
        { ...marked, account },
        { private: true, mayReplace: ({ account: of }) => of === former },
      );
    } catch (error) {
      // Another process has done it, or writes there already.
      if (!isAbsent(error) && codeOf(error) !== "ENOTEMPTY" && codeOf(error) !== "EEXIST") throw error;
    }
  }
}
