import type { V1Client } from "@isic/api-client/v1";
import type { V2Client } from "@isic/api-client/v2";
import type { Archive } from "./types.ts";
import { v1Archive } from "./v1.ts";
import { v2Archive } from "./v2.ts";

export function isV2Client(client: V1Client | V2Client): client is V2Client {
  return "collections" in client;
}

/** One vocabulary for both clients. */
export function archiveOf(client: V1Client | V2Client, account: string): Archive {
  return isV2Client(client) ? v2Archive(client, account) : v1Archive(client, account);
}
