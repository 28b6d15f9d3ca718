import type { Connected } from "isic/node";
import type { SelectionOptions } from "./commands/selection-options.ts";
import { CommandError } from "./print/failure.ts";
import type { Terminal } from "./terminal.ts";

/** A collection that is not there would select nothing, without a word. */
export async function checkCollections(
  connected: Connected,
  { collections = [] }: SelectionOptions,
  { signal }: Terminal,
): Promise<void> {
  if (connected.family === "v1") return;
  for (const id of collections) {
    try {
      await connected.client.collections.get(id, { signal });
    } catch (error) {
      if ((error as { status?: number }).status !== 404) throw error;
      const message = `There is no collection ${id} that you may see: isic collection list shows those there are.`;
      throw new CommandError(message, 1, { cause: error });
    }
  }
}
