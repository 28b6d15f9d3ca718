import { RedirectError } from "../transport/errors.ts";
import type { Transport } from "../transport/transport.ts";
import { isAllowed } from "../transport/urls.ts";

/** A file's URL as it may be asked for: checked, and through the caller's proxy when it is on another origin. */
export function fileUrl(api: Transport, given: string): URL {
  if (!URL.canParse(given))
    throw new TypeError(`Expected the URL of a file, got ${JSON.stringify(given.slice(0, 200))}.`);
  const url = new URL(given);
  // The ZIP listing names the API's own host with plain http.
  if (url.protocol === "http:" && url.host === api.baseUrl.host) url.protocol = api.baseUrl.protocol;
  const target = url.origin !== api.baseUrl.origin && api.proxy !== undefined ? new URL(api.proxy(url)) : url;
  if (!isAllowed(target, api.allowHttp)) {
    const where = { endpoint: `GET ${target.origin}${target.pathname}` };
    throw new RedirectError("plain http is not allowed there", `${target.origin}${target.pathname}`, where);
  }
  return target;
}
