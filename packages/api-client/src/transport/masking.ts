import { parsedUrl } from "./urls.ts";

/** A request about to be sent. */
export interface RequestEvent {
  /** The same for the request and its answer; counts up within a client. */
  readonly id: number;
  readonly method: string;
  /** The URL; secret parameters read `***`. */
  readonly url: string;
  /** The headers this client set; secret ones read `***`. */
  readonly headers: Readonly<Record<string, string>>;
  /** 0 for the first attempt. */
  readonly attempt: number;
}

/** An answer's headers, or the failure to get any. */
export interface ResponseEvent extends RequestEvent {
  /** 0 when there was no answer. */
  readonly status: number;
  readonly responseHeaders: Readonly<Record<string, string>>;
  readonly durationMs: number;
  /** The failure's message, when there was no answer. */
  readonly error?: string;
}

const MASK = "***";
/** Headers that prove who the caller is: they never go to another origin. */
export const SECRET_HEADERS: readonly string[] = [
  "authorization",
  "girder-token",
  "girder-authorization",
  "girder-otp",
];
const MASKED_HEADERS: readonly string[] = [...SECRET_HEADERS, "cookie", "set-cookie", "x-csrftoken"];
const SECRET_PARAMETERS =
  /^(token|zsid|signature|sig|policy|key-pair-id|code|password|otp|credential|.*[_-]?token|.*secret|.*signature|x-(amz|goog|ms)-.*|awsaccesskeyid|googleaccessid)$/i;

/** A text without the secrets in it; what has fewer than four characters is in any text. */
export function withoutSecrets(text: string, secrets: readonly string[]): string {
  return secrets.reduce((masked, secret) => (secret.length < 4 ? masked : masked.replaceAll(secret, MASK)), text);
}

/** What a request proves who the caller is with: tokens, and the password in a login. A server may repeat them in an error. */
export function secretsIn(headers: Headers): string[] {
  return SECRET_HEADERS.flatMap((name) => {
    const value = headers.get(name);
    if (value === null) return [];
    const [scheme = "", credentials = ""] = value.split(" ");
    return [
      value,
      ...(credentials === "" ? [] : [credentials]),
      ...(/^basic$/i.test(scheme) ? passwordIn(credentials) : []),
    ];
  });
}

function passwordIn(credentials: string): string[] {
  try {
    const text = new TextDecoder().decode(Uint8Array.from(atob(credentials), (char) => char.charCodeAt(0)));
    return [text.slice(text.indexOf(":") + 1)];
  } catch {
    return [];
  }
}

/** A URL that may be logged: user info and secret parameters are masked. */
export function maskedUrl(url: string | URL): string {
  const masked = new URL(url);
  // It is never sent, and may hold a token that a redirect carries.
  masked.hash = "";
  if (masked.username !== "") masked.username = MASK;
  if (masked.password !== "") masked.password = MASK;
  for (const name of new Set(masked.searchParams.keys())) {
    if (SECRET_PARAMETERS.test(name)) masked.searchParams.set(name, MASK);
  }
  return masked.href;
}

/** Headers that may be logged. */
export function maskedHeaders(headers: Headers): Record<string, string> {
  const masked: Record<string, string> = {};
  headers.forEach((value, name) => {
    masked[name] = MASKED_HEADERS.includes(name) ? MASK : name === "location" ? maskedLocation(value) : value;
  });
  return masked;
}

/** A Location may be relative, or no address at all; its query can hold a signature or a code, and it may name a user. */
function maskedLocation(location: string): string {
  return location.replace(/[?#].*$/s, `?${MASK}`).replace(/^([^/]*\/\/)[^/]*@/, `$1${MASK}@`);
}

/** A web address inside of a longer text; its query ends where no address goes on. */
const ADDRESS = /\bhttps?:\/\/[^\s"'<>\\^`{|}]+/gi;

/**
 * The same value with every web address in it, at every depth and inside of longer texts, without its user and
 * password, and without its query or fragment where that holds a signature, a token or another secret. Records name private
 * files with addresses that anybody may use for days: this is what may be written to a file or a log.
 *
 * @returns A copy; what is no text, list or plain object is passed on as it is.
 */
export function withoutSignatures<T>(value: T): T {
  const copies = new Map<object, object>();
  const open: (readonly [source: object, copy: object])[] = [];
  const copyOf = (item: unknown): unknown => {
    if (typeof item === "string") return item.includes("://") ? item.replace(ADDRESS, withoutSecretQuery) : item;
    if (!isContainer(item)) return item;
    const known = copies.get(item);
    if (known !== undefined) return known;
    const copy: object = Array.isArray(item) ? [] : Object.create(Object.getPrototypeOf(item) as object | null);
    copies.set(item, copy);
    open.push([item, copy]);
    return copy;
  };
  const result = copyOf(value);
  // One by one instead of by recursion: records can be nested deeper than the stack is.
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [source, copy] = next;
    for (const [key, item] of Object.entries(source)) {
      const property = { value: copyOf(item), writable: true, enumerable: true, configurable: true };
      Object.defineProperty(copy, key, property);
    }
  }
  return result as T;
}

function isContainer(value: unknown): value is object {
  if (typeof value !== "object" || value === null) return false;
  if (Array.isArray(value)) return true;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function withoutSecretQuery(address: string): string {
  const url = parsedUrl(address);
  if (url === undefined) return address.replace(/[?#].*$/s, "").replace(/\/\/[^/]*@/, "//");
  const isSecret = (text: string): boolean =>
    [...new URLSearchParams(text).keys()].some((name) => SECRET_PARAMETERS.test(name));
  const [query, fragment] = [isSecret(url.search), isSecret(url.hash.slice(1))];
  if (url.username === "" && url.password === "" && !query && !fragment) return address;
  url.username = "";
  url.password = "";
  if (query) url.search = "";
  if (fragment) url.hash = "";
  return url.href;
}
