/** Huffman tables and the bits of a scan (ITU-T T.81, annexes C and F). */
import { JpegError } from "./header.ts";

const LOOK = 9;

/** Codes of up to 9 bits by one look-up; longer ones by their lengths. */
export class HuffmanTable {
  /** `length << 8 | value` for every 9 bits that begin with a short code; 0 elsewhere. */
  readonly quick: Uint16Array = new Uint16Array(1 << LOOK);
  readonly values: Uint8Array;
  /** By length: the largest code, and what to add to a code for its place in `values`. */
  readonly largest: Int32Array = new Int32Array(18).fill(-1);
  readonly offset: Int32Array = new Int32Array(18);

  constructor(counts: Uint8Array, values: Uint8Array) {
    this.values = values;
    let code = 0;
    let place = 0;
    for (let length = 1; length <= 16; length++) {
      const count = counts[length - 1]!;
      this.offset[length] = place - code;
      for (let i = 0; i < count; i++, code++, place++) {
        if (length > LOOK) continue;
        const from = code << (LOOK - length);
        this.quick.fill((length << 8) | values[place]!, from, from + (1 << (LOOK - length)));
      }
      if (count > 0) this.largest[length] = code - 1;
      if (code > 1 << length) throw new JpegError("it is a JPEG with a broken Huffman table");
      code <<= 1;
    }
  }
}

/** The bits of the entropy-coded data, most significant first; stuffed bytes are left out. */
export class BitReader {
  readonly #bytes: Uint8Array;
  #at: number;
  #bits = 0;
  #count = 0;

  constructor(bytes: Uint8Array, at: number) {
    this.#bytes = bytes;
    this.#at = at;
  }

  /** Where the next marker is looked for; the bits of the last byte are let go. */
  get position(): number {
    return this.#at;
  }

  /** 0 to 16 bits. */
  read(count: number): number {
    if (count === 0) return 0;
    this.#need(count);
    this.#count -= count;
    return (this.#bits >>> this.#count) & ((1 << count) - 1);
  }

  bit(): number {
    if (this.#count === 0) this.#need(1);
    this.#count -= 1;
    return (this.#bits >>> this.#count) & 1;
  }

  /** A value of so many bits, the upper half of their range as it is, the lower half negative (T.81, F.2.2.1). */
  signed(count: number): number {
    if (count === 0) return 0;
    const value = this.read(count);
    return value < 1 << (count - 1) ? value - (1 << count) + 1 : value;
  }

  symbol(table: HuffmanTable): number {
    this.#fill();
    const missing = LOOK - this.#count;
    const look = (missing > 0 ? this.#bits << missing : this.#bits >>> -missing) & ((1 << LOOK) - 1);
    const quick = table.quick[look]!;
    if (quick !== 0 && quick >> 8 <= this.#count) {
      this.#count -= quick >> 8;
      return quick & 255;
    }
    for (let length = 1, code = 0; length <= 16; length++) {
      code = (code << 1) | this.bit();
      if (code <= table.largest[length]!) {
        const value = table.values[code + table.offset[length]!];
        if (value !== undefined) return value;
      }
    }
    throw new JpegError("it is a JPEG with broken data: there is no such Huffman code");
  }

  /** Goes to the restart marker that must come now. */
  restart(expected: number): void {
    this.#bits = this.#count = 0;
    while (this.#bytes[this.#at] === 0xff && this.#bytes[this.#at + 1] === 0xff) this.#at += 1;
    if (this.#bytes[this.#at] !== 0xff || this.#bytes[this.#at + 1] !== 0xd0 + expected)
      throw new JpegError("it is a JPEG with broken data: a restart marker is missing");
    this.#at += 2;
  }

  #need(count: number): void {
    this.#fill();
    if (this.#count < count) throw new JpegError("it is a JPEG with broken data: a scan ends too early");
  }

  /** Up to 24 bits and more, as far as the scan goes. */
  #fill(): void {
    while (this.#count <= 16) {
      const byte = this.#bytes[this.#at];
      if (byte === undefined) return;
      if (byte === 0xff) {
        if (this.#bytes[this.#at + 1] !== 0) return;
        this.#at += 1;
      }
      this.#at += 1;
      this.#bits = (this.#bits << 8) | byte;
      this.#count += 8;
    }
  }
}
