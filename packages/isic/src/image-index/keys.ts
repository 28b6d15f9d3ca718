import type { Store } from "../session/store.ts";

/** The id of files that belong to no single object, as the Python client has it. */
export const WHOLE_ARCHIVE = "000000000000000000000000";

/** Where it is written how far the index has come. */
export function stateKey(store: Store): string {
  return store.key("imstate", WHOLE_ARCHIVE);
}
