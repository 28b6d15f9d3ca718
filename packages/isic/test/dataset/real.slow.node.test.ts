import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hasRealData, withoutRealData } from "@isic/fixtures";
import { createSampleArchive } from "@isic/sample-archive";
import { openFolder } from "@isic/sample-archive/node";
import { expect, inject, test } from "vitest";
import { buildDataset } from "../../src/dataset/build/build.ts";
import { checkDataset } from "../../src/dataset/build/check.ts";
import { type DatasetLock, readLock } from "../../src/dataset/build/lock-file.ts";
import { openClient } from "../../src/node/open-client.ts";

const realData: string = inject("realDataFolder");

test.skipIf(!hasRealData)(
  `a set of the real photos and masks, and its like from the lock ${hasRealData ? "" : withoutRealData}`,
  async () => {
    const { fetch, v1Url } = createSampleArchive({ source: await openFolder(realData) });
    const { archive } = await openClient({ family: "v1", baseUrl: v1Url, fetch: fetch as never });
    const ids = (await readdir(join(realData, "images"))).map((file) => file.replace(/\.[^.]+$/, ""));
    const root = await mkdtemp(join(tmpdir(), "isic-real-"));
    try {
      const one = join(root, "one");
      const built = await buildDataset(
        {
          version: 1,
          title: "Real",
          selection: { ids },
          masks: "archive",
          image: { size: 256 },
          labels: { challenge: "isic2017", otherwise: "other" },
          split: { shares: { train: 60, test: 40 }, method: "balanced" },
          layout: "coco",
        },
        one,
        { archive },
      );
      expect(built.images).toBe(14);
      expect(built.duplicates).toEqual([]);
      const lock = (await readLock(one)) as DatasetLock;
      expect(lock.images.filter(({ files }) => files.mask !== undefined).length).toBe(14);
      expect((await checkDataset(one, { duplicates: true })).problems).toEqual([]);
      expect((await buildDataset(lock, join(root, "two"), { archive })).differences).toEqual([]);
    } finally {
      await rm(root, { recursive: true, force: true });
    }
  },
);
