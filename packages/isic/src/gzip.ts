import type { Bytes } from "@isic/cache";

/** A value as gzipped JSON, as the Python client writes and reads it. */
export async function gzipJson(value: unknown): Promise<Bytes> {
  const stream = new Blob([`${JSON.stringify(value)}\n`]).stream().pipeThrough(new CompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** The value of gzipped JSON. Throws for anything else. */
export async function gunzipJson(bytes: Bytes): Promise<unknown> {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return JSON.parse(await new Response(stream).text());
}

/** A JSON object, not a list and not null; `what` names it in the error. */
export function asObject(value: unknown, what: string): Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new TypeError(`${what}: expected a JSON object, got ${Array.isArray(value) ? "a list" : String(value)}`);
  }
  return value as Record<string, unknown>;
}
