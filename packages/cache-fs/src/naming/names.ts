/**
 * The one pure pair between cache keys and file names; the README has the table.
 *
 * `<server>/<account>/<type>/<id>[/<part>]` is the file `<server>/<account>/<digits of id>/<type>_<id>[_<part>].<ext>`.
 * Every other key is a file of the folder `_/_`, named `+` and the key with `+` for `/`.
 */
import { checkKey, InvalidKeyError } from "@isic/cache";

/**
 * How many levels of subfolders lie between an account's folder and its files:
 * `one-level` by the last hex digit of the id (16), `two-level` by the last two (256), `auto` one level for ids of
 * v1 (24 hex digits) and two for all others.
 */
export type Layout = "auto" | "one-level" | "two-level";

/** The extension of each type of the Python client's files; types not named here are stored as `.bin`. */
const EXTENSIONS: ReadonlyMap<string, string> = new Map([
  ["spimg", "png"],
  ["smask", "png"],
  ["afmsk", "png"],
  ["spidx", "npz"],
  ["imcache", "json.gz"],
  ["sgcache", "json.gz"],
  ["dscache", "json.gz"],
  ["stcache", "json.gz"],
  ["ihcache", "json.gz"],
  ["fccache", "json.gz"],
  ["stann", "json.gz"],
]);

/** The extension of a type's files; images bring their own. */
export function extensionOf(type: string): string {
  return EXTENSIONS.get(type) ?? "bin";
}

/** File names leave room for what a lock or a sync program puts around them (255 is the limit of most file systems). */
const MAX_NAME = 230;
const TYPE = /^[a-z][a-z0-9]{0,15}$/;
/** A single hex digit would look like a subfolder of the Python client. */
const SERVER = /^[a-z0-9](?!$)/;
export const V1_ID: RegExp = /^[0-9a-f]{24}$/;
/** Names that Windows gives to devices, with any extension. */
const DEVICE = /^(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?=\.|$)/i;
/** Names as the archive gives them stay as they are; other capitals are escaped (file systems that ignore case). */
const ARCHIVE_NAME = /^ISIC_[0-9]+(?:\.[a-z0-9.]+)?$/;

/** A key whose shape is `<server>/<account>/<type>/<id>[/<part>]`, in its segments. */
export interface ShapedKey {
  readonly server: string;
  readonly account: string;
  readonly type: string;
  readonly id: string;
  readonly part: string | undefined;
}

/** The segments of a key that has the archive's shape; `undefined` for all other good keys. */
export function shapeOf(key: string): ShapedKey | undefined {
  const segments = checkKey(key).split("/");
  if (segments.length !== 4 && segments.length !== 5) return undefined;
  const [server, account, type, id, part] = segments as [string, string, string, string, string?];
  if (!TYPE.test(type) || !SERVER.test(server)) return undefined;
  return { server, account, type, id, part };
}

/** The names of the folder for one server and account. */
export function accountFolderOf(server: string, account: string): readonly [string, string] {
  return [folderName(server), folderName(account)];
}

/**
 * The file of a key, relative to the cache's folder, with `/` between folders.
 *
 * @throws InvalidKeyError for a key that is not one, or too long for a file name.
 * @example
 * ```ts
 * import { fileNameOf, keyOf } from "@isic/cache-fs";
 *
 * const file = fileNameOf("api.isic-archive.com/anonymous/image/ISIC_0000042/ISIC_0000042.jpg");
 * console.log(file); // api.isic-archive.com/anonymous/4/2/image_ISIC_0000042_ISIC_0000042.jpg
 * console.log(keyOf(file)); // api.isic-archive.com/anonymous/image/ISIC_0000042/ISIC_0000042.jpg
 * ```
 */
export function fileNameOf(key: string, layout: Layout = "auto"): string {
  const shaped = shapeOf(key);
  if (shaped === undefined) return ["_", "_", ...subfoldersOf(key, layout), plainName(key)].join("/");
  const { server, account, id } = shaped;
  return [...accountFolderOf(server, account), ...subfoldersOf(id, layout), entryName(shaped)].join("/");
}

/** The key of a file that `fileNameOf` names, or `undefined` for any other path. */
export function keyOf(fileName: string): string | undefined {
  const folders = fileName.split("/");
  const name = folders.pop() ?? "";
  if (folders.length !== 3 && folders.length !== 4) return undefined;
  const layout = folders.length === 3 ? "one-level" : "two-level";
  return ifKey(() => {
    const plain = folders[0] === "_" && folders[1] === "_";
    const key = plain ? plainKey(name) : keyIn(folders[0]!, folders[1]!, name);
    return key !== undefined && fileNameOf(key, layout) === fileName ? key : undefined;
  });
}

function keyIn(serverFolder: string, accountFolder: string, name: string): string | undefined {
  const found = tailOfName(name);
  if (found === undefined) return undefined;
  return `${withoutEscapes(serverFolder)}/${withoutEscapes(accountFolder)}/${found.tail}`;
}

/** What `parse` gives, or `undefined` where a name would make a key that is none. */
function ifKey(parse: () => string | undefined): string | undefined {
  try {
    return parse();
  } catch (error) {
    if (error instanceof InvalidKeyError) return undefined;
    throw error;
  }
}

/** `["5"]` or `["1", "5"]` for an id that ends in `15`; characters that are no hex digits count as `0`. */
export function subfoldersOf(id: string, layout: Layout): string[] {
  const deep = layout === "two-level" || (layout === "auto" && !V1_ID.test(id));
  const last = digit(id.at(-1));
  return deep ? [digit(id.at(-2)), last] : [last];
}

/** Do these folders (`["5"]`, `["1", "5"]`) suit the id? */
export function suits(folders: readonly string[], id: string): boolean {
  return folders.at(-1) === digit(id.at(-1)) && (folders.length === 1 || folders[0] === digit(id.at(-2)));
}

const DIGITS = "0123456789abcdef";

function digit(character: string | undefined): string {
  return character !== undefined && DIGITS.includes(character) ? character : "0";
}

/** The file's own name, without its folders. */
export function entryName({ type, id, part }: Pick<ShapedKey, "type" | "id" | "part">): string {
  const stem = `${type}_${escapeId(id)}`;
  if (type !== "image") return fits(part === undefined ? stem : `${stem}_${escapeText(part)}`, `.${extensionOf(type)}`);
  if (part === undefined) return fits(stem, ".bin");
  // The Python client leaves out names of up to five characters: such a part is the extension alone.
  if (/^\.[a-z0-9]+$/.test(part) && part !== ".bin") return fits(stem, part);
  return fits(stem, `_${escapeText(part)}`);
}

const MAX_COMMON = 160;
/** Most names: nothing in them is escaped, so there is nothing to undo and nothing to doubt. */
const COMMON = /^([a-z][a-z0-9]{0,15})_([0-9a-f]+|ISIC_[0-9]+)(?:_(ISIC_[0-9]+|[a-z0-9-]+))?\.([a-z0-9]+(?:\.gz)?)$/;

/** What a file's own name says. */
interface NamedEntry {
  readonly id: string;
  /** `type/id[/part]`. */
  readonly tail: string;
}

/** The entry of a file's own name in an account's folder; only the caller knows whether the folders are right. */
export function tailOfName(name: string): NamedEntry | undefined {
  const match = COMMON.exec(name);
  if (match !== null && name.length <= MAX_COMMON) {
    const [, type, id, part, extension] = match as unknown as [string, string, string, string | undefined, string];
    if (type === "image") {
      if (part !== undefined) return { id, tail: `image/${id}/${part}.${extension}` };
    } else if (extension === extensionOf(type)) {
      return { id, tail: part === undefined ? `${type}/${id}` : `${type}/${id}/${part}` };
    }
  }
  return uncommonTail(name);
}

function uncommonTail(name: string): NamedEntry | undefined {
  const match = /^([a-z][a-z0-9]{0,15})_(ISIC_[0-9]+|[^_.]+)(.*)$/.exec(name);
  if (match === null) return undefined;
  const [, type, escaped, rest] = match as unknown as [string, string, string, string];
  const raw = type === "image" ? imagePart(rest) : typedPart(rest, extensionOf(type));
  if (raw === undefined) return undefined;
  const id = withoutEscapes(escaped);
  const part = raw === "" ? undefined : withoutEscapes(raw);
  const tail = ifKey(() => {
    if (entryName({ type, id, part }) !== name) return undefined;
    return checkKey([type, id, ...(part === undefined ? [] : [part])].join("/"));
  });
  return tail === undefined ? undefined : { id, tail };
}

function imagePart(rest: string): string | undefined {
  if (rest === ".bin") return "";
  return rest.startsWith("_") ? rest.slice(1) || undefined : rest || undefined;
}

function typedPart(rest: string, extension: string): string | undefined {
  if (!rest.endsWith(`.${extension}`)) return undefined;
  const middle = rest.slice(0, -extension.length - 1);
  if (middle === "") return "";
  return middle.startsWith("_") ? middle.slice(1) || undefined : undefined;
}

export function plainName(key: string): string {
  return fits(`+${key.split("/").map(escapeText).join("+")}`, ".bin");
}

/** The key of a file in the folder of keys without the archive's shape. */
export function plainKey(name: string): string | undefined {
  if (!name.startsWith("+") || !name.endsWith(".bin")) return undefined;
  const key = name.slice(1, -4).split("+").map(withoutEscapes).join("/");
  return ifKey(() => (plainName(checkKey(key)) === name ? key : undefined));
}

function fits(stem: string, end: string): string {
  const name = stem + end;
  if (name.length > MAX_NAME) {
    throw new InvalidKeyError(stem, `its file name would have ${name.length} characters, more than ${MAX_NAME}`);
  }
  return name;
}

function escapeId(id: string): string {
  return ARCHIVE_NAME.test(id) && !id.includes(".") ? id : escapeText(id).replace(/[_.]/g, escapeCharacter);
}

/** Capitals, and a dot at either end, which some file systems fold, hide or drop. */
function escapeText(segment: string): string {
  if (ARCHIVE_NAME.test(segment)) return segment.replace(/\.$/, escapeCharacter);
  return segment.replace(/%[0-9A-F]{2}|[A-Z]|^\.|\.$/g, (text) =>
    text.startsWith("%") ? text : escapeCharacter(text),
  );
}

function folderName(segment: string): string {
  const text = segment.replace(/%[0-9A-F]{2}|[A-Z]|^\.|\.$/g, (found) =>
    found.startsWith("%") ? found : escapeCharacter(found),
  );
  if (text.length > MAX_NAME) return withCapitalsApart(segment);
  return DEVICE.test(text) ? escapeCharacter(text.charAt(0)) + text.slice(1) : text;
}

const ESCAPE_OR_LETTER = /%[0-9A-F]{2}|[A-Za-z]/g;
/** Between a name in small letters and the digits that tell which of them are capitals; in no other name. */
const APART = "%~";

/** For names of so many capitals that there is no room for an escape of each: four letters to a hexadecimal digit. */
function withCapitalsApart(segment: string): string {
  let bits = "";
  const small = segment.replace(/^\.|\.$/g, escapeCharacter).replace(ESCAPE_OR_LETTER, (found) => {
    if (found.startsWith("%")) return found;
    bits += found === found.toLowerCase() ? "0" : "1";
    return found.toLowerCase();
  });
  const digits = bits.replace(/.{1,4}/g, (four) => Number.parseInt(four.padEnd(4, "0"), 2).toString(16));
  return `${small}${APART}${digits}`;
}

function withCapitals(name: string): string {
  const [small = "", digits = ""] = name.split(APART);
  const bits = digits.replace(/./g, (digit) => Number.parseInt(digit, 16).toString(2).padStart(4, "0"));
  let at = 0;
  return small.replace(ESCAPE_OR_LETTER, (found) => {
    if (found.startsWith("%")) return found;
    return bits[at++] === "1" ? found.toUpperCase() : found;
  });
}

function escapeCharacter(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`;
}

/** Server or account of a folder's name. */
export function segmentOfFolder(name: string): string | undefined {
  const segment = withoutEscapes(name.includes(APART) ? withCapitals(name) : name);
  return folderName(segment) === name ? segment : undefined;
}

/** Undoes what the functions above escaped; the escapes of the key itself stay. */
function withoutEscapes(text: string): string {
  if (text === "%2E" || text === "%2E%2E") return text;
  return text.replace(/%([0-9A-F]{2})/g, (found, code: string) => {
    const character = String.fromCharCode(Number.parseInt(code, 16));
    return /[A-Za-z0-9._-]/.test(character) ? character : found;
  });
}
