import { createV1Client } from "@isic/api-client/v1";
import { type ConnectOptions, commonOptions } from "../connect/options.ts";
import { ArgumentError, MissingPasswordError } from "../errors.ts";
import { withoutUndefined } from "../session/options.ts";
import { accountOf } from "./account.ts";
import type { ClientAndAccount } from "./connect.ts";
import { ANONYMOUS } from "./index.ts";

/** A client of a Girder server, logged in where there is somebody to log in. */
export async function connectV1(options: ConnectOptions): Promise<ClientAndAccount> {
  checkCredentials(options);
  const { baseUrl, username, password, token } = options;
  if (baseUrl === undefined) {
    throw new ArgumentError("expected baseUrl for v1 (a Girder server such as https://archive.example.org), got none");
  }
  const isGuest = username === undefined && token === undefined;
  const client = createV1Client({
    ...commonOptions(options),
    baseUrl: withPath(baseUrl, "/api/v1"),
    ...withoutUndefined({ username, password, token: token as string | undefined }),
    requireLogin: !isGuest,
  });
  if (isGuest) return { client, account: ANONYMOUS, formerNames: [], logins: [], username: undefined };
  const call = { signal: options.signal };
  const user = username === undefined ? await client.me(call) : await client.login(call);
  const { _id: id, login, email } = user ?? {};
  // The Python client knows an account by what was typed, which may be the address.
  const logins = [...new Set([username, login, email])].filter(
    (name): name is string => name !== undefined && name !== "",
  );
  return { client, ...accountOf(isAddress(login) ? id : login, [id, login]), logins, username: login };
}

/** No e-mail address becomes a path. */
const isAddress = (login: string | undefined): boolean => login?.includes("@") === true;

/** A name or a password that would be ignored makes a guest of somebody who means to be logged in. */
function checkCredentials({ username, password, token }: ConnectOptions): void {
  if (token !== undefined && typeof token !== "string")
    throw new ArgumentError("expected the token of a v1 login as text");
  if (username !== undefined && typeof username !== "string")
    throw new ArgumentError(`expected \`username\` as text, got ${typeof username}`);
  if (password !== undefined && typeof password !== "string" && typeof password !== "function")
    throw new ArgumentError(`expected \`password\` as text or a function that gets it, got ${typeof password}`);
  if (password !== undefined && username === undefined)
    throw new ArgumentError("expected `username` beside `password`, got none");
  if (username === undefined || password !== undefined) return;
  if (token !== undefined) throw new ArgumentError("expected `username` with `password`, or `token` alone, got both");
  throw new MissingPasswordError(username, "pass `password`, a function that asks for it.");
}

function withPath(baseUrl: string | URL, path: string): string {
  if (!URL.canParse(String(baseUrl))) return String(baseUrl);
  const url = new URL(baseUrl);
  if (url.pathname === "/") url.pathname = path;
  return url.href;
}
