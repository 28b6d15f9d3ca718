import type { Bytes } from "../archive/source.ts";
import { join } from "./png.ts";

const APP1 = 0xe1;
const APP13 = 0xed;
const COMMENT = 0xfe;
const LONGEST = 0xffff - 2;
const utf8 = new TextEncoder();

/**
 * The same picture with an EXIF orientation, a comment, and blank comments up to `atLeast` bytes (at most four more,
 * since the shortest comment has four).
 */
export function withSegments(
  jpeg: Bytes,
  options: { readonly orientation?: number; readonly comment: string; readonly atLeast: number },
): Bytes {
  const { orientation, comment, atLeast } = options;
  const segments = [
    ...(orientation === undefined ? [] : [segment(APP1, exif(orientation))]),
    segment(COMMENT, utf8.encode(comment)),
  ];
  let left = atLeast - jpeg.length - segments.reduce((sum, part) => sum + part.length, 0);
  for (; left > 0; left -= LONGEST + 4) {
    segments.push(segment(COMMENT, new Uint8Array(Math.min(LONGEST, Math.max(0, left - 4))).fill(0x20)));
  }
  return insert(jpeg, segments);
}

/** What v2 writes into its JPEG files. */
export interface Credits {
  readonly name: string;
  readonly credit: string;
  readonly licence: string;
  readonly licenceUrl: string;
}

/** The same picture with its credit line in IPTC, and its name and licence in XMP, as v2 has embedded them since 2025. */
export function withCredits(jpeg: Bytes, { name, credit, licence, licenceUrl }: Credits): Bytes {
  const iptc = join([
    record(1, 90, Uint8Array.of(0x1b, 0x25, 0x47)), // the texts are UTF-8
    record(2, 0, Uint8Array.of(0, 4)),
    record(2, 110, utf8.encode(credit)),
    record(2, 115, utf8.encode("ISIC Archive")),
  ]);
  const head = [utf8.encode("Photoshop 3.0\u00008BIM"), Uint8Array.of(0x04, 0x04, 0, 0), uint32(iptc.length)];
  const text = (tag: string, value: string) =>
    `<${tag}><rdf:Alt><rdf:li xml:lang="x-default">${escaped(value)}</rdf:li></rdf:Alt></${tag}>`;
  const xmp =
    '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">' +
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about=""' +
    ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmpRights="http://ns.adobe.com/xap/1.0/rights/"' +
    ` xmpRights:WebStatement="${escaped(licenceUrl)}">${text("dc:title", name)}${text("xmpRights:UsageTerms", licence)}` +
    '</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>';
  return insert(jpeg, [
    segment(APP1, utf8.encode(`http://ns.adobe.com/xap/1.0/\u0000${xmp}`)),
    segment(APP13, join([...head, iptc, new Uint8Array(iptc.length % 2)])),
  ]);
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}

/** One dataset of IPTC's Information Interchange Model. */
function record(number: number, dataset: number, value: Uint8Array): Bytes {
  return join([Uint8Array.of(0x1c, number, dataset, value.length >> 8, value.length & 255), value]);
}

function uint32(value: number): Bytes {
  const out = new Uint8Array(4);
  new DataView(out.buffer).setUint32(0, value);
  return out;
}

function segment(marker: number, content: Uint8Array): Bytes {
  const length = content.length + 2;
  return join([Uint8Array.of(0xff, marker, length >> 8, length & 255), content]);
}

/** Puts segments behind the first one, which readers want to be JFIF's. */
function insert(jpeg: Bytes, segments: readonly Bytes[]): Bytes {
  const hasJfif = jpeg[3] === 0xe0;
  const at = hasJfif ? 4 + ((jpeg[4]! << 8) | jpeg[5]!) : 2;
  return join([jpeg.subarray(0, at), ...segments, jpeg.subarray(at)]);
}

/** A big-endian TIFF with one entry: 0x0112, the orientation. */
function exif(orientation: number): Bytes {
  const entry = [0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0];
  return Uint8Array.of(0x45, 0x78, 0x69, 0x66, 0, 0, 0x4d, 0x4d, 0, 42, 0, 0, 0, 8, 0, 1, ...entry, 0, 0, 0, 0);
}
