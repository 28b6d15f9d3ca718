// As many files as a challenge has, of the size they have.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { downloadZip } from "client-zip";
import { afterAll, beforeAll, expect, test } from "vitest";
import { filesAt, scoreSubmission, writeFeatureArrays, writeMask, writeTable } from "../src/node.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "isic-challenge-"));
});
afterAll(() => rm(folder, { recursive: true }));

const name = (i: number) => `ISIC_${String(i).padStart(7, "0")}`;

async function zip(file: string, entries: Iterable<{ name: string; input: Uint8Array<ArrayBuffer> }>): Promise<string> {
  await writeFile(join(folder, file), new Uint8Array(await downloadZip(entries).arrayBuffer()));
  return join(folder, file);
}

async function timed<T>(what: string, work: () => Promise<T>): Promise<T> {
  const from = performance.now();
  const result = await work();
  const rss = Math.round(process.memoryUsage().rss / 1e6);
  console.log(`${what}: ${((performance.now() - from) / 1000).toFixed(1)} s, ${rss} MB in all`);
  expect(performance.now() - from).toBeLessThan(60_000);
  return result;
}

test("1,000 pairs of masks of 1022 x 767", async () => {
  const drawn = (radius: number, bumps: number) => {
    const data = new Uint8Array(1022 * 767);
    for (let i = 0; i < data.length; i++) {
      const x = (i % 1022) - 500;
      const y = Math.floor(i / 1022) - 380;
      data[i] = Math.hypot(x, y) < radius * (1 + 0.1 * Math.sin(bumps * Math.atan2(y, x))) ? 255 : 0;
    }
    return writeMask({ width: 1022, height: 767, channels: 1, data });
  };
  const pool = await Promise.all([5, 7, 11, 13].map((bumps) => Promise.all([drawn(200, bumps), drawn(190, bumps)])));
  const entries = (side: 0 | 1, tail: string) =>
    Array.from({ length: 1000 }, (_, i) => ({
      name: name(i) + tail,
      input: pool[i % 4]?.[side] as Uint8Array<ArrayBuffer>,
    }));
  const truth = await zip("masks-truth.zip", entries(0, "_segmentation.png"));
  const answer = await zip("masks-answer.zip", entries(1, ".png"));
  const before = process.memoryUsage().rss;
  const score = await timed("masks", async () =>
    scoreSubmission("2018-1", await filesAt(truth), await filesAt(answer)),
  );
  expect(score.images).toBe(1000);
  expect(score.overall).toBeCloseTo(0.9025, 2);
  // All masks at once would be 1.6 GB.
  expect(process.memoryUsage().rss - before).toBeLessThan(500e6);
});

test("1,000 images of 1,000 superpixels and four features", async () => {
  const features = ["pigment_network", "negative_network", "milia_like_cyst", "streaks"];
  const arrays = (i: number, side: 0 | 1) => {
    const of = (f: number) =>
      Float64Array.from({ length: 1000 }, (_, k) => {
        const seed = ((i * 4 + f) * 1000 + k) * 2654435761;
        return side === 0 ? ((seed >>> 8) % 10 === 0 ? 1 : 0) : (seed >>> 0) / 2 ** 32;
      });
    const all = Object.fromEntries(features.map((feature, f) => [feature, of(f)]));
    return writeFeatureArrays("2017-2", { length: 1000, features: all, keys: "scorer" });
  };
  const entries = (side: 0 | 1) =>
    Array.from({ length: 1000 }, (_, i) => ({ name: `${name(i)}_features.json`, input: arrays(i, side) }));
  const truth = await zip("arrays-truth.zip", entries(0));
  const answer = await zip("arrays-answer.zip", entries(1));
  const score = await timed("arrays", async () =>
    scoreSubmission("2017-2", await filesAt(truth), await filesAt(answer)),
  );
  expect(score).toMatchObject({ images: 1000, mistakes: [] });
  expect(score.overall).toBeGreaterThan(0);
});

test("a table of 401,059 images", async () => {
  const images = Array.from({ length: 401_059 }, (_, i) => name(i));
  const values = (side: 0 | 1) =>
    Float64Array.from(images, (_, i) => (side === 0 ? (i % 1021 === 0 ? 1 : 0) : ((i * 48271) % 65_537) / 65_537));
  const table = (side: 0 | 1) => writeTable("2024", { classes: ["target"], images, values: values(side) });
  await Promise.all([0, 1].map((side) => writeFile(join(folder, `${side}.csv`), table(side as 0 | 1))));
  const score = await timed("table", async () =>
    scoreSubmission("2024", await filesAt(join(folder, "0.csv")), await filesAt(join(folder, "1.csv"))),
  );
  expect(score.images).toBe(401_059);
  expect(score.overall).toBeCloseTo(0.02, 2);
});
