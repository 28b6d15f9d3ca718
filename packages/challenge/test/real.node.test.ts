import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hasRealData, withoutRealData } from "@isic/fixtures";
import { decode } from "fast-png";
import { describe, expect, inject, test } from "vitest";
import { filesAt, importChallenge, readMask, scoreSubmission, writeMask } from "../src/node.ts";

describe.skipIf(!hasRealData)(`real photos and their experts' masks ${hasRealData ? "" : withoutRealData}`, () => {
  const folder = (name: string) => join(inject("realDataFolder"), name);

  test("are read as another decoder reads them, and written without loss", async () => {
    const masks = await filesAt(folder("masks"));
    expect(masks.files.length).toBe(14);
    for (const { name } of masks.files) {
      const file = await masks.read(name);
      const mask = await readMask(file);
      expect(Buffer.compare(mask.data, new Uint8Array(decode(file).data))).toBe(0);
      expect(Buffer.compare((await readMask(await writeMask(mask))).data, mask.data)).toBe(0);
    }
    const score = await scoreSubmission("2017-1", masks, masks);
    expect(score).toMatchObject({ overall: 1, images: 14, mistakes: [] });
  });

  test("become a folder to serve: sizes of photos, masks and superpixels agree", async () => {
    const box = await mkdtemp(join(tmpdir(), "isic-challenge-"));
    try {
      const options = { images: await filesAt(folder("images")) };
      const photos = await importChallenge("2017-1", await filesAt(folder("masks")), box, options);
      expect(photos).toEqual({ images: 14, photos: 14, superpixels: 0, masks: 14, features: 0, mistakes: [] });
      const superpixels = { images: await filesAt(folder("superpixels")) };
      const again = await importChallenge("2017-1", await filesAt(folder("masks")), box, superpixels);
      expect(again).toEqual({ images: 14, photos: 0, superpixels: 14, masks: 14, features: 0, mistakes: [] });
    } finally {
      await rm(box, { recursive: true });
    }
  });
});
