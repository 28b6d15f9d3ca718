// A process with a session over a token file; for each "go" it asks for a token, twice at once.
import { createOAuthSession } from "@isic/api-client/oauth";
import { tokenFile } from "../../src/node/token-file.ts";

/** What it says after each "go". */
export interface Refreshed {
  readonly tokens: readonly (string | undefined)[];
  readonly events: readonly string[];
}

const [server = "", file = ""] = process.argv.slice(2);
const events: string[] = [];
const session = createOAuthSession({
  clientId: "sample-client",
  server,
  store: tokenFile(file),
  onEvent: ({ type }) => events.push(type),
});

process.on("message", async () => {
  const tokens = await Promise.all([session.token(), session.token()]);
  process.send?.({ tokens, events: events.splice(0) } satisfies Refreshed);
});
process.send?.("ready");
