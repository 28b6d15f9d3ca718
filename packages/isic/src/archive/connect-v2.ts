import { createV2Client } from "@isic/api-client/v2";
import { type ConnectOptions, commonOptions } from "../connect/options.ts";
import { ArgumentError } from "../errors.ts";
import { withoutUndefined } from "../session/options.ts";
import { accountOf } from "./account.ts";
import type { ClientAndAccount } from "./connect.ts";
import { ANONYMOUS } from "./index.ts";

/** A client of v2, which knows accounts by their tokens only. */
export async function connectV2(options: ConnectOptions): Promise<ClientAndAccount> {
  checkCredentials(options);
  const { token, baseUrl } = options;
  const client = createV2Client({
    ...commonOptions(options),
    ...withoutUndefined({ baseUrl, token }),
    requireLogin: token !== undefined,
  });
  if (token === undefined) return { client, account: ANONYMOUS, formerNames: [], logins: [], username: undefined };
  const me = await client.users.me({ signal: options.signal });
  const { id, hash_id: hash, email } = me;
  return { client, ...accountOf(hash ?? String(id), [String(id)]), logins: [], username: email };
}

/** What would be ignored makes a guest of somebody who means to be logged in. */
function checkCredentials({ token, ...others }: ConnectOptions): void {
  const wrong = ["username", "password", "clientId"].find((name) => Object(others)[name] !== undefined);
  if (wrong !== undefined) {
    const what = wrong === "clientId" ? "nobody is logged in by connecting" : "there is no login by name and password";
    throw new ArgumentError(`on v2 ${what}: expected \`token\`, a session of @isic/api-client/oauth, got \`${wrong}\``);
  }
  const kinds = ["undefined", "string", "function"];
  if (!kinds.includes(typeof token) && typeof Object(token).token !== "function")
    throw new ArgumentError(
      "expected `token` as text, a function that gets it, or a session of @isic/api-client/oauth",
    );
}
