import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { readPngSync } from "@isic/core-wasm/node";
import { parse as parseCsv } from "csv-parse/sync";
import { expect, test } from "vitest";
import { nodeCodecs } from "../../src/codecs/node.ts";
import { made, PARTS, pythonWith, root, runPython } from "./made-set.ts";

test("COCO files have the published structure, and say of each mask what is in it", async () => {
  const { path, lock, text } = await made("coco", { masks: "archive", labels: { challenge: "isic2016" } }, "v1");
  let masks = 0;
  for (const part of PARTS) {
    const coco = JSON.parse(await text(`annotations/${part}.json`)) as Record<
      "images" | "annotations" | "categories" | "licenses",
      readonly Record<string, unknown>[]
    >;
    for (const list of [coco.images, coco.annotations, coco.categories, coco.licenses]) {
      expect(list.every(({ id }) => Number.isInteger(id))).toBe(true);
      expect(new Set(list.map(({ id }) => id)).size).toBe(list.length);
    }
    const mine = lock.images.filter(({ split }) => split === part);
    expect(coco.images.map(({ isic_id }) => isic_id).sort()).toEqual(mine.map(({ name }) => name).sort());
    for (const { file_name, width, height, license } of coco.images) {
      const picture = readPngSync(await readFile(join(path, "images", part, file_name as string)), { channels: 3 });
      expect([width, height]).toEqual([picture.width, picture.height]);
      expect(coco.licenses.some(({ id }) => id === license)).toBe(true);
    }
    for (const annotation of coco.annotations) {
      const { image_id, category_id, iscrowd, area, bbox } = annotation;
      const picture = coco.images.find(({ id }) => id === image_id)!;
      const image = mine.find(({ name }) => name === picture.isic_id)!;
      expect(coco.categories.find(({ id }) => id === category_id)?.name).toBe(image.labels[0]);
      expect(iscrowd).toBe(0);
      const polygons = annotation.segmentation as number[][];
      if (image.files.mask === undefined) {
        const [w, h] = [picture.width, picture.height];
        expect([bbox, polygons, annotation.has_mask]).toEqual([[0, 0, w, h], [[0, 0, w, 0, w, h, 0, h]], false]);
        continue;
      }
      masks++;
      const mask = readPngSync(await readFile(join(path, image.files.mask.path)), { channels: 1 });
      const on = [...mask.data.keys()].filter((at) => mask.data[at]! > 127);
      const extent = (of: (at: number) => number): [number, number] => {
        const least = Math.min(...on.map(of));
        return [least, Math.max(...on.map(of)) + 1 - least];
      };
      const [[x, w], [y, h]] = [extent((at) => at % mask.width), extent((at) => Math.floor(at / mask.width))];
      expect([area, bbox]).toEqual([on.length, [x, y, w, h]]);
      expect(polygons.length).toBeGreaterThan(0);
      for (const ring of polygons) expect([ring.length % 2, ring.length >= 6]).toEqual([0, true]);
      expect(polygons.reduce((sum, ring) => sum + ringArea(ring), 0)).toBe(on.length);
      for (const at of on) {
        const [px, py] = [(at % mask.width) + 0.5, Math.floor(at / mask.width) + 0.5];
        if (!polygons.some((ring) => isInside(ring, px, py)))
          expect.fail(`${image.name}: ${px}, ${py} is in no polygon`);
      }
    }
  }
  expect(masks).toBeGreaterThan(5);
});

const cornersOf = (ring: readonly number[]): [number, number][] =>
  Array.from({ length: ring.length / 2 }, (_, i) => [ring[2 * i]!, ring[2 * i + 1]!]);

function ringArea(ring: readonly number[]): number {
  const corners = cornersOf(ring);
  const twice = corners.reduce((sum, [x, y], i) => {
    const [nextX, nextY] = corners[(i + 1) % corners.length]!;
    return sum + x * nextY - nextX * y;
  }, 0);
  return Math.abs(twice) / 2;
}

function isInside(ring: readonly number[], x: number, y: number): boolean {
  const corners = cornersOf(ring);
  const crossings = corners.filter(([ax, ay], i) => {
    const [bx, by] = corners[(i + 1) % corners.length]!;
    return ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax;
  });
  return crossings.length % 2 === 1;
}

/** An image may have one class, both or the rest. */
const BOTH = { classes: { Female: 'sex = "female"', Old: "age_approx >= 50" }, multi: true, otherwise: "Rest" };

/** A ring of two holes with a speck in one of them, another place in each picture. */
async function ringMask(width: number, height: number, seed: number): Promise<Uint8Array> {
  const data = new Uint8Array(width * height);
  const [left, top] = [5 + (seed % 7), 3 + (seed % 5)];
  for (let y = top; y < height - 4; y++)
    for (let x = left; x < width - 6; x++) {
      const inHole = y > top + 3 && y < top + 20 && (Math.abs(x - left - 10) < 4 || Math.abs(x - left - 20) < 3);
      const isSpeck = y === top + 8 && x === left + 10;
      data[y * width + x] = !inHole || isSpeck ? 255 : 0;
    }
  return nodeCodecs.encodePng({ width, height, channels: 1, data });
}

test("pycocotools makes each mask again from its annotation, holes included", async ({ skip }) => {
  const program = await pythonWith("pycocotools.coco, PIL, numpy");
  if (program === undefined) skip("pycocotools is not installed");
  const masks = await mkdtemp(join(root, "truth-"));
  const sizes = await made("flat", { image: undefined, labels: undefined });
  const rows = parseCsv<Record<string, string>>(await sizes.text("images.csv"), { columns: true });
  for (const [i, { isic_id, width, height }] of rows.entries())
    if (i % 5 > 0)
      await writeFile(join(masks, `${isic_id}_segmentation.png`), await ringMask(Number(width), Number(height), i));
  const { path, lock } = await made("coco", { masks, image: undefined, labels: BOTH });
  const script = `
import json, os, sys
import numpy as np
from PIL import Image
from pycocotools.coco import COCO
root, out = sys.argv[1], {"annotations": 0, "masks": 0, "holes": 0, "wrong": []}
stdout, sys.stdout = sys.stdout, sys.stderr
for part in sys.argv[2:]:
    coco = COCO(os.path.join(root, "annotations", part + ".json"))
    for image in coco.loadImgs(coco.getImgIds()):
        stem = image["file_name"].rsplit(".", 1)[0]
        assert Image.open(os.path.join(root, "images", part, image["file_name"])).size == (image["width"], image["height"])
        for annotation in coco.loadAnns(coco.getAnnIds(imgIds=image["id"])):
            out["annotations"] += 1
            path = os.path.join(root, "masks", part, stem + "_segmentation.png")
            mask = np.array(Image.open(path)) > 127 if os.path.exists(path) else np.ones((image["height"], image["width"]), bool)
            out["masks"] += os.path.exists(path)
            ys, xs = np.where(mask)
            box = [int(xs.min()), int(ys.min()), int(xs.max() - xs.min() + 1), int(ys.max() - ys.min() + 1)]
            out["holes"] += int(mask.sum()) < box[2] * box[3]
            if (coco.annToMask(annotation).astype(bool) != mask).any() or annotation["area"] != mask.sum() or annotation["bbox"] != box:
                out["wrong"].append(stem)
print(json.dumps(out), file=stdout)`;
  const found = await runPython<{ annotations: number; masks: number; holes: number; wrong: string[] }>(
    program,
    script,
    path,
    ...PARTS,
  );
  expect(found.wrong).toEqual([]);
  expect(found.annotations).toBe(lock.images.reduce((sum, { labels }) => sum + labels.length, 0));
  expect([found.masks > 20, found.holes > 20]).toEqual([true, true]);
});
