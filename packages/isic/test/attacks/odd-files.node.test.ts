/** Pipes, sockets, folders, links and what may not be read, in the place of files: each is a line, and the run goes on. */
import { execFileSync, spawnSync } from "node:child_process";
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, symlink, truncate, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createFileCache } from "@isic/cache-fs";
import { createSampleArchive } from "@isic/sample-archive";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  buildDataset,
  checkDataset,
  download,
  downloadSource,
  duplicatesIn,
  IsicApi,
  openClient,
  readManifest,
  verify,
} from "../../src/node.ts";

let root: string;
const box = createSampleArchive({ images: 14, smallPhotos: true });
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "isic-odd-"));
});
afterAll(async () => {
  spawnSync("chmod", ["-R", "u+rwx", root]);
  await rm(root, { recursive: true, force: true });
});

const isRoot = process.getuid?.() === 0;
const closers: (() => void)[] = [];
afterAll(() => {
  for (const close of closers) close();
});

/** What may lie in a file's place. Each takes it over. */
const ODD: Readonly<Record<string, (path: string) => Promise<void>>> = {
  pipe: async (path) => void execFileSync("mkfifo", [path]),
  socket: (path) =>
    new Promise((resolve) => {
      const server = createServer().listen(path, resolve);
      closers.push(() => server.close());
    }),
  folder: async (path) => void (await mkdir(path)),
  device: (path) => symlink("/dev/zero", path),
  "link to nowhere": (path) => symlink("/nowhere/at/all", path),
  "link to itself": (path) => symlink(path, path),
  sparse: async (path) => {
    await writeFile(path, "");
    await truncate(path, 3 * 2 ** 30);
  },
  ...(isRoot ? {} : { unreadable: (path: string) => writeFile(path, "x").then(() => chmod(path, 0)) }),
};

describe.skipIf(process.platform === "win32")("in the place of files", () => {
  test("of a download: verify names each, and the next run brings them again", { timeout: 60_000 }, async () => {
    const { archive } = await openClient({ baseUrl: box.v2Url, fetch: box.fetch });
    const source = await downloadSource(archive, {});
    const target = join(root, "set");
    await download(source, target, { tables: [] });
    const done = (await readManifest(target)).filter(({ state }) => state === "done");
    const kinds = Object.keys(ODD);
    for (const [at, kind] of kinds.entries()) {
      const place = join(target, done[at]!.file!);
      await rm(place);
      await ODD[kind]!(place);
    }
    const { broken } = await verify(target);
    const names = broken.filter(({ trouble }) => trouble !== "failed").map(({ entry }) => entry.name);
    expect(names.sort()).toEqual(
      done
        .slice(0, kinds.length)
        .map(({ name }) => name)
        .sort(),
    );
    // A folder is not taken away for a file's sake; all else is replaced.
    const again = await download(source, target, { tables: [] });
    const sound = (await verify(target)).broken.filter(({ trouble }) => trouble !== "failed");
    expect(sound.map(({ entry }) => entry.name)).toEqual([]);
    expect(again.failed.map(({ name }) => name).filter((name) => names.includes(name))).toEqual([
      done[kinds.indexOf("folder")]!.name,
    ]);
  });

  test("of other shards' manifests, tables and licences", { timeout: 60_000 }, async () => {
    const { archive } = await openClient({ baseUrl: box.v2Url, fetch: box.fetch });
    const source = await downloadSource(archive, { limit: 3 });
    for (const kind of Object.keys(ODD)) {
      const target = join(root, `tables-${kind.replaceAll(" ", "-")}`);
      await mkdir(target);
      const shard = join(target, "manifest-1-of-2.jsonl");
      // One line without an end, several times as long as any: the time is that of reading, which a disk has too.
      if (kind === "sparse") await writeFile(shard, "").then(() => truncate(shard, 2 ** 28));
      else await ODD[kind]!(shard);
      if (kind !== "folder") await ODD[kind]!(join(target, "metadata.csv"));
      const { fetched } = await download(source, target, {});
      expect(fetched, kind).toBeGreaterThan(1);
      expect(
        (await verify(target)).broken.filter(({ trouble }) => trouble !== "failed"),
        kind,
      ).toEqual([]);
      expect(await readFile(join(target, "attribution.txt"), "utf8"), kind).not.toBe("");
    }
  });

  test("of a download's own manifest: an error that says so, at once", async () => {
    const { archive } = await openClient({ baseUrl: box.v2Url, fetch: box.fetch });
    const source = await downloadSource(archive, { limit: 1 });
    for (const kind of ["pipe", "socket", "folder", "device"]) {
      const target = join(root, `own-${kind}`);
      await mkdir(target);
      await ODD[kind]!(join(target, "manifest.jsonl"));
      await expect(download(source, target, {}), kind).rejects.toThrow(/manifest\.jsonl/);
      await expect(verify(target), kind).rejects.toThrow(/manifest/);
    }
  });

  test("of a cache: entries, journals and server folders", { timeout: 60_000 }, async () => {
    const folder = join(root, "cache");
    const messages: string[] = [];
    const connect = () =>
      IsicApi.connect({
        baseUrl: box.v2Url,
        fetch: box.fetch,
        cache: createFileCache({ folder }),
        onWarning: (message) => messages.push(message),
      });
    const api = await connect();
    const names = Array.from({ length: 8 }, (_, n) => `ISIC_000000${n}`);
    for (const name of names) await (await api.image(name)).loadImageData().catch(() => undefined);
    const files = (await readdir(folder, { recursive: true })).filter((file) => /image_ISIC/.test(file));
    const journals = (await readdir(folder, { recursive: true })).filter((file) => file.endsWith(".jsonl"));
    expect(files.length).toBeGreaterThan(5);
    expect(journals.length).toBeGreaterThan(0);
    const kinds = Object.keys(ODD);
    for (const [at, file] of [...files, ...journals].entries()) {
      const place = join(folder, file);
      await rm(place, { recursive: true });
      await ODD[kinds[at % kinds.length]!]!(place);
    }
    const again = await connect();
    for (const name of names) {
      const image = await again.image(name);
      const raster = await image.loadImageData().then(
        ({ width }) => width,
        (error: Error) => error.message,
      );
      // One photo of the box is none; nothing else is lost for the sake of what lies in the cache.
      expect(typeof raster === "number" || /decoded|picture|read/.test(raster), `${name} ${raster}`).toBe(true);
    }
    const cache = createFileCache({ folder });
    for await (const _ of cache.list!()) {
    }
    expect((await cache.inspect({ repair: false })).problems.length).toBeGreaterThan(3);
    await cache.inspect({ repair: true });
  });

  test("of a data set: its lock, its table, what it excludes, and its masks", { timeout: 60_000 }, async () => {
    const { archive } = await openClient({ baseUrl: box.v2Url, fetch: box.fetch });
    const recipe = {
      version: 1,
      title: "Odd",
      selection: { search: "isic_id:*" },
      split: { shares: { train: 1 } },
      duplicates: { rule: "report" },
      layout: "flat",
      image: { size: 16 },
    } as const;
    const target = join(root, "data-set");
    await buildDataset(recipe, target, { archive, base: root });
    for (const kind of ["pipe", "socket", "folder", "device", "link to nowhere"]) {
      const [csv, list] = [join(target, "images.csv"), join(root, `${kind.replaceAll(" ", "-")}.csv`)];
      await rm(csv, { recursive: true, force: true });
      await ODD[kind]!(csv);
      const { problems } = await checkDataset(target);
      expect(
        problems.map(({ what }) => what),
        kind,
      ).toContain("images.csv");
      await ODD[kind]!(list);
      await expect(
        buildDataset({ ...recipe, exclude: [list] }, join(root, "none"), { archive, base: root }),
        kind,
      ).rejects.toMatchObject({ tag: "DatasetError" });
      const folder = join(root, `locked-${kind.replaceAll(" ", "-")}`);
      await mkdir(folder);
      await ODD[kind]!(join(folder, "dataset.lock.json"));
      await expect(checkDataset(folder), kind).rejects.toThrow();
    }
  });

  test("among pictures that are looked through for duplicates", { timeout: 60_000 }, async () => {
    const folder = join(root, "pictures");
    await mkdir(folder);
    const [photo] = (await readdir(join(root, "set"))).filter((name) => name.endsWith(".jpg")).slice(-1);
    for (const name of ["a.jpg", "b.jpg"])
      await writeFile(join(folder, name), await readFile(join(root, "set", photo!)));
    for (const [kind, make] of Object.entries(ODD)) await make(join(folder, `${kind}.jpg`));
    const { groups, unreadable } = await duplicatesIn(folder);
    expect(groups).toEqual([{ isIdentical: true, ids: ["a.jpg", "b.jpg"] }]);
    expect(unreadable.map(({ file }) => file)).toContain("sparse.jpg");
  });
});
