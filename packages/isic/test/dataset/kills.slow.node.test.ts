import { spawn } from "node:child_process";
import { cp, mkdtemp, readdir, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createSampleArchive } from "@isic/sample-archive";
import { serve } from "@isic/sample-archive/node";
import { afterAll, beforeAll, expect, test } from "vitest";
import { buildDataset } from "../../src/dataset/build/build.ts";
import { checkDataset } from "../../src/dataset/build/check.ts";
import type { BuildDatasetOptions } from "../../src/dataset/build/open-build.ts";
import type { Recipe } from "../../src/dataset/recipe/recipe.ts";
import { openClient } from "../../src/node/open-client.ts";

const KILLS = 15;

// A process to kill: the package as it is built (`turbo run test:slow` builds before). It ends itself in the middle of its
// nth call that changes something in the set's folder, or tells how many there were.
const program = `
  import fs from "node:fs";
  import promises from "node:fs/promises";
  import { syncBuiltinESMExports } from "node:module";
  const [folder, recipe, url, last] = process.argv.slice(1);
  let count = 0;
  const step = () => { if (++count === Number(last)) process.kill(process.pid, "SIGKILL"); };
  for (const name of ["rename", "link", "rm", "rmdir", "mkdir", "writeFile", "copyFile"]) {
    const real = promises[name];
    promises[name] = async (path, ...more) => {
      if (String(path).startsWith(folder)) step();
      return real(path, ...more);
    };
  }
  const open = promises.open;
  promises.open = async (path, ...more) => {
    const handle = await open(path, ...more);
    const write = handle.write;
    handle.write = async (bytes, at, length) => {
      if (String(path).startsWith(folder) && count + 1 === Number(last)) await write.call(handle, bytes, at, length >> 1);
      if (String(path).startsWith(folder)) step();
      return write.call(handle, bytes, at, length);
    };
    return handle;
  };
  const writeSync = fs.writeSync;
  fs.writeSync = (file, bytes, at) => {
    if (count + 1 === Number(last)) writeSync(file, bytes, 0, bytes.byteLength >> 1);
    step();
    return writeSync(file, bytes, at);
  };
  const renameSync = fs.renameSync;
  fs.renameSync = (...paths) => { step(); return renameSync(...paths); };
  syncBuiltinESMExports();
  const { buildDataset, IsicApi } = await import(${JSON.stringify(new URL("../../dist/node.js", import.meta.url).href)});
  const archive = await IsicApi.connect({ family: "v1", baseUrl: url, cache: false });
  await buildDataset(JSON.parse(recipe), folder, { archive });
  console.log(count);
`;

let root: string;
let url: string;
let archive: BuildDatasetOptions["archive"];
let close: () => Promise<void>;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "isic-kills-"));
  const running = await serve(createSampleArchive({ images: 40, smallPhotos: true }));
  [url, close] = [`${running.url}/api/v1`, () => running.close()];
  archive = (await openClient({ family: "v1", baseUrl: url })).archive;
});
afterAll(async () => {
  await close();
  await rm(root, { recursive: true, force: true });
});

const RECIPE: Recipe = {
  version: 1,
  title: "Killed",
  selection: { limit: 14 },
  labels: { challenge: "isic2016", otherwise: "other" },
  masks: "archive",
  superpixels: true,
  split: { shares: { train: 1, test: 1 } },
  duplicates: { rule: "report" },
  image: { size: 48, format: "png" },
};
const SHARDS: Recipe = { ...RECIPE, layout: "webdataset", shardSize: 4 };

/** @returns how many steps it took, or that it was killed at the last of those it was given */
async function run(folder: string, recipe: Recipe, last = 0): Promise<number | "killed"> {
  const words = ["--input-type=module", "--eval", program, folder, JSON.stringify(recipe), url, String(last)];
  const child = spawn(process.execPath, words, { stdio: ["ignore", "pipe", "inherit"] });
  let out = "";
  child.stdout.on("data", (piece: Buffer) => {
    out += piece.toString();
  });
  const [code, signal] = await new Promise<[number | null, string | null]>((resolve) =>
    child.once("close", (...end) => resolve(end)),
  );
  if (signal === "SIGKILL") return "killed";
  expect(code).toBe(0);
  return Number(out);
}

async function filesOf(path: string): Promise<Map<string, string>> {
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  const files = new Map<string, string>();
  for (const entry of entries) {
    const file = join(entry.parentPath, entry.name).slice(path.length + 1);
    if (entry.isFile() && !file.startsWith(".isic/") && file !== "build-log.jsonl")
      files.set(file, await readFile(join(path, file), "latin1"));
  }
  return new Map([...files].sort());
}

test.each<[string, Recipe | undefined, Recipe]>([
  ["a new set of pictures, masks and superpixels", undefined, RECIPE],
  ["a new set of shards", undefined, SHARDS],
  ["a set that grows", RECIPE, { ...RECIPE, selection: { limit: 20 } }],
  ["a set that becomes another layout", RECIPE, { ...SHARDS, selection: { limit: 20 } }],
])(
  "%s: the build that follows a killed one makes what an undisturbed one makes",
  async (name, before, recipe) => {
    const at = (folder: string): string => join(root, `${name.replaceAll(" ", "-")}-${folder}`);
    const begin = async (folder: string): Promise<void> => {
      await rm(folder, { recursive: true, force: true });
      if (before !== undefined) await cp(at("before"), folder, { recursive: true });
    };
    if (before !== undefined) await buildDataset(before, at("before"), { archive });
    await begin(at("whole"));
    const steps = (await run(at("whole"), recipe)) as number;
    const whole = await filesOf(at("whole"));
    const where = { noFolder: 0, noLock: 0, half: 0, whole: 0 };
    for (let kill = 0; kill < KILLS; kill++) {
      const folder = at("killed");
      await begin(folder);
      const last = Math.max(1, Math.round((steps * (kill + 0.5)) / KILLS));
      expect(await run(folder, recipe, last)).toBe("killed");
      const checked = await checkDataset(folder).catch((error: Error) => error);
      if (!(checked instanceof Error)) {
        const [first] = checked.problems;
        if (first === undefined) where.whole++;
        else {
          where.half++;
          expect(first.problem).toBe("a later build was not finished: run the same build again");
        }
      } else if (await stat(folder).catch(() => undefined)) {
        where.noLock++;
        expect(checked.message).toMatch(/its build was not finished\. Run the same build again\.$/);
      } else where.noFolder++;
      await buildDataset(recipe, folder, { archive });
      expect(await filesOf(folder)).toEqual(whole);
      expect((await checkDataset(folder)).problems).toEqual([]);
      expect((await readdir(folder, { recursive: true })).filter((file) => file.includes(".isic-partial"))).toEqual([]);
      for (const line of (await readFile(join(folder, "build-log.jsonl"), "utf8")).trim().split("\n").slice(-2))
        expect(JSON.parse(line)).toHaveProperty("event");
    }
    console.info(`${name}: ${KILLS} kills in ${steps} steps: ${JSON.stringify(where)}`);
  },
  600_000,
);
