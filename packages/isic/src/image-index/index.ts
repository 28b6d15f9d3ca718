import type { V1Client } from "@isic/api-client/v1";
import type { V2Client } from "@isic/api-client/v2";
import type { Context } from "../session/context.ts";
import { stateKey } from "./keys.ts";
import type { CacheImagesOptions, IndexResult, KnownIndex } from "./types.ts";

/** Brings the list of all images up to date, and keeps it. */
export async function updateIndex(
  context: Context,
  client: V1Client | V2Client,
  options: CacheImagesOptions,
  known?: KnownIndex,
): Promise<IndexResult> {
  if ("collections" in client) return (await import("./v2.ts")).updateV2Index(context, client, options, known);
  return (await import("./v1.ts")).updateV1Index(context, options, known);
}

/** The list that was kept, without asking the server. */
export async function openIndex(context: Context): Promise<KnownIndex | undefined> {
  if (context.archive.family === "v2") {
    // Where nothing was kept, what reads it is not loaded.
    const isKept = await context.store.has(stateKey(context.store));
    return isKept ? (await import("./v2.ts")).openV2Index(context) : undefined;
  }
  return (await import("./v1.ts")).openV1Index(context);
}
