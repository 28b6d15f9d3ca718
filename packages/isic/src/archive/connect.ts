import type { ConnectOptions } from "../connect/options.ts";
import { ArgumentError } from "../errors.ts";
import type { Archive, V1Client, V2Client } from "./archive.ts";
import { archiveOf } from "./index.ts";

/** A client and who it acts for. */
export interface ClientAndAccount {
  readonly client: V1Client | V2Client;
  /** As the second part of cache keys; see `accountPart` of `@isic/cache`. */
  readonly account: string;
  /** Other names that the account had in keys of earlier versions. */
  readonly formerNames: readonly string[];
  /** What the account logs in with, what was typed first: so the Python client names files in a folder of its own. */
  readonly logins: readonly string[];
  /** The login name; on v2 the e-mail address. */
  readonly username: string | undefined;
}

interface ConnectedTo extends ClientAndAccount {
  /** The seam to the server, for what one does without `IsicApi`. */
  readonly archive: Archive;
}

/** The archive, and who is logged in. */
export type Connected =
  | (ConnectedTo & { readonly family: "v1"; readonly client: V1Client })
  | (ConnectedTo & { readonly family: "v2"; readonly client: V2Client });

/**
 * Makes the client and logs in, so that it is certain whose data come from now on: the server takes a dead token for
 * a guest's request and says nothing. Only the client that is asked for is loaded.
 */
export async function connectClient(options: ConnectOptions): Promise<Connected> {
  const { family = "v2" } = options;
  const connected = await connectTo(family, options);
  return { ...connected, family, archive: archiveOf(connected.client, connected.account) } as Connected;
}

async function connectTo(family: string, options: ConnectOptions): Promise<ClientAndAccount> {
  if (family === "v1") return (await import("./connect-v1.ts")).connectV1(options);
  if (family === "v2") return (await import("./connect-v2.ts")).connectV2(options);
  throw new ArgumentError(`expected the family "v2" or "v1", got ${JSON.stringify(family)}`);
}
