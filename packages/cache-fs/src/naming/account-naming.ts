/** Which files of one account's folder hold which keys: in our own layouts, and in those of the Python client. */
import { InvalidKeyError, parseKey } from "@isic/cache";
import {
  entryName,
  extensionOf,
  type Layout,
  plainKey,
  plainName,
  shapeOf,
  subfoldersOf,
  suits,
  tailOfName,
  V1_ID,
} from "./names.ts";
import { pythonName, pythonTail } from "./python-names.ts";

export interface Naming {
  /** Where the key may lie, relative to the account's folder; it is written to the first place. */
  pathsOf(key: string): readonly string[];
  /** May a key lie in more than one place? */
  readonly ambiguous: boolean;
  /** The key of a file in these subfolders (`["1", "5"]`), or `undefined` for a file that no key names. */
  keyOf(folders: readonly string[], name: string): string | undefined;
}

const depthOf = (layout: Layout, id: string): number =>
  layout === "auto" ? (V1_ID.test(id) ? 1 : 2) : layout === "one-level" ? 1 : 2;

function idOf(tail: string): string {
  const start = tail.indexOf("/") + 1;
  const end = tail.indexOf("/", start);
  return end < 0 ? tail.slice(start) : tail.slice(start, end);
}

export function ownNaming(prefix: string, layout: Layout): Naming {
  return {
    ambiguous: false,
    pathsOf(key) {
      const shaped = shapeOf(key)!;
      return [[...subfoldersOf(shaped.id, layout), entryName(shaped)].join("/")];
    },
    keyOf(folders, name) {
      const found = tailOfName(name);
      if (found === undefined) return undefined;
      const { id, tail } = found;
      return folders.length === depthOf(layout, id) && suits(folders, id) ? prefix + tail : undefined;
    },
  };
}

/** For keys that have not the archive's shape. */
export function plainNaming(layout: Layout): Naming {
  return {
    ambiguous: false,
    pathsOf: (key) => [[...subfoldersOf(key, layout), plainName(key)].join("/")],
    keyOf(folders, name) {
      const key = plainKey(name);
      if (key === undefined || shapeOf(key) !== undefined) return undefined;
      return folders.length === depthOf(layout, key) && suits(folders, key) ? key : undefined;
    },
  };
}

export interface PythonFolder {
  readonly layout: "one-level" | "two-level";
  /** Files of the other depth lie there too: a folder that the Python client has not moved to the end. */
  readonly mixed: boolean;
}

/**
 * The Python client's names. Since 2019-09-11 (two levels) it adds `_<login>` to the JSON of a session that is logged in;
 * such a name is written for an account, and one without it is read where there is none.
 */
export function pythonNaming(server: string, account: string, folder: PythonFolder): Naming {
  const prefix = `${server}/${account}/`;
  const login = folder.layout === "two-level" && account !== "anonymous" ? loginPart(account) : undefined;
  const depths = folder.mixed ? [2, 1] : [folder.layout === "one-level" ? 1 : 2];
  return {
    ambiguous: folder.mixed || login !== undefined,
    pathsOf(key) {
      const shaped = shapeOf(key)!;
      const isJson = extensionOf(shaped.type) === "json.gz";
      if (isJson && shaped.part !== undefined) {
        throw new InvalidKeyError(key, `the Python client's folder has one ${shaped.type} file per id, without parts`);
      }
      const names =
        isJson && login !== undefined
          ? [pythonName({ ...shaped, part: login }), pythonName(shaped)]
          : [pythonName(shaped)];
      return depths.flatMap((depth) =>
        names.map((name) => [...subfoldersOf(shaped.id, depth === 1 ? "one-level" : "two-level"), name].join("/")),
      );
    },
    keyOf(folders, name) {
      const tail = pythonTail(name);
      if (tail === undefined || !depths.includes(folders.length) || !suits(folders, idOf(tail))) return undefined;
      const [type, id, user] = tail.split("/") as [string, string, string?];
      if (extensionOf(type) !== "json.gz" || user === undefined) return prefix + tail;
      return user === login ? `${prefix}${type}/${id}` : undefined;
    },
  };
}

function loginPart(account: string): string {
  return encodeURIComponent(parseKey(account)[0]!.split("@")[0]!);
}
