/** The scans of a Huffman-coded JPEG, sequential or progressive, as coefficients (ITU-T T.81, annexes F and G). */
import { endOfScan, JpegError, type JpegHeader, segments } from "./header.ts";
import { BitReader, HuffmanTable } from "./huffman.ts";

/** The coefficients of one component: 64 a block in natural order, blocks in rows; not yet multiplied by their steps. */
export interface Plane {
  /** Blocks that exist in memory: whole units of the picture. */
  readonly blocksPerRow: number;
  readonly rows: number;
  readonly data: Int16Array;
  /** Samples that the picture really has. */
  readonly width: number;
  readonly height: number;
  readonly h: number;
  readonly v: number;
  /** The steps of the coefficients, in natural order. */
  steps: Uint16Array | undefined;
}

/** Where the n-th coefficient of the zigzag lies in a block. */
const NATURAL = Uint8Array.of(
  0,
  1,
  8,
  16,
  9,
  2,
  3,
  10,
  17,
  24,
  32,
  25,
  18,
  11,
  4,
  5,
  12,
  19,
  26,
  33,
  40,
  48,
  41,
  34,
  27,
  20,
  13,
  6,
  7,
  14,
  21,
  28,
  35,
  42,
  49,
  56,
  57,
  50,
  43,
  36,
  29,
  22,
  15,
  23,
  30,
  37,
  44,
  51,
  58,
  59,
  52,
  45,
  38,
  31,
  39,
  46,
  53,
  60,
  61,
  54,
  47,
  55,
  62,
  63,
);

interface Scan {
  readonly planes: readonly { readonly plane: Plane; readonly dc: HuffmanTable; readonly ac: HuffmanTable }[];
  /** The first and the last coefficient, and the bits that came before (`high`) and come now (`low`). */
  readonly start: number;
  readonly end: number;
  readonly high: number;
  readonly low: number;
}

type Predictions = Int32Array;

/**
 * Reads all scans.
 *
 * @throws JpegError for data that are broken: no block is ever guessed
 */
export function readCoefficients(bytes: Uint8Array, header: JpegHeader): Plane[] {
  return new ScanReader(bytes, header).read();
}

class ScanReader {
  readonly #bytes: Uint8Array;
  readonly #header: JpegHeader;
  readonly #planes: Plane[];
  readonly #quantization: (Uint16Array | undefined)[] = [];
  readonly #dc: (HuffmanTable | undefined)[] = [];
  readonly #ac: (HuffmanTable | undefined)[] = [];
  #restartInterval = 0;
  /** Blocks of nothing that the current end-of-band run still covers. */
  #run = 0;

  constructor(bytes: Uint8Array, header: JpegHeader) {
    this.#bytes = bytes;
    this.#header = header;
    const h = Math.max(...header.components.map((component) => component.h));
    const v = Math.max(...header.components.map((component) => component.v));
    const [across, down] = [Math.ceil(header.width / (8 * h)), Math.ceil(header.height / (8 * v))];
    this.#planes = header.components.map((component) => ({
      blocksPerRow: across * component.h,
      rows: down * component.v,
      data: new Int16Array(across * component.h * down * component.v * 64),
      width: Math.ceil((header.width * component.h) / h),
      height: Math.ceil((header.height * component.v) / v),
      h: component.h,
      v: component.v,
      steps: undefined,
    }));
  }

  read(): Plane[] {
    for (let at: number | undefined = 2; at !== undefined; ) at = this.#readUpToScan(at);
    if (this.#planes.some(({ steps }) => steps === undefined))
      throw new JpegError("it is a JPEG that lacks one of its components");
    return this.#planes;
  }

  /** The segments up to the next scan, and that scan; where to go on, or nothing at the end of the picture. */
  #readUpToScan(from: number): number | undefined {
    for (const { code, start, end } of segments(this.#bytes, from)) {
      if (code === 0xdb) this.#readQuantization(start, end);
      else if (code === 0xc4) this.#readHuffman(start, end);
      else if (code === 0xdd) this.#restartInterval = this.#bytes[start]! * 256 + this.#bytes[start + 1]!;
      else if (code === 0xda) return this.#readScan(this.#scanOf(start, end), end);
    }
    return undefined;
  }

  #readQuantization(start: number, end: number): void {
    for (let at = start; at < end; ) {
      const [wide, id] = [this.#bytes[at]! >> 4, this.#bytes[at]! & 15];
      at += 1;
      const table = new Uint16Array(64);
      for (let i = 0; i < 64; i++, at += 1 + Math.min(wide, 1))
        table[NATURAL[i]!] = wide > 0 ? this.#bytes[at]! * 256 + this.#bytes[at + 1]! : this.#bytes[at]!;
      if (at > end) throw new JpegError("it is a JPEG with a broken quantization table");
      this.#quantization[id] = table;
    }
  }

  #readHuffman(start: number, end: number): void {
    for (let at = start; at < end; ) {
      const [isAc, id] = [this.#bytes[at]! >> 4 === 1, this.#bytes[at]! & 15];
      const counts = this.#bytes.subarray(at + 1, at + 17);
      const size = counts.reduce((sum, count) => sum + count, 0);
      const next = at + 17 + size;
      if (next > end || size > 256) throw new JpegError("it is a JPEG with a broken Huffman table");
      const tables = isAc ? this.#ac : this.#dc;
      tables[id] = new HuffmanTable(counts, this.#bytes.slice(at + 17, next));
      at = next;
    }
  }

  #scanOf(start: number, end: number): Scan {
    const count = this.#bytes[start]!;
    if (count < 1 || count > 4 || end - start < 4 + 2 * count) throw new JpegError("it is a JPEG with a broken scan");
    const at = start + 1 + 2 * count;
    const [first, last, bits] = [this.#bytes[at]!, this.#bytes[at + 1]!, this.#bytes[at + 2]!];
    const isProgressive = this.#header.process === "progressive";
    const range = isProgressive ? { start: first, end: last, high: bits >> 4, low: bits & 15 } : WHOLE_BLOCK;
    if (range.end > 63 || range.start > range.end || (isProgressive && range.start === 0 && range.end > 0))
      throw new JpegError("it is a JPEG with a scan of coefficients that there are none of");
    const planes = Array.from({ length: count }, (_, i) => {
      const [id, tables] = [this.#bytes[start + 1 + 2 * i]!, this.#bytes[start + 2 + 2 * i]!];
      const place = this.#header.components.findIndex((component) => component.id === id);
      const plane = this.#planes[place];
      if (plane === undefined) throw new JpegError("it is a JPEG with a scan of a component that it has not");
      // The table may be sent anew for a later component; the one in force at its first scan counts.
      plane.steps ??= this.#quantization[this.#header.components[place]!.table];
      return { plane, dc: this.#dc[tables >> 4] ?? NO_TABLE, ac: this.#ac[tables & 15] ?? NO_TABLE };
    });
    return { planes, ...range };
  }

  /** All blocks of a scan; where the next segment begins. */
  #readScan(scan: Scan, from: number): number {
    const bits = new BitReader(this.#bytes, from);
    const predictions: Predictions = new Int32Array(scan.planes.length);
    const readBlock = this.#blockReader(scan);
    const single = scan.planes.length === 1 ? scan.planes[0]!.plane : undefined;
    const across = single ? Math.ceil(single.width / 8) : scan.planes[0]!.plane.blocksPerRow / scan.planes[0]!.plane.h;
    const down = single ? Math.ceil(single.height / 8) : scan.planes[0]!.plane.rows / scan.planes[0]!.plane.v;
    this.#run = 0;
    for (let unit = 0, restarts = 0; unit < across * down; unit++) {
      if (this.#restartInterval > 0 && unit > 0 && unit % this.#restartInterval === 0) {
        bits.restart(restarts++ & 7);
        predictions.fill(0);
        this.#run = 0;
      }
      const [column, row] = [unit % across, Math.floor(unit / across)];
      if (single !== undefined) readBlock(bits, 0, (row * single.blocksPerRow + column) * 64, predictions);
      else this.#readUnit(scan, column, row, (i, at) => readBlock(bits, i, at, predictions));
    }
    return endOfScan(this.#bytes, bits.position);
  }

  #readUnit({ planes }: Scan, column: number, row: number, block: (plane: number, at: number) => void): void {
    for (const [i, { plane }] of planes.entries()) {
      for (let y = 0; y < plane.v; y++) {
        const start = (row * plane.v + y) * plane.blocksPerRow + column * plane.h;
        for (let x = 0; x < plane.h; x++) block(i, (start + x) * 64);
      }
    }
  }

  #blockReader(scan: Scan): (bits: BitReader, plane: number, at: number, predictions: Predictions) => void {
    const { start, high, low, end } = scan;
    if (this.#header.process !== "progressive")
      return (bits, i, at, predictions) => sequential(bits, scan.planes[i]!, at, predictions, i);
    if (start === 0 && high === 0)
      return (bits, i, at, predictions) => {
        const { plane, dc } = scan.planes[i]!;
        predictions[i]! += bits.signed(checkedSize(bits.symbol(dc)));
        plane.data[at] = predictions[i]! << low;
      };
    if (start === 0)
      return (bits, i, at) => {
        if (bits.bit() === 1) scan.planes[i]!.plane.data[at]! |= 1 << low;
      };
    const { plane, ac } = scan.planes[0]!;
    if (high === 0) return (bits, _, at) => this.#firstBits(bits, plane.data, ac, at, start, end, low);
    return (bits, _, at) => this.#furtherBits(bits, plane.data, ac, at, start, end, low);
  }

  /** T.81, G.1.2.2: coefficients that are met for the first time, and runs of blocks without any. */
  #firstBits(
    bits: BitReader,
    data: Int16Array,
    ac: HuffmanTable,
    at: number,
    start: number,
    end: number,
    low: number,
  ): void {
    if (this.#run > 0) {
      this.#run -= 1;
      return;
    }
    for (let k = start; k <= end; k++) {
      const symbol = bits.symbol(ac);
      const [run, size] = [symbol >> 4, symbol & 15];
      if (size !== 0) {
        k += run;
        if (k > end) throw new JpegError("it is a JPEG with broken data: a block runs over");
        data[at + NATURAL[k]!] = bits.signed(size) << low;
      } else if (run === 15) k += 15;
      else {
        this.#run = (1 << run) - 1 + bits.read(run);
        return;
      }
    }
  }

  /** T.81, G.1.2.3: one more bit for those known, and new ones of that size between them. */
  #furtherBits(
    bits: BitReader,
    data: Int16Array,
    ac: HuffmanTable,
    at: number,
    start: number,
    end: number,
    low: number,
  ): void {
    const step = 1 << low;
    let k = start;
    if (this.#run === 0) {
      for (; k <= end; k++) {
        const symbol = bits.symbol(ac);
        let zeros = symbol >> 4;
        let fresh = 0;
        if ((symbol & 15) !== 0) fresh = bits.bit() === 1 ? step : -step;
        else if (zeros !== 15) {
          this.#run = (1 << zeros) + bits.read(zeros);
          break;
        }
        for (; k <= end; k++) {
          const place = at + NATURAL[k]!;
          if (data[place] !== 0) refine(bits, data, place, step);
          else if (zeros-- === 0) break;
        }
        if (fresh === 0) continue;
        if (k > end) throw new JpegError("it is a JPEG with broken data: a block runs over");
        data[at + NATURAL[k]!] = fresh;
      }
    }
    if (this.#run === 0) return;
    for (; k <= end; k++) {
      const place = at + NATURAL[k]!;
      if (data[place] !== 0) refine(bits, data, place, step);
    }
    this.#run -= 1;
  }
}

const WHOLE_BLOCK = { start: 0, end: 63, high: 0, low: 0 } as const;
const NO_TABLE = new HuffmanTable(new Uint8Array(16), new Uint8Array(0));

function refine(bits: BitReader, data: Int16Array, place: number, step: number): void {
  const value = data[place]!;
  if (bits.bit() === 1 && (value & step) === 0) data[place] = value >= 0 ? value + step : value - step;
}

function sequential(
  bits: BitReader,
  { plane, dc, ac }: Scan["planes"][number],
  at: number,
  predictions: Predictions,
  i: number,
): void {
  predictions[i]! += bits.signed(checkedSize(bits.symbol(dc)));
  plane.data[at] = predictions[i]!;
  for (let k = 1; k < 64; k++) {
    const symbol = bits.symbol(ac);
    const size = symbol & 15;
    if (size === 0) {
      if (symbol !== 0xf0) return;
      k += 15;
      continue;
    }
    k += symbol >> 4;
    if (k > 63) throw new JpegError("it is a JPEG with broken data: a block runs over");
    plane.data[at + NATURAL[k]!] = bits.signed(size);
  }
}

function checkedSize(size: number): number {
  if (size > 15) throw new JpegError("it is a JPEG with broken data: a difference of more than 15 bits");
  return size;
}
