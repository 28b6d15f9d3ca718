import * as core from "@isic/core-wasm";
import { against, ms, race, table } from "./measure.mjs";

export async function geometry(maps) {
  const rows = [];
  const firsts = [];
  for (const [i, { name, labels, rounds }] of maps.entries()) {
    const { width, height, count } = labels;
    const map = core.buildMap(labels);
    const picture = { width, height, channels: 3, data: new Uint8Array(width * height * 3).fill(90) };
    const target = new Uint8Array(picture.data.length);
    const all = Array.from({ length: count }, (_, superpixel) => superpixel);
    const color = all.map((superpixel) => [superpixel & 255, superpixel >> 2, 200]);
    const few = Math.min(rounds, 25);
    const { copy, fresh } = await race(
      { copy: () => target.set(picture.data), fresh: () => picture.data.slice() },
      few,
    );
    const { outlines, neighbors, centers, opaque, heat } = await race(
      {
        outlines: () => core.outlines(labels),
        neighbors: () => core.neighbors(labels),
        centers: () => core.centers(map),
        opaque: () => core.paintSuperpixels(picture, map, all, { color }),
        heat: () => core.paintSuperpixels(picture, map, all, { color: [250, 250, 0], alpha: 0.4 }),
      },
      few,
      { warmUp: 5, collect: false },
    );
    const bar = (value, most) => (i === 0 ? against(value, most, "ms") : ms(value));
    rows.push({
      image: name,
      outlines: bar(outlines.ms, 10),
      neighbors: bar(neighbors.ms, 5),
      centers: ms(centers.ms),
      "copy of picture, fresh": `${ms(copy.ms)}, ${ms(fresh.ms)}`,
      "paint all": `${ms(opaque.ms)}: ${against(opaque.ms / fresh.ms, 3, "x fresh copy")}`,
      "paint all, alpha 0.4": `${ms(heat.ms)}: ${(heat.ms / fresh.ms).toFixed(1)} x fresh copy`,
    });
    firsts.push({
      image: name,
      outlines: ms(outlines.first),
      neighbors: ms(neighbors.first),
      centers: ms(centers.first),
      "paint all": ms(opaque.first),
      "paint all, alpha 0.4": ms(heat.first),
    });
  }
  table("Geometry and paint, ms", rows);
  table("The first calls of these in this process, ms (with compilation)", firsts.slice(0, 1));
}
