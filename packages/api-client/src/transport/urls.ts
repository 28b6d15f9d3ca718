/** Values of a query; undefined ones are left out, lists are joined by commas. */
export type Query = Readonly<Record<string, string | number | boolean | readonly (string | number)[] | undefined>>;

const LOOPBACK = /^(localhost|(.+\.)?localhost|127(\.\d+){3}|\[::1\])$/;

/**
 * May this address be spoken to? Https always; plain http on this machine (loopback), and at the hosts that `allowHttp`
 * names (`name` or `name:port`). An https server leads to plain http (`from`: by a redirect, or by a file's address)
 * only at the named hosts, not on this machine either.
 */
export function isAllowed(url: URL, allowHttp: readonly string[] = [], from?: URL): boolean {
  if (url.protocol === "https:") return true;
  if (url.protocol !== "http:") return false;
  if (allowHttp.includes(url.hostname) || allowHttp.includes(url.host)) return true;
  return LOOPBACK.test(url.hostname) && from?.protocol !== "https:";
}

/**
 * A text as an address, or `undefined` for what is none. Node 20's `URL.canParse`, once it is compiled, takes texts with
 * letters such as `é` for none.
 */
export function parsedUrl(text: string | URL, base?: URL): URL | undefined {
  try {
    return new URL(text, base);
  } catch {
    return undefined;
  }
}

/** The base URL with a trailing slash, or a TypeError that says what is wrong with it. */
export function checkBaseUrl(given: string | URL, allowHttp: readonly string[]): URL {
  const url = parsedUrl(given);
  if (url === undefined)
    throw new TypeError(
      `baseUrl: expected an absolute URL such as https://host/, got ${JSON.stringify(String(given))}.`,
    );
  if (url.username !== "" || url.password !== "") {
    throw new TypeError("baseUrl: expected no user and password in the URL; pass them as options.");
  }
  if (!isAllowed(url, allowHttp)) {
    if (url.protocol !== "http:") throw new TypeError(`baseUrl: expected https, got ${url.protocol}//${url.host}.`);
    throw new TypeError(
      `baseUrl: ${url.host} would be spoken to over plain http, which anybody on the way can read and change. Use https, or allow it: allowHttp: [${JSON.stringify(url.host)}].`,
    );
  }
  url.search = "";
  url.hash = "";
  if (!url.pathname.endsWith("/")) url.pathname += "/";
  return url;
}

/** A path below the base with its query. Spaces become `%20`, never `+`. */
export function urlOf(base: URL, path: string, query?: Query): URL {
  const url = new URL(base);
  url.pathname = base.pathname + path;
  url.search = queryString(query ?? {});
  return url;
}

function queryString(query: Query): string {
  const pairs: string[] = [];
  for (const [name, value] of Object.entries(query)) {
    if (value === undefined) continue;
    const text = Array.isArray(value) ? value.join(",") : String(value);
    pairs.push(`${encodeURIComponent(name)}=${encodeURIComponent(text)}`);
  }
  return pairs.join("&");
}

/** One segment of a path: ids and names are hostile until encoded. `.` and `..` would climb. */
export function segment(text: string): string {
  if (text === "" || text === "." || text === "..") {
    throw new TypeError(`Expected an id or a name, got ${JSON.stringify(text)}.`);
  }
  return encodeURIComponent(text);
}
