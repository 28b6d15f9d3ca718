/** Which files of one account's folder hold which keys: in our own layouts, and in those of the Python client. */
import { InvalidKeyError } from "@isic/cache";
import {
  entryName,
  extensionOf,
  type Layout,
  plainKey,
  plainName,
  type ShapedKey,
  shapeOf,
  subfoldersOf,
  suits,
  tailOfName,
  V1_ID,
} from "./names.ts";
import type { PythonLayout } from "./owner.ts";
import { pythonName, pythonTail } from "./python-names.ts";

export interface Naming {
  /** Where the key may lie, relative to the account's folder; it is written to the first place. */
  pathsOf(key: string): readonly string[];
  /** May a key lie in more than one place? */
  readonly ambiguous: boolean;
  /** The key of a file in these subfolders (`["1", "5"]`), or `undefined` for a file that no key names. */
  keyOf(folders: readonly string[], name: string): string | undefined;
  /** Is a file that no key names one of another session, in a folder that several share? */
  isOthers(name: string): boolean;
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
    isOthers: () => false,
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
    isOthers: () => false,
    pathsOf: (key) => [[...subfoldersOf(key, layout), plainName(key)].join("/")],
    keyOf(folders, name) {
      const key = plainKey(name);
      if (key === undefined || shapeOf(key) !== undefined) return undefined;
      return folders.length === depthOf(layout, key) && suits(folders, key) ? key : undefined;
    },
  };
}

export interface PythonNamingOptions extends PythonLayout {
  readonly server: string;
  readonly account: string;
  /** By which names of this account files may be called, the one to write first; none for a guest. */
  readonly parts: readonly string[];
}

/**
 * The Python client's names. In 2019-09 it began to add `_<login up to an @>` to the JSON of a session that is logged in;
 * we do so at both depths, so that what a guest was told (a list of fewer images) is never taken for an account's.
 */
export function pythonNaming(options: PythonNamingOptions): Naming {
  const { server, account, parts, layout, mixed } = options;
  const prefix = `${server}/${account}/`;
  const depths = mixed ? [2, 1] : [layout === "one-level" ? 1 : 2];
  const namesOf = (shaped: ShapedKey): string[] => {
    if (extensionOf(shaped.type) !== "json.gz" || parts.length === 0) return [pythonName(shaped)];
    return parts.map((part) => pythonName({ ...shaped, part }));
  };
  return {
    ambiguous: mixed || parts.length > 1,
    pathsOf(key) {
      const shaped = shapeOf(key)!;
      if (extensionOf(shaped.type) === "json.gz" && shaped.part !== undefined) {
        throw new InvalidKeyError(key, `the Python client's folder has one ${shaped.type} file per id, without parts`);
      }
      const names = namesOf(shaped);
      return depths.flatMap((depth) =>
        names.map((name) => [...subfoldersOf(shaped.id, depth === 1 ? "one-level" : "two-level"), name].join("/")),
      );
    },
    keyOf(folders, name) {
      const tail = pythonTail(name);
      if (tail === undefined || !depths.includes(folders.length) || !suits(folders, idOf(tail))) return undefined;
      const [type, id, user] = tail.split("/") as [string, string, string?];
      if (extensionOf(type) !== "json.gz") return prefix + tail;
      const mine = user === undefined ? parts.length === 0 : parts.includes(user);
      return mine ? `${prefix}${type}/${id}` : undefined;
    },
    isOthers: (name) => name.endsWith(".json.gz") && pythonTail(name) !== undefined,
  };
}
