/** Files that promise, or unpack to, far more than they hold. */
import { constants, crc32, deflateRawSync } from "node:zlib";

type Bytes = Uint8Array<ArrayBuffer>;

export const MIB: number = 2 ** 20;

type Part = string | Uint8Array | readonly number[];

export function bytesOf(...parts: readonly Part[]): Bytes {
  return joined(parts);
}

function joined(parts: readonly Part[]): Bytes {
  return new Uint8Array(Buffer.concat(parts.map((part) => Buffer.from(part as Uint8Array))));
}

/** A raw deflate stream of so many MiB of one byte: a block that stands alone, again and again. */
export function deflatedMiB(count: number, byte = 0): Bytes {
  const step = Math.min(count, 16);
  const block = deflateRawSync(Buffer.alloc(step * MIB, byte), { level: 9, finishFlush: constants.Z_FULL_FLUSH });
  return bytesOf(...Array<Uint8Array>(Math.ceil(count / step)).fill(block), [3, 0]);
}

export function uint32(value: number): Bytes {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value);
  return bytes;
}

export const zlibStream = (raw: Uint8Array): Bytes => bytesOf([0x78, 0x9c], raw, uint32(0));

/** A gzip file; its last four bytes say how long its content is. */
export function gzipFile(raw: Uint8Array, says: number): Bytes {
  return bytesOf([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3], raw, uint32(0), uint32(says).reverse());
}

export function pngChunk(type: string, data: Uint8Array = new Uint8Array(0)): Bytes {
  const body = bytesOf(type, data);
  return bytesOf(uint32(data.length), body, uint32(crc32(body)));
}

export function pngFile(
  [width, height]: readonly [number, number],
  rest: readonly Uint8Array[],
  { depth = 8, color = 2, interlace = 0 } = {},
): Bytes {
  const header = bytesOf(uint32(width), uint32(height), [depth, color, 0, 0, interlace]);
  const signature = [137, 80, 78, 71, 13, 10, 26, 10];
  return joined([signature, pngChunk("IHDR", header), ...rest, pngChunk("IEND")]);
}

const segment = (code: number, data: readonly number[]): number[] => {
  const length = data.length + 2;
  return [0xff, code, length >> 8, length & 255, ...data];
};

interface JpegParts {
  readonly frame?: number;
  /** Sampling factors, one byte a component. */
  readonly sampling?: readonly number[];
  readonly scans?: readonly (readonly [header: readonly number[], data: Uint8Array])[];
}

/** A JPEG frame around scans; its Huffman tables know one code, "0", which means nothing but zeros. */
export function jpegFile(
  [width, height]: readonly [number, number],
  { frame = 0xc0, sampling = [0x22, 0x11, 0x11], scans = [] }: JpegParts = {},
): Bytes {
  const size = [height >> 8, height & 255, width >> 8, width & 255];
  const components = sampling.flatMap((factors, i) => [i + 1, factors, 0]);
  const table = (id: number): number[] => [id, 1, ...Array<number>(15).fill(0), 0];
  const head = [
    ...[0xff, 0xd8],
    ...segment(0xdb, [0, ...Array<number>(64).fill(1)]),
    ...segment(frame, [8, ...size, sampling.length, ...components]),
    ...segment(0xc4, [...table(0), ...table(0x10)]),
  ];
  const parts = scans.flatMap(([header, data]) => [segment(0xda, header), data]);
  return bytesOf(head, ...parts, [0xff, 0xd9]);
}

export const wholeScan = (components: number): number[] => [
  components,
  ...Array.from({ length: components }, (_, i) => [i + 1, 0]).flat(),
  0,
  63,
  0,
];

export interface ZipSays {
  readonly name?: string;
  readonly size?: number;
  readonly crc?: number;
  readonly count?: number;
  /** Entries of the directory that come before. */
  readonly decoys?: number;
}

/** A ZIP of one deflated member; its directory says what it is told to. */
export function zipFile(packed: Uint8Array, says: ZipSays = {}): Bytes {
  const { name = "idx.npy", size = 0, crc = 0, count = 1, decoys = 0 } = says;
  const local = new DataView(new ArrayBuffer(30));
  local.setUint32(0, 0x04034b50, true);
  local.setUint16(26, name.length, true);
  const entry = (called: string): Bytes => {
    const view = new DataView(new ArrayBuffer(46));
    view.setUint32(0, 0x02014b50, true);
    view.setUint16(10, 8, true);
    view.setUint32(16, crc, true);
    view.setUint32(20, packed.length, true);
    view.setUint32(24, size, true);
    view.setUint16(28, called.length, true);
    return bytesOf(new Uint8Array(view.buffer), called);
  };
  const end = new DataView(new ArrayBuffer(22));
  end.setUint32(0, 0x06054b50, true);
  end.setUint16(10, count, true);
  end.setUint32(16, 30 + name.length + packed.length, true);
  const directory = [...Array<Bytes>(decoys).fill(entry("x")), entry(name)];
  return bytesOf(new Uint8Array(local.buffer), name, packed, ...directory, new Uint8Array(end.buffer));
}

/** The head of a NumPy file. */
export function npyHead(shape: string, type = "<i4", headerLength?: number): Bytes {
  const dict = `{'descr': '${type}', 'fortran_order': False, 'shape': ${shape}, }\n`;
  const length = uint32(headerLength ?? dict.length).reverse();
  return bytesOf(
    "\x93NUMPY".split("").map((c) => c.charCodeAt(0)),
    [2, 0],
    length,
    dict,
  );
}
