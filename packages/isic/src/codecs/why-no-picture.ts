import type { Bytes } from "@isic/cache";

/** Why bytes are no picture, in words. */
export function whyNoPicture(bytes: Bytes): string {
  if (bytes.length === 0) return "it is empty.";
  const start = new TextDecoder().decode(bytes.subarray(0, 64)).trimStart().toLowerCase();
  if (start.startsWith("<")) return "it is an HTML or XML page, probably an error page of the server.";
  if (start.startsWith("{") || start.startsWith("[")) return "it is JSON, probably an error of the server.";
  return "its first bytes are of no known picture format.";
}
