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
