import { RedirectError, type Where } from "./errors.ts";
import { SECRET_HEADERS } from "./masking.ts";
import { isAllowed, parsedUrl } from "./urls.ts";

/** Redirects of one request at most. */
export const MAX_REDIRECTS = 5;

/** Does the request prove who the caller is? */
export function carriesSecrets(request: Request): boolean {
  return SECRET_HEADERS.some((name) => request.headers.has(name));
}

/** Is this an answer that only says where the answer is? */
export function isRedirect(response: Response): boolean {
  return (
    response.type === "opaqueredirect" ||
    (response.status >= 300 && response.status < 400 && response.headers.has("location"))
  );
}

/**
 * The request that a redirect asks for. It is made by hand: Node's own `fetch` would forward `Girder-Token` to any
 * origin, and none refuses the way from https to plain http.
 *
 * @throws RedirectError when it is not followed.
 */
export function redirected(request: Request, response: Response, allowHttp: readonly string[], where: Where): Request {
  if (response.type === "opaqueredirect") return followedByPlatform(request, where);
  const from = new URL(request.url);
  const location = response.headers.get("location") ?? "";
  // What is no URL is not shown: nobody knows where in it a secret stands.
  const to = parsedUrl(location, from);
  if (to === undefined) throw new RedirectError("its address is no URL", "", where);
  const shown = `${to.origin}${to.pathname}`;
  if (to.username !== "" || to.password !== "") {
    throw new RedirectError("its address holds a user and a password", shown, where);
  }
  if (!isAllowed(to, allowHttp, from)) {
    const why =
      to.protocol === "http:"
        ? `plain http is not allowed there; name ${to.host} in \`allowHttp\` to allow it`
        : "only https and http are followed";
    throw new RedirectError(why, shown, where);
  }
  const { method } = request;
  if (method !== "GET" && method !== "HEAD") {
    throw new RedirectError(`a ${method} is not repeated elsewhere`, shown, where);
  }
  const headers = new Headers(request.headers);
  if (to.origin !== from.origin) for (const name of SECRET_HEADERS) headers.delete(name);
  return new Request(to, { method, headers, redirect: "manual", credentials: "omit", signal: request.signal });
}

/** A browser hides where a redirect goes, so with credentials on board it is not followed. */
function followedByPlatform(request: Request, where: Where): Request {
  if (carriesSecrets(request) || request.method !== "GET") {
    throw new RedirectError("it would carry credentials or a body to a place this page cannot see", "", where);
  }
  return new Request(request, { redirect: "follow", signal: request.signal });
}
