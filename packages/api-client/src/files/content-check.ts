import { ContentError, type Where } from "../transport/errors.ts";

/** What a file must be: any picture, a ZIP, text, or whatever comes. */
export type Kind = "image" | "png" | "zip" | "text" | "any";

/** Types that say nothing: S3 objects without one, and Girder files without a stored type. */
const VAGUE = ["", "application/octet-stream", "binary/octet-stream"];

/** Refuses an error page, an XML answer or JSON where a file is due, by its type. */
export function checkType(kind: Kind, contentType: string, where: Where): void {
  if (kind === "any" || VAGUE.includes(contentType)) return;
  const fits =
    kind === "image"
      ? contentType.startsWith("image/") && contentType !== "image/svg+xml"
      : kind === "png"
        ? contentType === "image/png"
        : kind === "zip"
          ? /^application\/(x-)?zip(-compressed)?$/.test(contentType)
          : contentType.startsWith("text/") && contentType !== "text/html";
  if (!fits) throw wrongKind(kind, `an answer of type ${contentType}`, contentType, where);
}

/** Refuses it by its first bytes, whatever type it claims to have. */
export function checkBeginning(kind: Kind, first: Uint8Array, contentType: string, where: Where): void {
  if (kind === "any" || kind === "text") return;
  let at = first[0] === 0xef && first[1] === 0xbb && first[2] === 0xbf ? 3 : 0;
  while (at < first.length && (first[at] === 0x20 || (first[at] as number) - 9 < 5)) at += 1;
  const sign = first[at];
  if (sign === 0x3c) throw wrongKind(kind, "a page of HTML or XML", contentType, where);
  if (sign === 0x7b) throw wrongKind(kind, "a JSON text", contentType, where);
}

function wrongKind(kind: Kind, what: string, contentType: string, where: Where): ContentError {
  const due = { image: "an image", png: "a PNG", zip: "a ZIP", text: "text", any: "a file" }[kind];
  return new ContentError("kind", `${what} came where ${due} is due`, contentType, where);
}

/** A streamed ZIP has no announced length: only its last record tells that it is whole. */
export function endsAsZip(tail: Uint8Array): boolean {
  for (let at = tail.length - 22; at >= 0; at -= 1) {
    if (tail[at] === 0x50 && tail[at + 1] === 0x4b && tail[at + 2] === 5 && tail[at + 3] === 6) {
      return at + 22 + ((tail[at + 20] as number) | ((tail[at + 21] as number) << 8)) === tail.length;
    }
  }
  return false;
}
