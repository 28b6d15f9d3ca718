import type { EntryNotes } from "./types.ts";

/** Only the notes among other properties, without absent ones. */
export function notesOf(source: EntryNotes | undefined): EntryNotes {
  return {
    ...(source?.validator === undefined ? {} : { validator: source.validator }),
    ...(source?.origin === undefined ? {} : { origin: source.origin }),
    ...(source?.readers === undefined ? {} : { readers: source.readers }),
  };
}
