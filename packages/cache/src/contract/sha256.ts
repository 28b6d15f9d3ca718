import { CorruptEntryError } from "./errors.ts";
import type { Bytes } from "./types.ts";

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

/**
 * Lower-case hex SHA-256, or `undefined` where the platform has no WebCrypto (a page over plain HTTP).
 */
export async function sha256Hex(bytes: Bytes): Promise<string | undefined> {
  const subtle = globalThis.crypto?.subtle;
  if (subtle === undefined) return undefined;
  return hex(new Uint8Array(await subtle.digest("SHA-256", bytes)));
}

function hex(digest: Uint8Array): string {
  let text = "";
  for (const byte of digest) text += HEX[byte];
  return text;
}

/**
 * Refuses bytes whose digest is known on both sides and differs.
 *
 * @throws CorruptEntryError
 */
export function assertSha256(key: string, actual: string | undefined, expected: string | undefined): void {
  if (expected === undefined || actual === undefined || expected === actual) return;
  throw new CorruptEntryError(key, `its SHA-256 is ${actual}, expected ${expected}`);
}
