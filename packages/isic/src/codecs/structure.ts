/** Is a picture's file whole? State machines over its frame, fed piece by piece; pixels are not decoded. */

import { crc32 } from "@isic/core-wasm";
export interface Structure {
  push(piece: Uint8Array): void;
  /** What is wrong, as the rest of "it is a JPEG ...", or nothing. */
  end(length: number): string | undefined;
}

const CUT = "that is cut short";
/** Encoders write about ten, and a decoder goes through the whole picture for each. */
const MOST_SCANS = 100;

/**
 * All segments and scans up to the end marker (ITU-T T.81, B.1). What cameras write behind it is theirs. An embedded
 * thumbnail lies inside a segment, so its own end marker is never taken for the picture's.
 */
export class JpegStructure implements Structure {
  #state: "marker" | "code" | "length" | "rest" | "scan" | "scan marker" | "end" | "broken" = "marker";
  /** Bytes of the segment still to come; while its length arrives, the first byte of that. */
  #left = 0;
  #lengthBytes = 0;
  #scans = 0;
  #isScan = false;

  push(piece: Uint8Array): void {
    for (let at = 0; at < piece.length && this.#state !== "end" && this.#state !== "broken"; ) {
      if (this.#state === "rest") at += this.#skip(piece.length - at);
      else if (this.#state === "scan") at = this.#toMarker(piece, at);
      else this.#step(piece[at++]!);
    }
  }

  end(): string | undefined {
    if (this.#state === "broken") return "with a broken frame";
    if (this.#state !== "end") return CUT;
    if (this.#scans > MOST_SCANS) return `of ${this.#scans} scans, more than the ${MOST_SCANS} that are allowed`;
    return this.#scans === 0 ? "without a picture" : undefined;
  }

  #skip(available: number): number {
    const taken = Math.min(available, this.#left);
    this.#left -= taken;
    if (this.#left === 0) this.#state = this.#isScan ? "scan" : "marker";
    return taken;
  }

  #toMarker(piece: Uint8Array, at: number): number {
    const next = piece.indexOf(0xff, at);
    if (next < 0) return piece.length;
    this.#state = "scan marker";
    return next + 1;
  }

  #step(byte: number): void {
    if (this.#state === "marker") this.#state = byte === 0xff ? "code" : "broken";
    else if (this.#state === "code") this.#marker(byte);
    else if (this.#state === "scan marker") this.#markerInScan(byte);
    else this.#length(byte);
  }

  #marker(code: number): void {
    if (code === 0xff) return;
    if (code === 0xd9) this.#state = "end";
    else if (code === 0x01 || (code >= 0xd0 && code <= 0xd8)) this.#state = "marker";
    else if (code === 0) this.#state = "broken";
    else {
      this.#isScan = code === 0xda;
      if (this.#isScan) this.#scans += 1;
      this.#lengthBytes = 0;
      this.#state = "length";
    }
  }

  /** A stuffed 0xff, a fill byte or a restart is part of the scan; anything else ends it. */
  #markerInScan(code: number): void {
    if (code === 0xff) return;
    if (code === 0 || (code >= 0xd0 && code <= 0xd7)) this.#state = "scan";
    else this.#marker(code);
  }

  #length(byte: number): void {
    this.#left = this.#lengthBytes === 0 ? byte : this.#left * 256 + byte;
    this.#lengthBytes += 1;
    if (this.#lengthBytes < 2) return;
    this.#left -= 2;
    if (this.#left < 0) this.#state = "broken";
    else if (this.#left > 0) this.#state = "rest";
    else this.#state = this.#isScan ? "scan" : "marker";
  }
}

const SIGNATURE = 8;
const IEND = 0x49454e44;

/** All chunks with their checksums up to IEND (PNG, third edition, 5.3); what comes behind it is no part of the picture. */
export class PngStructure implements Structure {
  #skip = SIGNATURE;
  readonly #frame = new Uint8Array(8);
  #framed = 0;
  #data = 0;
  #inTrailer = false;
  #type = 0;
  #crc = 0;
  #state: "chunks" | "end" | "wrong" = "chunks";

  push(piece: Uint8Array): void {
    for (let at = 0; at < piece.length && this.#state === "chunks"; ) {
      if (this.#skip > 0) {
        const taken = Math.min(this.#skip, piece.length - at);
        this.#skip -= taken;
        at += taken;
      } else if (this.#data > 0) {
        const part = piece.subarray(at, at + Math.min(this.#data, piece.length - at));
        this.#crc = crc32(part, this.#crc);
        this.#data -= part.length;
        at += part.length;
        this.#inTrailer = this.#data === 0;
      } else at += this.#takeFrame(piece, at);
    }
  }

  end(): string | undefined {
    if (this.#state === "wrong") return "with a wrong checksum";
    return this.#state === "end" ? undefined : CUT;
  }

  /** Length and type before the data of a chunk, the checksum behind them. */
  #takeFrame(piece: Uint8Array, at: number): number {
    const size = this.#inTrailer ? 4 : 8;
    const part = piece.subarray(at, at + size - this.#framed);
    this.#frame.set(part, this.#framed);
    this.#framed += part.length;
    if (this.#framed === size) {
      this.#framed = 0;
      const view = new DataView(this.#frame.buffer);
      if (this.#inTrailer) this.#closeChunk(view.getUint32(0));
      else this.#openChunk(view);
    }
    return part.length;
  }

  #openChunk(view: DataView): void {
    this.#data = view.getUint32(0);
    this.#type = view.getUint32(4);
    this.#crc = crc32(this.#frame.subarray(4, 8), 0);
    this.#inTrailer = this.#data === 0;
  }

  #closeChunk(crc: number): void {
    this.#inTrailer = false;
    if (crc !== this.#crc) this.#state = "wrong";
    else if (this.#type === IEND) this.#state = "end";
  }
}

/** Formats of which only the sizes in the header are held against the length. */
export function withoutStructure(name: string | undefined, head: Uint8Array): Structure {
  const needed = name === "bmp" ? bmpSize(head) : name === "tiff" ? tiffDirectory(head) : 0;
  return {
    push() {},
    end: (length) => (length < needed ? CUT : undefined),
  };
}

function bmpSize(head: Uint8Array): number {
  return new DataView(head.buffer, head.byteOffset, head.byteLength).getUint32(2, true);
}

/** The first directory must lie inside the file; writers put it at the end more often than not. */
function tiffDirectory(head: Uint8Array): number {
  if (head.length < 8) return 8;
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  return view.getUint32(4, head[0] === 0x49) + 6;
}
