import { deflateRawSync, gzipSync } from "node:zlib";
import { readPng, readSuperpixelPng } from "@isic/core-wasm";
import * as inNode from "@isic/core-wasm/node";
import { browserCodecs } from "../../../src/codecs/browser.ts";
import { nodeCodecs } from "../../../src/codecs/node.ts";
import { checkContent, decodeGzipJson, decodeIndexNpz } from "../../../src/index.ts";
import { type Attack, runAttack } from "../attack.ts";
import {
  bytesOf,
  deflatedMiB,
  gzipFile,
  jpegFile,
  MIB,
  npyHead,
  pngChunk,
  pngFile,
  wholeScan,
  zipFile,
  zlibStream,
} from "./bomb-kit.ts";

type Bytes = Uint8Array<ArrayBuffer>;
type Read = (bytes: Bytes) => unknown;

const pictures: Readonly<Record<string, () => Bytes>> = {
  "PNG: 65 500 x 65 500 in the header": () => pngFile([65_500, 65_500], [pngChunk("IDAT", zlibStream(deflatedMiB(1)))]),
  "PNG: 2^31 - 1 squared": () => pngFile([2 ** 31 - 1, 2 ** 31 - 1], [pngChunk("IDAT", zlibStream(deflatedMiB(1)))]),
  "PNG: 9 000 x 9 000 in 100 bytes of data": () =>
    pngFile([9_000, 9_000], [pngChunk("IDAT", zlibStream(deflateRawSync(Buffer.alloc(10))))], { depth: 16 }),
  "PNG: 64 x 64 whose data are 4 GiB": () => pngFile([64, 64], [pngChunk("IDAT", zlibStream(deflatedMiB(4096)))]),
  "PNG: interlaced, 64 x 64 whose data are 4 GiB": () =>
    pngFile([64, 64], [pngChunk("IDAT", zlibStream(deflatedMiB(4096)))], { interlace: 1 }),
  "PNG: a million empty chunks of data": () => {
    return pngFile(
      [64, 64],
      [bytesOf(...Array<Bytes>(1000).fill(bytesOf(...Array<Bytes>(1000).fill(pngChunk("IDAT")))))],
    );
  },
  "PNG: a text of 4 GiB beside the pixels, which are missing": () =>
    pngFile([64, 64], [pngChunk("zTXt", bytesOf("a\0\0", zlibStream(deflatedMiB(4096))))]),
  "PNG: a profile of 4 GiB beside the pixels, which are missing": () =>
    pngFile([64, 64], [pngChunk("iCCP", bytesOf("a\0\0", zlibStream(deflatedMiB(4096))))]),
  "PNG: one column of 2^31 - 1": () => pngFile([1, 2 ** 31 - 1], [pngChunk("IDAT", zlibStream(deflatedMiB(1)))]),
  "PNG: one row of 10^8 in 16 bits": () =>
    pngFile([1e8, 1], [pngChunk("IDAT", zlibStream(deflatedMiB(763)))], { depth: 16, color: 6 }),
  "PNG: two rows of 5 * 10^7": () => pngFile([5e7, 2], [pngChunk("IDAT", zlibStream(deflatedMiB(286)))]),
  "PNG: one column of 10^8": () => pngFile([1, 1e8], [pngChunk("IDAT", zlibStream(deflatedMiB(381)))]),
  "PNG: one interlaced column of 10^8": () =>
    pngFile([1, 1e8], [pngChunk("IDAT", zlibStream(deflatedMiB(190)))], { depth: 1, color: 0, interlace: 1 }),
  "PNG: sound but for its last byte of pixels": () =>
    pngFile([4096, 4096], [pngChunk("IDAT", zlibStream(deflatedMiB(48)))]),
};

const scanOfZeros = (bytes: number): Uint8Array => new Uint8Array(bytes);
const acScan = (component: number): number[] => [1, component, 0, 1, 63, 0];

const jpegs: Readonly<Record<string, () => Bytes>> = {
  "JPEG: 65 500 x 65 500": () => jpegFile([65_500, 65_500], { scans: [[wholeScan(3), scanOfZeros(4000)]] }),
  "JPEG: 10 000 x 10 000 in 4 kB": () => jpegFile([10_000, 10_000], { scans: [[wholeScan(3), scanOfZeros(4000)]] }),
  "JPEG: progressive, 10 000 x 10 000 in 4 kB": () =>
    jpegFile([10_000, 10_000], { frame: 0xc2, scans: [[[3, 1, 0, 2, 0, 3, 0, 0, 0, 0], scanOfZeros(4000)]] }),
  "JPEG: of four inks, 10 000 x 10 000 in 4 kB": () =>
    jpegFile([10_000, 10_000], { sampling: [0x11, 0x11, 0x11, 0x11], scans: [[wholeScan(4), scanOfZeros(4000)]] }),
  "JPEG: rare sampling, 10 000 x 10 000 in 4 kB": () =>
    jpegFile([10_000, 10_000], { sampling: [0x41, 0x11, 0x21], scans: [[wholeScan(3), scanOfZeros(4000)]] }),
  "JPEG: arithmetic, 10 000 x 10 000 in 4 kB": () =>
    jpegFile([10_000, 10_000], { frame: 0xc9, scans: [[wholeScan(3), scanOfZeros(4000)]] }),
  "JPEG: arithmetic and progressive, 9 999 x 9 999 in 4 kB": () =>
    jpegFile([9_999, 9_999], {
      frame: 0xca,
      sampling: [0x11, 0x11, 0x11],
      scans: [[[3, 1, 0, 2, 0, 3, 0, 0, 0, 0], scanOfZeros(4000)]],
    }),
  "JPEG: arithmetic grey, 65 000 x 1 500 of noise": () =>
    jpegFile([65_000, 1_500], {
      frame: 0xc9,
      sampling: [0x11],
      scans: [[wholeScan(1), Uint8Array.from({ length: 4000 }, (_, i) => (i * 7919) % 251)]],
    }),
  "JPEG: 10 000 x 10 000 in 4 kB of data and 3 MB behind the end": () =>
    bytesOf(jpegFile([10_000, 10_000], { scans: [[wholeScan(3), scanOfZeros(4000)]] }), new Uint8Array(3 * MIB)),
  "JPEG: 20 000 scans of a progressive one": () =>
    jpegFile([4000, 4000], {
      frame: 0xc2,
      sampling: [0x11],
      scans: [[[1, 1, 0, 0, 0, 0], scanOfZeros(40_000)], ...Array(20_000).fill([acScan(1), scanOfZeros(1)])],
    }),
  "JPEG: 20 000 scans of a progressive one with four inks": () =>
    jpegFile([1000, 1000], {
      frame: 0xc2,
      sampling: [0x11, 0x11, 0x11, 0x11],
      scans: [
        [[4, 1, 0, 2, 0, 3, 0, 4, 0, 0, 0, 0], scanOfZeros(10_000)],
        ...Array(20_000).fill([acScan(1), scanOfZeros(3_000)]),
      ].slice(0, 5_000),
    }),
  "JPEG: 20 000 scans of a sequential one": () =>
    jpegFile([2000, 2000], {
      sampling: [0x11],
      scans: Array(20_000).fill([[1, 1, 0, 0, 63, 0], scanOfZeros(1)]),
    }),
  "JPEG: a header of 20 MB of fill bytes": () => bytesOf([0xff, 0xd8], new Uint8Array(20 * MIB).fill(0xff), [0xd9]),
  "JPEG: a million empty segments": () => {
    const empty = [0xff, 0xe1, 0, 2];
    return bytesOf([0xff, 0xd8], Array.from({ length: 1_000_000 }, () => empty).flat(), [0xff, 0xd9]);
  },
};

const tiff = bytesOf(
  [0x49, 0x49, 0x2a, 0, 8, 0, 0, 0, 2, 0],
  [0, 1, 4, 0, 1, 0, 0, 0, 0, 0, 1, 0],
  [1, 1, 4, 0, 1, 0, 0, 0, 0, 0, 1, 0],
  [0, 0, 0, 0],
);

const archives: Readonly<Record<string, () => Bytes>> = {
  "NPZ: a member of 4 GiB, and the directory says so": () => zipFile(deflatedMiB(4096), { size: 2 ** 32 - 2 }),
  "NPZ: a member of 4 GiB, and the directory says 1 kB": () => zipFile(deflatedMiB(4096), { size: 1000 }),
  "NPZ: 195 kB of nothing": () => zipFile(deflatedMiB(192), { size: 192 * MIB }),
  "NPZ: a shape of 10^10 by 1": () => npz(npyHead("(9999999999, 1)"), 64),
  "NPZ: a shape of more digits than numbers have": () => npz(npyHead(`(${"9".repeat(400)}, 1)`), 64),
  "NPZ: a shape of 9 000 x 9 000 without values": () => npz(npyHead("(9000, 9000)", "<i8"), 0),
  "NPZ: a shape of 64 x 64 with 200 MiB behind it": () => npz(npyHead("(64, 64)"), 192),
  "NPZ: a header of 4 GB": () => npz(npyHead("(64, 64)", "<i4", 2 ** 32 - 1), 64),
  "NPZ: a header of spaces": () => npz(npyHead(`${" ".repeat(9_000)}(64,${" ".repeat(200)}64`), 1),
  "NPZ: a header of 9 kB that says shape again and again": () => npz(npyHead("'shape': (".repeat(900)), 1),
  "NPZ: 400 000 members before": () => zipFile(new Uint8Array(1), { decoys: 65_535, count: 65_535 }),
  "gzip JSON: 4 GiB of spaces": () => gzipFile(deflatedMiB(4096, 0x20), 0),
  "gzip JSON: 480 MiB of spaces, and it says so": () => gzipFile(deflatedMiB(480, 0x20), 480 * MIB),
  "gzip JSON: 240 MiB of spaces, and it says so": () => gzipFile(deflatedMiB(240, 0x20), 240 * MIB),
  "gzip JSON: 480 MiB of spaces, and it says 10": () => gzipFile(deflatedMiB(480, 0x20), 10),
  "gzip JSON: 192 MiB of brackets": () => gzipFile(deflatedMiB(192, 0x5b), 192 * MIB),
  "gzip JSON: 48 MiB of brackets": () => gzipSync(Buffer.alloc(48 * MIB, "[")) as Bytes,
  "gzip JSON: 48 MiB of empty lists": () => gzipSync(Buffer.alloc(48 * MIB, "[],")) as Bytes,
  "gzip JSON: 48 MiB of empty objects": () =>
    gzipSync(Buffer.concat([Buffer.from("["), Buffer.alloc(48 * MIB, "{},"), Buffer.from("0]")])) as Bytes,
  "gzip JSON: 48 MiB of numbers": () =>
    gzipSync(Buffer.concat([Buffer.from("["), Buffer.alloc(48 * MIB, "1,"), Buffer.from("0]")])) as Bytes,
  "gzip JSON: records nested 20 000 deep": () => gzipSync(`[${'{"a":'.repeat(20_000)}1${"}".repeat(20_000)}]`) as Bytes,
};

function npz(head: Uint8Array, mib: number): Bytes {
  const first = deflateRawSync(head, { finishFlush: 3 });
  return zipFile(bytesOf(first, mib === 0 ? [3, 0] : deflatedMiB(mib)), { size: head.length + mib * MIB });
}

const reads = (files: Readonly<Record<string, () => Bytes>>, readers: Readonly<Record<string, Read>>) =>
  Object.entries(files).flatMap(([file, make]) =>
    Object.entries(readers).map(([reader, read]): [string, Attack] => [
      `${file} | ${reader}`,
      async () => {
        const bytes = make();
        return () => read(bytes);
      },
    ]),
  );

export const ATTACKS: Readonly<Record<string, Attack>> = Object.fromEntries([
  ...reads(pictures, {
    "Node's codecs": (bytes) => nodeCodecs.decode(bytes),
    "superpixels in Node": (bytes) => nodeCodecs.readSuperpixels(bytes),
    "core in Node, synchronous": (bytes) => inNode.readPngSync(bytes),
    "core everywhere": (bytes) => readPng(bytes),
    "superpixels everywhere": (bytes) => readSuperpixelPng(bytes),
  }),
  ...reads(jpegs, { "Node's codecs": (bytes) => nodeCodecs.decode(bytes) }),
  ...reads(
    { "TIFF: 65 536 x 65 536": () => tiff },
    {
      "Node's codecs": (bytes) => nodeCodecs.decode(bytes),
      "a browser's codecs": (bytes) => browserCodecs.decode(bytes),
    },
  ),
  ...reads(Object.fromEntries(Object.entries(archives).filter(([name]) => name.startsWith("NPZ"))), {
    decodeIndexNpz: (bytes) => decodeIndexNpz(bytes),
  }),
  ...reads(Object.fromEntries(Object.entries(archives).filter(([name]) => name.startsWith("gzip"))), {
    decodeGzipJson: (bytes) => decodeGzipJson(bytes),
    checkContent: async (bytes) => {
      const found = await checkContent("h.org/anonymous/stann/0a/x", bytes);
      if (found !== undefined) throw Object.assign(new Error(found), { tag: "found" });
    },
  }),
]);

if (process.argv[2] === "names") process.stdout.write(JSON.stringify(Object.keys(ATTACKS)));
else await runAttack(ATTACKS);
