/** CRC-32 of bytes, as PNG means it. */
export type Crc32 = (bytes: Uint8Array) => number;

let tables: Uint32Array | undefined;

/** tables[256 k + b]: the remainder of byte b followed by k zero bytes. */
function makeTables(): Uint32Array {
  const made = new Uint32Array(1024);
  for (let byte = 0; byte < 256; byte++) {
    let rest = byte;
    for (let bit = 0; bit < 8; bit++) rest = rest & 1 ? (rest >>> 1) ^ 0xedb88320 : rest >>> 1;
    made[byte] = rest;
  }
  for (let i = 256; i < 1024; i++) made[i] = (made[i - 256]! >>> 8) ^ made[made[i - 256]! & 255]!;
  return made;
}

/** Four bytes a step: what checks a file must not cost as much as what decodes it. */
export function crc32(bytes: Uint8Array): number {
  tables ??= makeTables();
  const t = tables;
  let rest = -1;
  let at = 0;
  for (; at + 4 <= bytes.length; at += 4) {
    rest ^= bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
    rest = t[768 + (rest & 255)]! ^ t[512 + ((rest >>> 8) & 255)]! ^ t[256 + ((rest >>> 16) & 255)]! ^ t[rest >>> 24]!;
  }
  for (; at < bytes.length; at++) rest = (rest >>> 8) ^ t[(rest ^ bytes[at]!) & 255]!;
  return ~rest >>> 0;
}
