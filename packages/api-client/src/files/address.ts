import { RedirectError } from "../transport/errors.ts";
import type { Transport } from "../transport/transport.ts";
import { isAllowed, parsedUrl } from "../transport/urls.ts";

/** A file's URL as it may be asked for: checked, and through the caller's proxy when it is on another origin. */
export function fileUrl(api: Transport, given: string): URL {
  // What is no URL is not shown: nobody knows where in it a secret stands.
  const url = parsedUrl(given);
  if (url === undefined) throw new TypeError("Expected the URL of a file, got something else.");
  if (url.username !== "" || url.password !== "") {
    throw new TypeError(`Expected the URL of a file, got one with a user and a password (${url.host}).`);
  }
  // The ZIP listing names the API's own host with plain http.
  if (url.protocol === "http:" && url.host === api.baseUrl.host) url.protocol = api.baseUrl.protocol;
  const proxied = url.origin !== api.baseUrl.origin && api.proxy !== undefined;
  const target = proxied ? new URL(api.proxy(url)) : url;
  // The caller's own proxy was asked for; what a server's record names was not.
  if (!isAllowed(target, api.allowHttp, proxied ? undefined : api.baseUrl)) {
    const where = { endpoint: `GET ${target.origin}${target.pathname}` };
    throw new RedirectError(
      `plain http is not allowed there; name ${target.host} in \`allowHttp\` to allow it`,
      `${target.origin}${target.pathname}`,
      where,
    );
  }
  return target;
}
