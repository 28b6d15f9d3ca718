import { createHash } from "node:crypto";

/** Of bytes in pieces, in hexadecimal digits; apart, since the writing thread needs it and little else. */
export function sha256Of(pieces: readonly Uint8Array[]): string {
  const hash = createHash("sha256");
  for (const piece of pieces) hash.update(piece);
  return hash.digest("hex");
}
