import { InvalidKeyError } from "./errors.ts";

/** No segment is longer, so that every key fits a file name of any file system. */
const MAX_SEGMENT = 160;
/** No key is longer. */
const MAX_KEY = 900;

const SEGMENT = "(?:[A-Za-z0-9._-]|%[0-9A-F]{2})+";
const SHAPE = new RegExp(`^${SEGMENT}(?:/${SEGMENT})*$`);
/** Escapes of characters that need none; "." and ".." are the two segments that must be escaped whole. */
const NEEDLESS = /%(?:2D|2E|3[0-9]|4[1-9A-F]|5[0-9AF]|6[1-9A-F]|7[0-9A])/;
const EMPTY = /^\/|\/\/|\/$/;
const DOTS = /(?:^|\/)\.{1,2}(?:\/|$)/;

function encodeSegment(part: string): string {
  if (part === ".") return "%2E";
  if (part === "..") return "%2E%2E";
  return encodeURIComponent(part).replace(/[!~*'()]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
}

/**
 * A cache key of any texts: each becomes one segment of `[A-Za-z0-9._-]`, everything else percent-encoded as UTF-8,
 * so that no text can leave its segment, name a device, or look like another one.
 *
 * @throws InvalidKeyError for no parts, an empty part, a lone surrogate, or a part too long for a file name.
 * @example
 * ```ts
 * import { cacheKey, parseKey } from "@isic/cache";
 *
 * const key = cacheKey(["api.isic-archive.com", "anonymous", "image", "ISIC_0000000", "../a b.jpg"]);
 * console.log(key); // api.isic-archive.com/anonymous/image/ISIC_0000000/..%2Fa%20b.jpg
 * console.log(parseKey(key)[4]); // ../a b.jpg
 * ```
 */
export function cacheKey(parts: readonly string[]): string {
  const shown = parts.join("/");
  if (parts.length === 0) throw new InvalidKeyError(shown, "it has no parts");
  for (const part of parts) {
    if (typeof part !== "string") throw new TypeError(`expected texts as parts of a cache key, got ${typeof part}`);
  }
  try {
    return checkKey(parts.map(encodeSegment).join("/"));
  } catch (error) {
    if (error instanceof URIError) throw new InvalidKeyError(shown, "it holds half a UTF-16 pair");
    throw error;
  }
}

/** The texts a key was made of. */
export function parseKey(key: string): string[] {
  try {
    return checkKey(key).split("/").map(decodeURIComponent);
  } catch (error) {
    if (error instanceof URIError) throw new InvalidKeyError(key, "its escapes are not UTF-8");
    throw error;
  }
}

/** The account of those who are logged in nowhere, in cache keys. */
export const ANONYMOUS = "anonymous";

/**
 * The account as the second part of a key: a server names its accounts as it likes, and none of its names is that of
 * the guest. Different names give different parts.
 *
 * @param name what the server calls the account; `undefined` for a guest
 * @throws TypeError for an empty name, which would be nobody's
 * @example
 * ```ts
 * import { accountPart } from "@isic/cache";
 *
 * console.log(accountPart(undefined), accountPart("jane"), accountPart("anonymous")); // anonymous jane ~anonymous
 * ```
 */
export function accountPart(name: string | undefined): string {
  if (name === undefined) return ANONYMOUS;
  if (typeof name !== "string" || name === "") {
    throw new TypeError(`expected the name of an account, got ${JSON.stringify(name)}`);
  }
  return /^~*anonymous$/i.test(name) ? `~${name}` : name;
}

/**
 * Returns the key if it is one that `cacheKey` could have made; every adapter of ours asks this first.
 *
 * @throws InvalidKeyError that says what is wrong with it.
 */
export function checkKey(key: string): string {
  if (typeof key !== "string") throw new TypeError(`expected a cache key (a string), got ${typeof key}`);
  const reason = reasonAgainst(key);
  if (reason !== undefined) throw new InvalidKeyError(key, reason);
  return key;
}

function reasonAgainst(key: string): string | undefined {
  if (key === "") return "it is empty";
  if (key.length > MAX_KEY) return `it has ${key.length} characters, more than ${MAX_KEY}`;
  if (EMPTY.test(key)) return "a segment is empty";
  if (!SHAPE.test(key)) return "its segments may hold only A-Z a-z 0-9 . _ - and %XX";
  if (DOTS.test(key)) return 'a segment is "." or ".."';
  const percent = key.includes("%");
  if (!percent && key.length <= MAX_SEGMENT) return undefined;
  for (const segment of key.split("/")) {
    if (segment.length > MAX_SEGMENT) return `a segment has ${segment.length} characters, more than ${MAX_SEGMENT}`;
    if (percent && segment !== "%2E" && segment !== "%2E%2E" && NEEDLESS.test(segment)) {
      return "it escapes a character that needs no escape";
    }
  }
  return undefined;
}
