/** Milliseconds as v1 writes them: microseconds, or none at all when they are zero; always `+00:00`. */
export function isoTime(ms: number): string {
  const text = new Date(ms).toISOString().slice(0, -1);
  return ms % 1000 === 0 ? `${text.slice(0, 19)}+00:00` : `${text}000+00:00`;
}

/** An ObjectId as MongoDB makes them: seconds, machine, counter. */
export function objectId(ms: number, counter: number): string {
  const seconds = Math.floor(ms / 1000)
    .toString(16)
    .padStart(8, "0");
  return `${seconds}bae4783967${(counter & 0xffffff).toString(16).padStart(6, "0")}`;
}

/** A time of v1 that was not rounded to milliseconds on its way through the database. */
export function unroundedTime(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, -1)}757+00:00`;
}

/** A time as v2 writes it: milliseconds and `Z`. */
export function isoZ(ms: number): string {
  return new Date(ms).toISOString();
}

/** A time as v2's cursors hold it (Python's `str`): microseconds only when there are any. */
export function cursorTime(ms: number): string {
  const iso = new Date(ms).toISOString();
  const fraction = ms % 1000 === 0 ? "" : `.${iso.slice(20, 23)}000`;
  return `${iso.slice(0, 10)} ${iso.slice(11, 19)}${fraction}+00:00`;
}

export function isCursorTime(text: string): boolean {
  return /^\d{4}-\d\d-\d\d[ T]\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?(?:\+\d\d:\d\d|Z)?$/.test(text);
}
