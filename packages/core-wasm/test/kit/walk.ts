import type * as Core from "../../src/index.ts";
import { labelImage } from "./images.ts";

/** What a little of everything gives, as text: the same wherever it runs. */
export async function walk(core: Pick<typeof Core, keyof typeof Core>): Promise<string> {
  const labels = labelImage(
    90,
    40,
    Array.from({ length: 3600 }, (_, i) => Math.floor((i % 90) / 9) + 10 * Math.floor(i / 900)),
  );
  const { labels: read, map } = await core.readSuperpixels(await core.writeSuperpixelPng(labels));
  const picture = { width: 90, height: 40, channels: 3 as const, data: new Uint8Array(3600 * 3).fill(100) };
  core.paintSuperpixels(picture, map, core.neighbors(read)[11]!, { color: [255, 0, 0], alpha: 0.5 });
  return JSON.stringify([
    core.decodeRgb(core.encodeRgb(read).data, 90, 40).count,
    [...core.centers(map)],
    core.svgPath(core.outlines(read)[11]!),
    picture.data.reduce((sum, byte) => sum + byte, 0),
  ]);
}
