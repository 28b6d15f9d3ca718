import type { OAuthClient } from "../archive/options.ts";
import { dumps } from "../archive/python-text.ts";
import type { ArchiveState } from "../archive/state.ts";
import { addSlash, html, methodNotAllowed, pageNotFound, preflight, text } from "./respond.ts";

const CODE_SECONDS = 300;
const SCOPES = ["identity", "image:read", "image:write"];

/** Answers one request below `/oauth/`: authorization code with PKCE, refresh with rotation, revocation. */
export async function oauth(request: Request, url: URL, state: ArchiveState): Promise<Response> {
  const answer = await route(request, url, state);
  if (request.headers.has("origin")) answer.headers.set("Access-Control-Allow-Origin", "*");
  return answer;
}

const PATHS = ["/oauth/authorize/", "/oauth/token/", "/oauth/revoke_token/"];

async function route(request: Request, url: URL, state: ArchiveState): Promise<Response> {
  if (request.method === "OPTIONS") return preflight();
  if (PATHS.includes(`${url.pathname}/`)) return addSlash(url);
  switch (url.pathname) {
    case "/oauth/authorize/":
      return request.method === "GET" ? authorize(url, state) : methodNotAllowed(request, "GET");
    case "/oauth/token/":
      return request.method === "POST" ? token(request, state) : methodNotAllowed(request, "POST, OPTIONS");
    case "/oauth/revoke_token/":
      return request.method === "POST" ? revoke(request, state) : methodNotAllowed(request, "POST, OPTIONS");
    default:
      return pageNotFound();
  }
}

/** The person at the browser is always logged in and always says yes. */
function authorize(url: URL, state: ArchiveState): Response {
  const ask = (name: string) => url.searchParams.get(name) ?? "";
  const client = state.clients.find((candidate) => candidate.id === ask("client_id"));
  const target = ask("redirect_uri") === "" ? defaultRedirect(client) : ask("redirect_uri");
  if (client === undefined) return html(400, "Error: invalid_request", "Invalid client_id parameter value.");
  if (!client.redirectUris.some((allowed) => fits(allowed, target))) {
    return html(400, "Error: invalid_request", "Mismatching redirect URI.");
  }
  const scopes = (ask("scope") === "" ? "identity" : ask("scope")).split(" ");
  const back = (parameters: { readonly [name: string]: string }) =>
    goBack(target, { ...parameters, state: ask("state") });
  if (ask("response_type") !== "code") return back({ error: "unsupported_response_type" });
  if (ask("code_challenge") === "") {
    return back({ error: "invalid_request", error_description: "Code challenge required." });
  }
  if (ask("code_challenge_method") !== "S256") {
    return back({ error: "invalid_request", error_description: "Transform algorithm not supported." });
  }
  if (scopes.some((scope) => !SCOPES.includes(scope))) return back({ error: "invalid_scope" });
  const code = state.secret(30);
  state.codes.set(code, {
    clientId: client.id,
    redirectUri: target,
    challenge: ask("code_challenge"),
    scope: scopes.join(" "),
    userId: state.browserUserId,
    expires: state.now() + CODE_SECONDS * 1000,
  });
  return target.startsWith("urn:") ? html(200, `Success code=${code}`, code) : back({ code });
}

/** Where a login leads that names no address: the first one that was registered. */
function defaultRedirect(client: OAuthClient | undefined): string {
  return client?.redirectUris.find((uri) => !uri.startsWith("^")) ?? "";
}

/**
 * The server's own rule: an address that begins with `^` is a regular expression; of others scheme, host, port and path
 * must be the same, but for the port of the loopback addresses (RFC 8252, section 7.3), when none was registered.
 */
function fits(allowed: string, target: string): boolean {
  if (allowed === target) return true;
  if (allowed.startsWith("^")) return new RegExp(allowed).test(target);
  if (!URL.canParse(target) || !URL.canParse(allowed)) return false;
  const [a, t] = [new URL(allowed), new URL(target)];
  const anyPort = a.protocol === "http:" && ["127.0.0.1", "[::1]"].includes(a.hostname) && a.port === "";
  return (
    a.protocol === t.protocol &&
    a.pathname === t.pathname &&
    (anyPort ? a.hostname === t.hostname : a.host === t.host) &&
    [...a.searchParams].every(([name, value]) => t.searchParams.getAll(name).includes(value))
  );
}

function goBack(target: string, parameters: { readonly [name: string]: string }): Response {
  if (target.startsWith("urn:")) return html(400, `Error: ${parameters.error}`, parameters.error_description ?? "");
  const url = new URL(target);
  for (const [name, value] of Object.entries(parameters)) if (value !== "") url.searchParams.set(name, value);
  return text(302, "", "text/html; charset=utf-8", { Location: url.href });
}

async function token(request: Request, state: ArchiveState): Promise<Response> {
  const form = new URLSearchParams(await request.text());
  const ask = (name: string) => form.get(name) ?? "";
  const client = state.clients.find((candidate) => candidate.id === ask("client_id"));
  if (client === undefined) return refused("invalid_client", 401);
  switch (ask("grant_type")) {
    case "authorization_code": {
      const code = state.codes.get(ask("code"));
      state.codes.delete(ask("code"));
      const good =
        code !== undefined &&
        code.expires > state.now() &&
        code.clientId === ask("client_id") &&
        code.redirectUri === (ask("redirect_uri") === "" ? defaultRedirect(client) : ask("redirect_uri")) &&
        (await challengeOf(ask("code_verifier"))) === code.challenge;
      return good ? granted(state, code.userId, code.scope) : refused("invalid_grant");
    }
    case "refresh_token": {
      const pair = state.refreshTokens.get(ask("refresh_token"));
      if (pair === undefined) return refused("invalid_grant");
      // the old pair dies at once: who refreshes twice is logged out
      state.refreshTokens.delete(ask("refresh_token"));
      state.v2Sessions.delete(pair.accessToken);
      return granted(state, pair.userId, pair.scope);
    }
    case "client_credentials":
      return granted(state, "", "identity");
    case "password":
      return refused("unauthorized_client");
    default:
      return refused("unsupported_grant_type");
  }
}

function granted(state: ArchiveState, userId: string, scope: string): Response {
  const accessToken = state.openSession(state.v2Sessions, userId, state.v2TokenSeconds, 30);
  const refreshToken = state.secret(30);
  if (userId !== "") state.refreshTokens.set(refreshToken, { userId, scope, accessToken });
  return answer(200, {
    access_token: accessToken,
    expires_in: state.v2TokenSeconds,
    token_type: "Bearer",
    scope,
    ...(userId === "" ? undefined : { refresh_token: refreshToken }),
  });
}

async function revoke(request: Request, state: ArchiveState): Promise<Response> {
  const given = new URLSearchParams(await request.text()).get("token") ?? "";
  const pair = state.refreshTokens.get(given);
  if (pair !== undefined) state.v2Sessions.delete(pair.accessToken);
  state.refreshTokens.delete(given);
  state.v2Sessions.delete(given);
  return text(200, "", "text/html; charset=utf-8", NO_STORE);
}

async function challengeOf(verifier: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(verifier));
  return btoa(String.fromCharCode(...new Uint8Array(digest)))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
}

const NO_STORE = { "Cache-Control": "no-store", Pragma: "no-cache" };

function refused(error: string, status = 400): Response {
  return answer(status, { error });
}

function answer(status: number, body: unknown): Response {
  return text(status, dumps(body, "as given"), "application/json", NO_STORE);
}
