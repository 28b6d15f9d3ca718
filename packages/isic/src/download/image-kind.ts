/** The formats the archive keeps, by the extension their files get. */
export type ImageExtension = "jpg" | "png" | "tif" | "bmp" | "gif";

const SIGNATURES: readonly (readonly [ImageExtension, readonly number[]])[] = [
  ["jpg", [0xff, 0xd8, 0xff]],
  ["png", [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]],
  ["tif", [0x49, 0x49, 0x2a, 0x00]],
  ["tif", [0x4d, 0x4d, 0x00, 0x2a]],
  ["tif", [0x49, 0x49, 0x2b, 0x00]],
  ["tif", [0x4d, 0x4d, 0x00, 0x2b]],
  ["gif", [0x47, 0x49, 0x46, 0x38]],
  ["bmp", [0x42, 0x4d]],
];

/**
 * Which image format these bytes begin with. The bytes decide, not the headers: a server that sends its error page
 * as `image/jpeg` must not leave a `.jpg` behind.
 */
export function imageKind(head: Uint8Array): ImageExtension | undefined {
  return SIGNATURES.find(([, bytes]) => bytes.every((byte, i) => head[i] === byte))?.[0];
}

/** What the bytes look like to a person, for an error message. */
export function describeBytes(head: Uint8Array): string {
  if (head.length === 0) return "an empty body";
  const text = new TextDecoder("latin1").decode(head.subarray(0, 256)).trimStart().toLowerCase();
  if (text.startsWith("<?xml")) return "an XML document";
  if (text.startsWith("<!doctype") || text.startsWith("<html") || text.startsWith("<")) return "an HTML page";
  if (text.startsWith("{") || text.startsWith("[")) return "a JSON document";
  return "bytes of no known image format";
}
