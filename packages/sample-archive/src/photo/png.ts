import type { Bytes } from "../archive/source.ts";

const CRC = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let k = 0; k < 8; k++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
  return c >>> 0;
});

/** CRC-32 as PNG and ZIP use it; pass the last result to go on. */
function crc32(bytes: Uint8Array, start = 0): number {
  let c = ~start;
  for (let i = 0; i < bytes.length; i++) c = CRC[(c ^ bytes[i]!) & 255]! ^ (c >>> 8);
  return ~c >>> 0;
}

/** Compresses with the platform's own zlib (`deflate` is the zlib format). */
export async function deflate(bytes: Bytes): Promise<Bytes> {
  const stream = new Blob([bytes]).stream().pipeThrough(new CompressionStream("deflate"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** An 8-bit grey PNG, nothing but IHDR, IDAT and IEND, as the archive writes its masks. */
export async function encodePng(width: number, height: number, samples: Uint8Array): Promise<Bytes> {
  const rows = new Uint8Array((width + 1) * height);
  for (let y = 0; y < height; y++) {
    const out = y * (width + 1) + 1;
    rows.set(samples.subarray(y * width, (y + 1) * width), out);
    if (y === 0) continue;
    // the "up" filter: neighbouring rows of a mask are nearly the same
    rows[out - 1] = 2;
    for (let x = 0; x < width; x++) rows[out + x]! -= samples[(y - 1) * width + x]!;
  }
  const header = new Uint8Array(13);
  const view = new DataView(header.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  header.set([8, 0, 0, 0, 0], 8);
  const parts = [
    Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a),
    chunk("IHDR", header),
    chunk("IDAT", await deflate(rows)),
    chunk("IEND", new Uint8Array(0)),
  ];
  return join(parts);
}

function chunk(type: string, content: Uint8Array): Bytes {
  const out = new Uint8Array(content.length + 12);
  const view = new DataView(out.buffer);
  view.setUint32(0, content.length);
  for (let i = 0; i < 4; i++) out[4 + i] = type.charCodeAt(i);
  out.set(content, 8);
  view.setUint32(content.length + 8, crc32(out.subarray(4, content.length + 8)));
  return out;
}

/** One array after the other in a fresh one. */
export function join(parts: readonly Uint8Array[]): Bytes {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}
