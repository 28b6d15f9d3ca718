import { createV2Client } from "@isic/api-client/v2";
import { ArgumentError } from "../errors.ts";
import { present } from "../session/present.ts";
import { ANONYMOUS, type Connected, type ConnectOptions, commonOptions } from "./connect.ts";

/** A client of today's archive, which knows accounts by their tokens only. */
export async function connectV2(options: ConnectOptions): Promise<Connected> {
  checkCredentials(options);
  const { token, baseUrl } = options;
  const client = createV2Client({
    ...commonOptions(options),
    ...present({ baseUrl, token }),
    requireLogin: token !== undefined,
  });
  if (token === undefined) return { family: "v2", client, account: ANONYMOUS, username: undefined };
  const me = await client.users.me({ signal: options.signal });
  return { family: "v2", client, account: String(me.id), username: me.email };
}

/** What would be passed over makes a guest of somebody who means to be logged in. */
function checkCredentials({ token, ...others }: ConnectOptions): void {
  const wrong = ["username", "password", "clientId"].find((name) => Object(others)[name] !== undefined);
  if (wrong !== undefined) {
    const what = wrong === "clientId" ? "nobody is logged in by connecting" : "there is no login by name and password";
    throw new ArgumentError(
      `on today's archive ${what}: expected \`token\`, a session of @isic/api-client/oauth, got \`${wrong}\``,
    );
  }
  const kinds = ["undefined", "string", "function"];
  if (!kinds.includes(typeof token) && typeof Object(token).token !== "function")
    throw new ArgumentError(
      "expected `token` as text, a function that gets it, or a session of @isic/api-client/oauth",
    );
}
