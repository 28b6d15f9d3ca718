import type { Bytes, Picture } from "../archive/source.ts";

/** Quantisation for quality 50 (ITU-T T.81, annex K), row by row. */
const LUMA = [
  16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69, 56, 14, 17, 22, 29, 51,
  87, 80, 62, 18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92, 49, 64, 78, 87, 103, 121, 120, 101,
  72, 92, 95, 98, 112, 100, 103, 99,
];
const CHROMA = Array.from({ length: 64 }, (_, i) => {
  const near = [17, 18, 24, 47, 18, 21, 26, 66, 24, 26, 56, 99, 47, 66, 99, 99];
  return i >> 3 < 4 && (i & 7) < 4 ? near[(i >> 3) * 4 + (i & 7)]! : 99;
});

/** Code lengths and symbols of annex K's luminance tables; chroma uses them too, which costs a few bytes per picture. */
const DC_LENGTHS = [0, 1, 5, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0];
const DC_SYMBOLS = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11];
const AC_LENGTHS = [0, 2, 1, 3, 3, 2, 4, 3, 5, 5, 4, 4, 0, 0, 1, 125];
const AC_SYMBOLS = (
  "0102030004110512213141061351610722711432819" +
  "1a1082342b1c11552d1f02433627282090a161718191a25262728292a3435363738393a434445464748494a535455565758595a636465" +
  "666768696a737475767778797a838485868788898a92939495969798999aa2a3a4a5a6a7a8a9aab2b3b4b5b6b7b8b9bac2c3c4c5c6c7" +
  "c8c9cad2d3d4d5d6d7d8d9dae1e2e3e4e5e6e7e8e9eaf1f2f3f4f5f6f7f8f9fa"
)
  .match(/../g)!
  .map((pair) => Number.parseInt(pair, 16));

const ZIGZAG = zigzag();
const COSINES = Float64Array.from({ length: 64 }, (_, i) => {
  const [u, x] = [i >> 3, i & 7];
  return (u === 0 ? Math.SQRT1_2 : 1) * 0.5 * Math.cos(((2 * x + 1) * u * Math.PI) / 16);
});

/** Options of {@link encodeJpeg}. */
interface JpegOptions {
  /** 1 (worst) to 100. */
  readonly quality: number;
}

/**
 * Baseline JPEG with chroma at half resolution, in plain JavaScript, the same bytes on every platform.
 *
 * Our own because no kept encoder fits an archive that runs from one module in pages and in Node: `@jsquash/jpeg` fetches
 * 250 kB of WebAssembly, which Node can only do with a built-in that this entry may not reach, and `jpeg-js` needs a
 * `Buffer` in pages and keeps the chroma whole.
 */
export function encodeJpeg(picture: Picture, options: JpegOptions): Bytes {
  const scale = options.quality < 50 ? 5000 / options.quality : 200 - 2 * options.quality;
  const quant = [LUMA, CHROMA].map((table) =>
    Uint8Array.from(table, (q) => Math.min(255, Math.max(1, Math.floor((q * scale + 50) / 100)))),
  );
  const out = new BitWriter(1024 + Math.ceil(picture.width * picture.height * 0.4));
  out.word(0xffd8);
  out.segment(0xffe0, [0x4a, 0x46, 0x49, 0x46, 0, 1, 1, 0, 0, 1, 0, 1, 0, 0]);
  quant.forEach((table, i) => {
    out.segment(0xffdb, [i, ...ZIGZAG.map((at) => table[at]!)]);
  });
  const { width, height } = picture;
  out.segment(0xffc0, [8, height >> 8, height & 255, width >> 8, width & 255, 3, 1, 0x22, 0, 2, 0x11, 1, 3, 0x11, 1]);
  out.segment(0xffc4, [0x00, ...DC_LENGTHS, ...DC_SYMBOLS]);
  out.segment(0xffc4, [0x10, ...AC_LENGTHS, ...AC_SYMBOLS]);
  out.segment(0xffda, [3, 1, 0, 2, 0, 3, 0, 0, 63, 0]);
  encodeBlocks(picture, quant as [Uint8Array, Uint8Array], out);
  out.flush();
  out.word(0xffd9);
  return out.bytes();
}

function encodeBlocks(picture: Picture, quant: readonly [Uint8Array, Uint8Array], out: BitWriter): void {
  const dc = codes(DC_LENGTHS, DC_SYMBOLS);
  const ac = codes(AC_LENGTHS, AC_SYMBOLS);
  const { width, height, data } = picture;
  const luma = [0, 1, 2, 3].map(() => new Float64Array(64));
  const cb = new Float64Array(64);
  const cr = new Float64Array(64);
  const last = [0, 0, 0];
  for (let top = 0; top < height; top += 16) {
    for (let left = 0; left < width; left += 16) {
      cb.fill(0);
      cr.fill(0);
      for (let y = 0; y < 16; y++) {
        const row = Math.min(top + y, height - 1) * width;
        for (let x = 0; x < 16; x++) {
          const at = 4 * (row + Math.min(left + x, width - 1));
          const [r, g, b] = [data[at]!, data[at + 1]!, data[at + 2]!];
          const l = 0.299 * r + 0.587 * g + 0.114 * b;
          luma[(y >> 3) * 2 + (x >> 3)]![(y & 7) * 8 + (x & 7)] = l - 128;
          const small = (y >> 1) * 8 + (x >> 1);
          cb[small]! += (b - l) * 0.141;
          cr[small]! += (r - l) * 0.17825;
        }
      }
      for (const block of luma) last[0] = encodeBlock(block, quant[0], last[0]!, dc, ac, out);
      last[1] = encodeBlock(cb, quant[1], last[1]!, dc, ac, out);
      last[2] = encodeBlock(cr, quant[1], last[2]!, dc, ac, out);
    }
  }
}

const half = new Float64Array(64);
const coefficients = new Int32Array(64);

/** Transforms, quantises and writes one block; returns its DC value for the next one's difference. */
function encodeBlock(
  block: Float64Array,
  quant: Uint8Array,
  lastDc: number,
  dc: Codes,
  ac: Codes,
  out: BitWriter,
): number {
  for (let u = 0; u < 8; u++) {
    for (let y = 0; y < 8; y++) {
      let sum = 0;
      for (let x = 0; x < 8; x++) sum += COSINES[u * 8 + x]! * block[y * 8 + x]!;
      half[y * 8 + u] = sum;
    }
  }
  for (let k = 0; k < 64; k++) {
    const at = ZIGZAG[k]!;
    const [v, u] = [at >> 3, at & 7];
    let sum = 0;
    for (let y = 0; y < 8; y++) sum += COSINES[v * 8 + y]! * half[y * 8 + u]!;
    coefficients[k] = Math.round(sum / quant[at]!);
  }
  const difference = coefficients[0]! - lastDc;
  out.value(dc, 0, difference);
  let zeros = 0;
  for (let k = 1; k < 64; k++) {
    const value = coefficients[k]!;
    if (value === 0) {
      zeros++;
      continue;
    }
    for (; zeros > 15; zeros -= 16) out.bits(ac.code[0xf0]!, ac.length[0xf0]!);
    out.value(ac, zeros << 4, value);
    zeros = 0;
  }
  if (zeros > 0) out.bits(ac.code[0]!, ac.length[0]!);
  return coefficients[0]!;
}

interface Codes {
  readonly code: Uint16Array;
  readonly length: Uint8Array;
}

function codes(lengths: readonly number[], symbols: readonly number[]): Codes {
  const out = { code: new Uint16Array(256), length: new Uint8Array(256) };
  let code = 0;
  let at = 0;
  lengths.forEach((count, i) => {
    for (let n = 0; n < count; n++) {
      out.code[symbols[at]!] = code++;
      out.length[symbols[at++]!] = i + 1;
    }
    code <<= 1;
  });
  return out;
}

class BitWriter {
  #data: Bytes;
  #size = 0;
  #buffer = 0;
  #count = 0;
  constructor(capacity: number) {
    this.#data = new Uint8Array(capacity);
  }
  #byte(value: number): void {
    if (this.#size === this.#data.length) {
      const larger = new Uint8Array(this.#data.length * 2);
      larger.set(this.#data);
      this.#data = larger;
    }
    this.#data[this.#size++] = value;
  }
  word(value: number): void {
    this.#byte(value >> 8);
    this.#byte(value & 255);
  }
  segment(marker: number, content: readonly number[]): void {
    this.word(marker);
    this.word(content.length + 2);
    for (const value of content) this.#byte(value);
  }
  bits(code: number, length: number): void {
    this.#buffer = (this.#buffer << length) | code;
    this.#count += length;
    while (this.#count >= 8) {
      this.#count -= 8;
      const value = (this.#buffer >> this.#count) & 255;
      this.#byte(value);
      if (value === 255) this.#byte(0);
    }
    this.#buffer &= (1 << this.#count) - 1;
  }
  /** The Huffman code of `prefix | number of bits`, then the bits of the value. */
  value(table: Codes, prefix: number, value: number): void {
    const size = value === 0 ? 0 : 32 - Math.clz32(Math.abs(value));
    this.bits(table.code[prefix | size]!, table.length[prefix | size]!);
    if (size > 0) this.bits(value < 0 ? value + (1 << size) - 1 : value, size);
  }
  flush(): void {
    if (this.#count > 0) this.bits((1 << (8 - this.#count)) - 1, 8 - this.#count);
  }
  bytes(): Bytes {
    return this.#data.slice(0, this.#size);
  }
}

function zigzag(): readonly number[] {
  const order = Array.from({ length: 64 }, (_, i) => i);
  const diagonal = (i: number) => (i >> 3) + (i & 7);
  return order.sort((a, b) => diagonal(a) - diagonal(b) || (diagonal(a) % 2 === 0 ? (a & 7) - (b & 7) : a - b));
}
