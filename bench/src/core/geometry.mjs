import * as core from "@isic/core-wasm";
import { against, ms, race, table } from "./measure.mjs";

export async function geometry(maps) {
  const rows = [];
  for (const [i, { name, labels, rounds }] of maps.entries()) {
    const { width, height, count } = labels;
    const map = core.buildMap(labels);
    const picture = { width, height, channels: 3, data: new Uint8Array(width * height * 3).fill(90) };
    const target = new Uint8Array(picture.data.length);
    const all = Array.from({ length: count }, (_, superpixel) => superpixel);
    const color = all.map((superpixel) => [superpixel & 255, superpixel >> 2, 200]);
    const { copy, fresh, opaque, heat, outlines, neighbors, centers } = await race(
      {
        copy: () => target.set(picture.data),
        fresh: () => picture.data.slice(),
        opaque: () => core.paintSuperpixels(picture, map, all, { color }),
        heat: () => core.paintSuperpixels(picture, map, all, { color: [250, 250, 0], alpha: 0.4 }),
        outlines: () => core.outlines(labels),
        neighbors: () => core.neighbors(labels),
        centers: () => core.centers(map),
      },
      Math.min(rounds, 25),
    );
    const bar = (value, most) => (i === 0 ? against(value, most, "ms") : ms(value));
    rows.push({
      image: name,
      outlines: bar(outlines.ms, 10),
      neighbors: bar(neighbors.ms, 5),
      centers: ms(centers.ms),
      "copy of picture, fresh": `${ms(copy.ms)}, ${ms(fresh.ms)}`,
      "paint all": `${ms(opaque.ms)}: ${against(opaque.ms / fresh.ms, 3, "x")}`,
      "paint all, alpha 0.4": `${ms(heat.ms)}: ${(heat.ms / fresh.ms).toFixed(1)} x fresh copy`,
    });
  }
  table("Geometry and paint, ms", rows);
}
