import type { GlobalOptions } from "../commands/options.ts";
import { CommandError } from "../output/failure.ts";

/** How the ids of each API look; on the other one they mean nothing. */
export const ID_PATTERNS: Readonly<Record<"v1" | "v2", RegExp>> = { v1: /^[0-9a-f]{24}$/, v2: /^ISIC_\d{7}$/ };

/** Refuses an id that today's archive cannot have: "not found" would send people looking for a typing error. */
export function checkIdFamily(id: string, { api }: GlobalOptions): void {
  if (api === "v1" || !ID_PATTERNS.v1.test(id)) return;
  const ways = "add --api v1 and its --server, or give the image's name (ISIC_0000000)";
  throw new CommandError(`${id} is an id of the old API (v1): ${ways}.`, 2);
}
