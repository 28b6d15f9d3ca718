// PNG bytes -> labels and map, owned by the caller. Floor: one-chunk inflate of the same data and two fresh arrays, filled.
import { inflateSync } from "node:zlib";
import * as everywhere from "@isic/core-wasm";
import * as core from "@isic/core-wasm/node";
import { decode as fastPng } from "fast-png";
import { PNG } from "pngjs";
import { decodeLoop, mapLoop } from "./loops.mjs";
import { ms, race, ratios, table } from "./measure.mjs";

const BARS = [2.4, 2.1, 1.8];

export async function files(maps) {
  const rows = [];
  const peers = [];
  for (const [i, { name, bytes, labels, rounds }] of maps.entries()) {
    const { width, height } = labels;
    const deflated = pixelData(bytes);
    const chunkSize = height * (1 + width * 3) + 1;
    const all = await race(
      {
        floor: () => {
          inflateSync(deflated, { chunkSize });
          new Int32Array(width * height).fill(3);
          new Uint32Array(width * height).fill(5);
        },
        inflate: () => inflateSync(deflated, { chunkSize }),
        sync: () => core.readSuperpixelsSync(bytes),
        promise: () => core.readSuperpixels(bytes),
        streams: () => everywhere.readSuperpixels(bytes),
        pngjs: () => {
          const { data } = PNG.sync.read(bytes);
          return mapLoop(decodeLoop(data, 4, width, height));
        },
        fastPng: () => {
          const { data } = fastPng(bytes, { checkCrc: true });
          return mapLoop(decodeLoop(data, 3, width, height));
        },
      },
      Math.min(rounds, 25),
    );
    rows.push({
      image: name,
      "floor F, ms": ms(all.floor.ms),
      "of it inflate": ms(all.inflate.ms),
      readSuperpixelsSync: ms(all.sync.ms),
      "x F": ratios(all.sync, BARS[i]),
      readSuperpixels: ms(all.promise.ms),
      " x F": ratios(all.promise, BARS[i]),
    });
    const ours = Math.min(all.sync.ms, all.promise.ms);
    peers.push({
      image: name,
      "pngjs + JS loops, ms": ms(all.pngjs.ms),
      "x ours": `${(all.pngjs.ms / ours).toFixed(1)} (bar 5)`,
      "fast-png + JS loops, ms": ms(all.fastPng.ms),
      " x ours": (all.fastPng.ms / ours).toFixed(1),
      "ours over DecompressionStream in Node, ms": ms(all.streams.ms),
    });
  }
  table("PNG bytes -> labels and map (@isic/core-wasm/node)", rows);
  table("Beside others", peers);
}

function pixelData(bytes) {
  const parts = [];
  for (let at = 8; at < bytes.length; at += bytes.readUInt32BE(at) + 12) {
    if (bytes.toString("latin1", at + 4, at + 8) === "IDAT")
      parts.push(bytes.subarray(at + 8, at + 8 + bytes.readUInt32BE(at)));
  }
  return Buffer.concat(parts);
}
