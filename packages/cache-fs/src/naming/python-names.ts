/** File names as the Python client writes them: the archive's names unescaped. */
import { cacheKey, InvalidKeyError, parseKey } from "@isic/cache";
import { extensionOf } from "./names.ts";

const NAME = /^([a-z]{1,16})_([0-9a-f]+|ISIC_[0-9]+)(?:_(.+))?$/s;
/** What no file system of the three takes in a name, and what would be taken for an escape of ours. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for.
const NOT_IN_NAMES = /[\u0000-\u001f\u007f-\u009f\\/:*?"<>|%]|^\.|[. ]$/;
const MAX_BYTES = 240;

const utf8 = new TextEncoder();

interface Named {
  readonly type: string;
  readonly id: string;
  readonly part: string | undefined;
}

/** The file's own name; parts that cannot be in one are escaped as in the key. */
export function pythonName({ type, id, part }: Named): string {
  const stem = `${type}_${id}`;
  const end = type === "image" ? "" : `.${extensionOf(type)}`;
  const name = `${stem}${partOfName(type, part)}${end}`;
  if (utf8.encode(name).byteLength > MAX_BYTES) {
    throw new InvalidKeyError(name, `its file name would have more than ${MAX_BYTES} bytes`);
  }
  return name;
}

function partOfName(type: string, part: string | undefined): string {
  if (part === undefined) return type === "image" ? ".bin" : "";
  const text = parseKey(part)[0]!;
  // The Python client leaves out names of up to five characters: such a part is the extension alone.
  if (type === "image" && /^\.[a-z0-9]+$/.test(text) && text !== ".bin") return text;
  return NOT_IN_NAMES.test(text) || text !== text.normalize("NFC") ? `_${part}` : `_${text}`;
}

/** The account in the name of a JSON file, as a part of a key; `undefined` for files of guests and of other kinds. */
export function accountOfPythonName(name: string): string | undefined {
  if (!name.endsWith(".json.gz")) return undefined;
  const [type, , account] = pythonTail(name)?.split("/") ?? [];
  return type !== undefined && extensionOf(type) === "json.gz" ? account : undefined;
}

/**
 * The text by which the Python client names an account in files, as a part of a key: its login up to an `@`.
 *
 * @param account as the second part of keys
 */
export function loginPart(account: string): string {
  const name = parseKey(account)[0]!.replace(/^~(?=~*anonymous$)/i, "");
  return cacheKey([name.split("@")[0] || name]);
}

/** `type/id[/part]` of such a name, or `undefined`. */
export function pythonTail(name: string): string | undefined {
  const dot = name.lastIndexOf(".");
  const json = name.endsWith(".json.gz");
  const stem = json ? name.slice(0, -".json.gz".length) : name.slice(0, dot);
  const match = dot <= 0 ? null : NAME.exec(stem);
  if (match === null) return undefined;
  const [, type, id, text] = match as unknown as [string, string, string, string | undefined];
  const extension = json ? "json.gz" : name.slice(dot + 1);
  try {
    const part = partOfTail(type, text, extension);
    if (part === null) return undefined;
    const named = { type, id, part };
    return pythonName(named) === name ? [type, id, ...(part === undefined ? [] : [part])].join("/") : undefined;
  } catch (error) {
    if (error instanceof InvalidKeyError) return undefined;
    throw error;
  }
}

/** The part as a key has it, `undefined` for none, `null` when the extension is not the type's. */
function partOfTail(type: string, text: string | undefined, extension: string): string | undefined | null {
  const segment = (raw: string): string => (raw.includes("%") ? raw : cacheKey([raw]));
  if (type !== "image") {
    if (extension !== extensionOf(type)) return null;
    return text === undefined ? undefined : segment(text);
  }
  if (text !== undefined) return segment(`${text}.${extension}`);
  return extension === "bin" ? undefined : `.${extension}`;
}
