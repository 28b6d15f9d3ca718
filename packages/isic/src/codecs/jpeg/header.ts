/** What a JPEG says of itself before its first scan (ITU-T T.81, annex B). */
import { ModuleLoadError } from "../../errors.ts";

export interface JpegComponent {
  readonly id: number;
  /** Sampling factors: how many samples it has, beside the other components. */
  readonly h: number;
  readonly v: number;
  /** Its quantization table. */
  readonly table: number;
}

export interface JpegHeader {
  readonly width: number;
  readonly height: number;
  /** Bits per sample. */
  readonly precision: number;
  readonly process: "sequential" | "progressive" | "lossless" | "hierarchical";
  readonly coding: "Huffman" | "arithmetic";
  readonly components: readonly JpegComponent[];
  readonly hasJfif: boolean;
  /** The transform that an Adobe segment names: 0 none, 1 YCbCr, 2 YCCK. */
  readonly adobe: number | undefined;
}

/** A JPEG that cannot be read here; the message is the end of a sentence: "it is a lossless JPEG, ...". */
export class JpegError extends Error {
  override readonly name = "JpegError";
}

/** A JPEG of a kind that nobody here reads; nothing is known to be wrong with it. */
export class JpegKindError extends JpegError {}

/** A part of the decoder, loaded. That it does not come is no fault of the picture. Throws a `ModuleLoadError`. */
export async function jpegModule<T>(part: Promise<T>): Promise<T> {
  try {
    return await part;
  } catch (cause) {
    throw new ModuleLoadError("The JPEG decoder", { cause });
  }
}

/**
 * Reads the segments up to the first scan.
 *
 * @throws JpegError where there is no frame, or a segment does not fit
 */
export function readJpegHeader(bytes: Uint8Array): JpegHeader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let frame: Omit<JpegHeader, "hasJfif" | "adobe"> | undefined;
  let hasJfif = false;
  let adobe: number | undefined;
  for (const { code, start, end } of segments(bytes)) {
    if (code === 0xe0 && startsWith(bytes, start, "JFIF\0")) hasJfif = true;
    if (code === 0xee && end - start >= 12 && startsWith(bytes, start, "Adobe")) adobe = bytes[start + 11];
    if (isFrame(code)) {
      if (frame !== undefined) throw new JpegError("it is a JPEG with two frames");
      frame = readFrame(code, view, start, end);
    }
  }
  if (frame === undefined) throw new JpegError("it is a JPEG without a frame");
  return { ...frame, hasJfif, adobe };
}

export interface Segment {
  readonly code: number;
  /** Where its content begins, behind the length. */
  readonly start: number;
  readonly end: number;
}

/** The segments of the header; the last one is the first scan's. */
export function* segments(bytes: Uint8Array, from = 2): Generator<Segment, void, void> {
  for (let at = from; ; ) {
    while (bytes[at] === 0xff && bytes[at + 1] === 0xff) at += 1;
    const code = bytes[at + 1];
    if (bytes[at] !== 0xff || code === undefined) throw new JpegError("it is a JPEG with a broken frame");
    if (code === 0xd9) return;
    if (code === 0x01 || (code >= 0xd0 && code <= 0xd8)) {
      at += 2;
      continue;
    }
    const end = at + 2 + bytes[at + 2]! * 256 + bytes[at + 3]!;
    if (!(end >= at + 4 && end <= bytes.length)) throw new JpegError("it is a JPEG that is cut short");
    yield { code, start: at + 4, end };
    if (code === 0xda) return;
    at = end;
  }
}

/** Where a scan's data end: the next marker that is neither a stuffed 0xff nor a restart. */
export function endOfScan(bytes: Uint8Array, from: number): number {
  for (let at = bytes.indexOf(0xff, from); at >= 0; at = bytes.indexOf(0xff, at + 1)) {
    const next = bytes[at + 1];
    if (next !== undefined && next !== 0 && next !== 0xff && !(next >= 0xd0 && next <= 0xd7)) return at;
  }
  throw new JpegError("it is a JPEG that is cut short");
}

/** How many bytes of coded blocks a file has in all its scans, without its tables, comments and what lies behind its end. */
export function codedBytes(bytes: Uint8Array): number {
  let sum = 0;
  for (let at: number | undefined = 2; at !== undefined; ) {
    let next: number | undefined;
    for (const { code, end } of segments(bytes, at)) {
      if (code !== 0xda) continue;
      next = endOfScan(bytes, end);
      sum += next - end;
    }
    at = next;
  }
  return sum;
}

/** SOF0 to SOF15, but for DHT, JPG and DAC, which lie among them. */
function isFrame(code: number): boolean {
  return code >= 0xc0 && code <= 0xcf && code !== 0xc4 && code !== 0xc8 && code !== 0xcc;
}

function readFrame(code: number, view: DataView, start: number, end: number): Omit<JpegHeader, "hasJfif" | "adobe"> {
  const count = end - start < 6 ? 0 : view.getUint8(start + 5);
  if (count === 0 || end - start < 6 + 3 * count) throw new JpegError("it is a JPEG with a broken frame");
  const components = Array.from({ length: count }, (_, i): JpegComponent => {
    const at = start + 6 + 3 * i;
    const sampling = view.getUint8(at + 1);
    return { id: view.getUint8(at), h: sampling >> 4, v: sampling & 15, table: view.getUint8(at + 2) };
  });
  if (components.some(({ h, v }) => h < 1 || h > 4 || v < 1 || v > 4))
    throw new JpegError("it is a JPEG with sampling factors that there are none of");
  const [height, width] = [view.getUint16(start + 1), view.getUint16(start + 3)];
  if (width === 0 || height === 0) throw new JpegError("it is a JPEG without a size in its frame");
  const kind = code & 3;
  const process = (code & 7) > 4 ? "hierarchical" : kind === 3 ? "lossless" : kind === 2 ? "progressive" : "sequential";
  const coding = code >= 0xc8 ? "arithmetic" : "Huffman";
  return { width, height, precision: view.getUint8(start), process, coding, components };
}

function startsWith(bytes: Uint8Array, at: number, text: string): boolean {
  return Array.from(text).every((character, i) => bytes[at + i] === character.charCodeAt(0));
}
