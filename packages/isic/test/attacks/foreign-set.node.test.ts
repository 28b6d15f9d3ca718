/** A data set's folder that somebody else has made: what it notes of itself leads nowhere but into it. */

import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createSampleArchive } from "@isic/sample-archive";
import { afterAll, beforeAll, expect, test } from "vitest";
import { buildDataset, openClient } from "../../src/node.ts";

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "isic-foreign-"));
});
afterAll(() => rm(root, { recursive: true, force: true }));

const RECIPE = {
  version: 1,
  title: "Small",
  selection: { search: "isic_id:*" },
  split: { shares: { train: 1 } },
  layout: "flat",
  duplicates: { rule: "report" },
  image: { size: 16 },
} as const;

test("neither what it has placed nor what it has made is outside of it", async () => {
  const box = createSampleArchive({ images: 6, smallPhotos: true });
  const { archive } = await openClient({ baseUrl: box.v2Url, fetch: box.fetch });
  const target = join(root, "set");
  const secret = join(root, "secret.jpg");
  await writeFile(secret, "secret");
  await mkdir(join(root, "elsewhere"));
  await writeFile(join(root, "elsewhere", "x.txt"), "kept");
  await buildDataset(RECIPE, target, { archive, base: root });
  const work = join(target, (await readdir(target)).find((name) => name.startsWith("."))!);
  for (const note of [
    ["../secret.jpg", secret, "../elsewhere/x.txt", "..\\secret.jpg", 5, null, "", "."],
    { length: 1, 0: "../secret.jpg" },
    "no JSON",
  ]) {
    await writeFile(join(work, "placing.json"), typeof note === "string" ? note : JSON.stringify(note));
    await buildDataset(RECIPE, target, { archive, base: root });
    expect(await readFile(secret, "utf8")).toBe("secret");
    expect(await readFile(join(root, "elsewhere", "x.txt"), "utf8")).toBe("kept");
  }
  // Every image made of the secret, says its journal.
  const journal = (await readFile(join(work, "made.jsonl"), "utf8")).trim().split("\n");
  const hash = createHash("sha256").update("secret").digest("hex");
  const entries = journal.map((line) => JSON.parse(line) as { files?: Record<string, unknown> });
  const stolen = entries.map((entry) => ({
    ...entry,
    ...(entry.files && { files: { image: { file: "../../../secret.jpg", sha256: hash, bytes: 6 } } }),
  }));
  const odd = [null, 5, [], { id: "x" }, { id: "x", files: null }, { id: "x", files: { image: null } }];
  await writeFile(join(work, "made.jsonl"), `${[...stolen, ...odd].map((each) => JSON.stringify(each)).join("\n")}\n`);
  const again = await buildDataset(RECIPE, target, { archive, base: root });
  expect(again.images).toBeGreaterThan(3);
  for (const name of await readdir(target, { recursive: true, withFileTypes: true }))
    if (name.isFile()) expect(await readFile(join(name.parentPath, name.name), "utf8"), name.name).not.toBe("secret");
});
